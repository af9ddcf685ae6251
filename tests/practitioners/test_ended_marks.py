"""A contract ended for a breach keeps a keyed hash (D9): the next file of the same person is recognised, and decided by people."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from practitioners import ended_marks
from practitioners.actions import ends
from practitioners.models import ContractEnd, EndedMark, Practitioner
from practitioners.retention import end_practitioners
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory
from tests.plugins.people import say_why
from tests.practitioners.test_ends import NOW, TODAY, announced, later

pytestmark = pytest.mark.django_db
Ground = ContractEnd.Ground
SIRET, SAME_PERSON_ELSEWHERE, ANOTHER = "73282932000074", "73282932000082", "55208131766522"


def ended(ground: str) -> Practitioner:
    practitioner = PractitionerFactory(siret=SIRET, professional_email="odile@exemple.fr")
    team = UserFactory(roles=[Role.VERIFICATION]), UserFactory(roles=[Role.VERIFICATION])
    end = announced(practitioner, team, ground)
    assert ends.carry_out(end_id=end.pk, now=later(31)) is not None
    return practitioner


def applying(siret: str = ANOTHER, email: str = "nouvelle@exemple.fr") -> Practitioner:
    return PractitionerFactory(
        applying=True, siret=siret, professional_email=email, status="submitted", submitted_at=NOW
    )


@pytest.mark.parametrize("ground", sorted(ended_marks.FOR_A_BREACH))
def test_the_same_siren_or_address_is_known_again_once_the_file_is_erased(ground: str) -> None:
    before = ended(ground)
    end_practitioners([before.pk], later(31))
    for known in (applying(siret=SAME_PERSON_ELSEWHERE), applying(email="ODILE@exemple.fr ")):
        mark = ended_marks.known(known)
        assert mark is not None
        assert mark.ground == ground
    assert ended_marks.known(applying()) is None


@pytest.mark.parametrize("ground", sorted(set(Ground) - ended_marks.FOR_A_BREACH - {Ground.LEAVES}))
def test_an_end_without_fault_leaves_no_mark(ground: str) -> None:
    ended(ground)
    assert not EndedMark.objects.exists()


def test_a_mark_holds_nothing_of_the_person() -> None:
    ended(Ground.REPORTS)
    rows = list(EndedMark.objects.values())
    assert len(rows) == 3, "the SIREN and two addresses"
    assert not any(trace in str(rows) for trace in (SIRET[:9], "odile", "exemple"))
    with pytest.raises(IntegrityError), transaction.atomic():
        EndedMark.objects.create(digest="odile@exemple.fr", ground="breach", ended_on=TODAY)


def test_the_desk_says_so_and_decides_nothing(client, login_as) -> None:
    ended(Ground.REPORTS)
    known, other = applying(siret=SAME_PERSON_ELSEWHERE), applying()
    login_as(Role.VERIFICATION)
    pages = {}
    for file in (known, other):
        path = reverse("verification_file", args=[file.pk])
        say_why(client, path)
        pages[file] = client.get(path).content.decode()
        file.refresh_from_db()
        assert file.status == "submitted"
    assert "Signalements fondés" in pages[known]
    assert "Cela ne décide de rien" in pages[known]
    assert "Cela ne décide de rien" not in pages[other]
