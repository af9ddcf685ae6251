"""The register of providers: announced, 15 days to object, silence recorded, never the Privacy Shield."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.roles import Role
from common.clock import now
from common.models import OutboxMessage
from legal.actions import documents
from legal.models import LegalDocument, LegalVersion, Provider, ProviderAnswer, ProviderChange, ProviderHistory
from legal.providers import answers, changes, errors, public_list
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory
from tests.plugins.people import say_why

pytestmark = pytest.mark.django_db
FACTS: dict[str, Any] = {
    "name": "Nuage de France", "kind": "hosting", "country": "FR", "data": "Toutes les données du site", "safeguard": "inside",
    "safeguard_words": "", "contract": "HDS-2026-12", "contract_until": dt.date(2028, 1, 31), "security_reviewed_on": None,
}  # fmt: skip


@pytest.fixture
def lawyer() -> Any:
    return UserFactory(roles=[Role.LEGAL])


def practitioner() -> Any:
    return PractitionerFactory(user=UserFactory(roles=[Role.PRACTITIONER]))


def announced(lawyer: Any, **facts: Any) -> ProviderChange:
    change = changes.propose(
        provider=None, facts={**FACTS, **facts}, summary="Un second site de secours.", author=lawyer, now=now()
    )
    assert change is not None
    return change


def in_register(lawyer: Any, **facts: Any) -> Provider:
    return changes.apply(change=announced(lawyer, **facts), now=now())


def days(count: float) -> Any:
    return time_machine.travel(now() + dt.timedelta(days=count), tick=False)


def test_a_new_provider_waits_for_fifteen_days_before_it_stands(lawyer: Any) -> None:
    practitioner()
    change = announced(lawyer)
    answers.keep(now=now())
    assert not Provider.objects.exists()
    with days(14.9):
        answers.keep(now=now())
    assert not Provider.objects.exists()
    with days(15.1):
        answers.keep(now=now())
    assert Provider.objects.get().name == "Nuage de France"
    change.refresh_from_db()
    assert change.outcome == "applied"


def test_every_practitioner_is_told_once_and_nobody_else(lawyer: Any) -> None:
    told = [practitioner() for _n in range(3)]
    UserFactory()
    change = announced(lawyer)
    for _n in range(3):
        answers.keep(now=now())
    mails = OutboxMessage.objects.filter(key__startswith=f"provider-change-{change.pk}-")
    assert {mail.to for mail in mails} == {person.user.email for person in told}
    assert mails.count() == 3
    assert all("15" not in mail.subject and "Un second site de secours." in mail.text for mail in mails)


def test_the_pace_is_kept_and_the_time_counts_from_ones_own_mail(lawyer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for _n in range(3):
        practitioner()
    monkeypatch.setattr(answers, "PACE", 2)
    change = announced(lawyer)
    answers.keep(now=now())
    assert ProviderAnswer.objects.count() == 2
    with days(3):
        answers.keep(now=now())
        last = ProviderAnswer.objects.latest("pk")
        change.refresh_from_db()
        assert change.applies_at == last.until == now() + changes.NOTICE


def test_silence_is_acceptance_and_is_written(lawyer: Any) -> None:
    practitioner()
    announced(lawyer)
    answers.keep(now=now())
    with days(16):
        answers.keep(now=now())
    row = ProviderAnswer.objects.get()
    assert (row.answer, row.answered_at) == ("silence", row.until)


def test_an_objection_is_recorded_and_holds_the_change_until_it_is_answered(
    client: Client, login_as: Any, lawyer: Any
) -> None:
    person = practitioner()
    change = announced(lawyer)
    answers.keep(now=now())
    login_as(person.user)
    path = f"/espace-praticien/prestataires/{change.pk}/objection/"
    assert "Nuage de France" in client.get("/espace-praticien/prestataires/").content.decode()
    assert client.post(path, {f"c{change.pk}-reason": " non "}).status_code == 422
    assert client.post(path, {f"c{change.pk}-reason": "Ce prestataire a été condamné en 2025."}).status_code == 302
    row = ProviderAnswer.objects.get()
    assert (row.answer, row.reason) == ("objection", "Ce prestataire a été condamné en 2025.")
    with days(20):
        answers.keep(now=now())
        assert not Provider.objects.exists()
        answers.follow(answer_id=row.pk, what="leaves", words="Vous pouvez partir sans frais.", by=lawyer, now=now())
        answers.keep(now=now())
    assert Provider.objects.exists()
    mail = OutboxMessage.objects.get(key=f"provider-objection-{row.pk}")
    assert (mail.to, "Vous pouvez partir sans frais." in mail.text) == (person.user.email, True)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001, "\x00\x00\x00 long enough to pass otherwise"])
def test_an_objection_needs_its_reason(client: Client, login_as: Any, lawyer: Any, reason: str) -> None:
    person = practitioner()
    change = announced(lawyer)
    answers.keep(now=now())
    login_as(person.user)
    answer = client.post(f"/espace-praticien/prestataires/{change.pk}/objection/", {f"c{change.pk}-reason": reason})
    assert answer.status_code in {400, 422}
    assert ProviderAnswer.objects.get().answer == "none"


def test_who_was_not_told_has_nothing_to_object_to(client: Client, login_as: Any, lawyer: Any) -> None:
    change = announced(lawyer)
    login_as(practitioner().user)
    path = f"/espace-praticien/prestataires/{change.pk}/objection/"
    assert client.post(path, {f"c{change.pk}-reason": "Je ne suis pas d’accord."}).status_code == 404


def test_after_fifteen_days_it_is_too_late(lawyer: Any) -> None:
    person = practitioner()
    change = announced(lawyer)
    answers.keep(now=now())
    with days(15.1), pytest.raises(errors.TooLate):
        answers.object_to(change_id=change.pk, user=person.user, reason="Trop tard, hélas.", now=now())


@pytest.mark.parametrize(
    "words", ["Privacy Shield", "EU-US privacy-shield certified", "PRIVACYSHIELD", "Bouclier de protection des données"]
)
@pytest.mark.parametrize("field", ["safeguard_words", "contract"])
def test_the_privacy_shield_is_refused(lawyer: Any, words: str, field: str) -> None:
    with pytest.raises(errors.PrivacyShield):
        announced(lawyer, country="US", safeguard="adequacy", **{field: words})


@pytest.mark.parametrize(
    ("country", "safeguard", "fits"),
    [("FR", "inside", True), ("US", "inside", False), ("CH", "adequacy", True), ("IN", "adequacy", False), ("IN", "clauses", True), ("GB", "inside", False)],
)  # fmt: skip
def test_a_safeguard_covers_its_country(lawyer: Any, country: str, safeguard: str, fits: bool) -> None:
    if fits:
        assert announced(lawyer, country=country, safeguard=safeguard)
    else:
        with pytest.raises(errors.NoSafeguard):
            announced(lawyer, country=country, safeguard=safeguard)


def test_the_contract_and_the_security_review_need_no_notice(lawyer: Any) -> None:
    provider = in_register(lawyer)
    facts = {**FACTS, "security_reviewed_on": dt.date(2026, 11, 1)}
    assert changes.propose(provider=provider, facts=facts, summary="", author=lawyer, now=now()) is None
    provider.refresh_from_db()
    assert provider.security_reviewed_on == dt.date(2026, 11, 1)
    assert ProviderHistory.objects.count() == 2


def test_a_change_given_up_changes_nothing(lawyer: Any) -> None:
    provider = in_register(lawyer)
    change = changes.propose(
        provider=provider, facts={**FACTS, "country": "DE"}, summary="Francfort", author=lawyer, now=now()
    )
    assert change is not None
    with pytest.raises(errors.AlreadyAnnounced):
        changes.propose(provider=provider, facts={**FACTS, "country": "IE"}, summary="Dublin", author=lawyer, now=now())
    changes.give_up(change=change, reason="Deux praticiens s’y opposent.", by=lawyer, now=now())
    with days(30):
        answers.keep(now=now())
    provider.refresh_from_db()
    assert provider.country == "FR"


def test_the_end_of_a_provider_is_announced_too(lawyer: Any) -> None:
    provider = in_register(lawyer)
    changes.end(provider=provider, summary="Fin du contrat.", author=lawyer, now=now())
    answers.keep(now=now())
    with days(16):
        answers.keep(now=now())
    provider.refresh_from_db()
    assert provider.ended_at is not None
    assert list(public_list.in_force()) == []


def test_what_was_announced_never_changes_in_the_database(lawyer: Any) -> None:
    announced(lawyer)
    for sql in ("update legal_providerchange set summary = 'x'", "update legal_providerchange set facts = '{}'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_public_list_is_drafted_from_the_register_as_a_version(lawyer: Any) -> None:
    provider = in_register(lawyer)
    version = public_list.draft(author=lawyer)
    assert version.document.kind == LegalDocument.Kind.SUBPROCESSORS
    assert version.status == LegalVersion.Status.DRAFT
    (article,) = [row for row in version.articles if row["title"] == provider.name]
    assert "Toutes les données du site" in article["body"]
    assert "France" in article["body"]
    with pytest.raises(documents.DraftExists):
        public_list.draft(author=lawyer)


def test_the_desk_announces_and_keeps_what_was_typed(client: Client, login_as: Any) -> None:
    login_as(Role.LEGAL)
    sent = {
        **{name: str(value or "") for name, value in FACTS.items()},
        "contract_until": "2028-01-31",
        "summary": "Un second site.",
    }
    refused = client.post("/cms/prestataires/nouveau/", {**sent, "safeguard_words": "Privacy Shield"})
    assert refused.status_code == 422
    assert "C-311/18" in refused.content.decode()
    assert "HDS-2026-12" in refused.content.decode()
    assert client.post("/cms/prestataires/nouveau/", sent).status_code == 302
    change = ProviderChange.objects.get()
    assert client.get(f"/cms/prestataires/changements/{change.pk}/").status_code == 200
    assert (
        client.post(f"/cms/prestataires/changements/{change.pk}/abandonner/", {"words": "Trop cher."}).status_code
        == 302
    )
    assert "Nuage de France" in client.get("/cms/prestataires/").content.decode()


def test_an_objection_is_read_with_a_reason_and_answered_on_its_page(
    client: Client, login_as: Any, lawyer: Any
) -> None:
    person = practitioner()
    change = announced(lawyer)
    answers.keep(now=now())
    row = answers.object_to(change_id=change.pk, user=person.user, reason="Je refuse ce transfert.", now=now())
    login_as(Role.LEGAL)
    path = f"/cms/prestataires/objections/{row.pk}/"
    assert "Je refuse ce transfert." not in client.get(path).content.decode()
    say_why(client, path)
    assert "Je refuse ce transfert." in client.get(path).content.decode()
    assert client.post(path, {"follow": "none", "words": "x"}).status_code == 422
    assert client.post(path, {"follow": "spared", "words": "Vos données n’y passent pas."}).status_code == 302
    row.refresh_from_db()
    assert row.follow == "spared"


@pytest.mark.parametrize("role", [Role.VERIFICATION, Role.MODERATION, Role.EDITOR])
def test_the_register_is_for_the_legal_team(client: Client, login_as: Any, role: Role) -> None:
    login_as(role)
    assert client.get("/cms/prestataires/").status_code in {302, 403}
    assert client.get("/cms/violations/").status_code in {302, 403}
