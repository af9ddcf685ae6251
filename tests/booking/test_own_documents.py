"""The practitioner's own documents: shown at booking, frozen on the appointment, found again later and in the mail."""

import datetime as dt
import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from booking.actions import client_records, office_booking, series
from booking.models import Appointment, Status
from booking.views.opened import OWN_DOCUMENTS
from common.clock import now
from common.proof_parts import topics
from legal.actions import publishing
from legal.models import Acceptance, LegalVersion
from legal.proof_files import making
from practitioners.models import Practitioner
from tests.booking.conftest import Visitor, free_start
from tests.factories.accounts import UserFactory
from tests.factories.booking import bookable_practitioner
from tests.factories.legal import ARTICLES, Kind

pytestmark = pytest.mark.django_db
TITLES = {
    Kind.PRACTITIONER_TERMS: "Conditions générales de vente de Claire Morel",
    Kind.PRACTITIONER_PRIVACY: "Politique de confidentialité de Claire Morel",
}


def write(practitioner: Practitioner, kind: str, text: str = "Premier texte.") -> LegalVersion:
    articles = [*ARTICLES, {"key": "suite", "title": "Suite", "body": text}]
    return publishing.ensure_practitioner_document(
        kind=kind,
        owner=practitioner.user,
        title=TITLES[Kind(kind)],
        articles=articles,
        now=now() - dt.timedelta(minutes=5),
    )


@pytest.fixture
def offer(documents: None) -> tuple[Practitioner, Any]:
    return bookable_practitioner()


@pytest.fixture
def own(offer: Any) -> tuple[LegalVersion, LegalVersion]:
    return write(offer[0], Kind.PRACTITIONER_TERMS), write(offer[0], Kind.PRACTITIONER_PRIVACY)


def last_step(visitor: Visitor, practitioner: Practitioner, service: Any) -> str:
    held = visitor.hold(practitioner, service, free_start(practitioner, service, 30))
    reference = held["Location"].split("/")[2]
    visitor.post(f"/rendez-vous/{reference}/coordonnees/", visitor.details)
    return f"/rendez-vous/{reference}/verifier/"


def booked(visitor: Visitor, practitioner: Practitioner, service: Any) -> Appointment:
    appointment, answer = visitor.book(practitioner, service, free_start(practitioner, service, 30))
    assert answer.status_code == 302, answer.content.decode()
    return appointment


def test_both_are_shown_and_only_what_is_accepted_has_a_box(visitor: Visitor, offer: Any, own: Any) -> None:
    _terms, privacy = own
    html = visitor.get(last_step(visitor, *offer)).content.decode()
    for version in own:
        assert f'href="{version.get_absolute_url()}"' in html
    assert 'type="checkbox" name="accept_practitioner_terms"' in html
    boxes = re.findall(r'<input type="checkbox" name="(\w+)"', html)
    assert not [name for name in boxes if "practitioner_privacy" in name], "information is not accepted"
    assert f"{privacy.title}, version 1" in html


def test_a_practitioner_without_a_policy_says_so(visitor: Visitor, offer: Any) -> None:
    html = visitor.get(last_step(visitor, *offer)).content.decode()
    assert "a pas encore publié sa propre politique de confidentialité" in html
    appointment = booked(visitor, *offer)
    assert (appointment.practitioner_terms, appointment.practitioner_privacy) == (None, None)
    assert "au jour de la réservation" not in visitor.get(f"/rendez-vous/{appointment.reference}/").content.decode()


def test_what_was_shown_is_frozen_and_only_the_terms_are_accepted(visitor: Visitor, offer: Any, own: Any) -> None:
    terms, privacy = own
    appointment = booked(visitor, *offer)
    assert appointment.status == Status.CONFIRMED
    assert (appointment.practitioner_terms, appointment.practitioner_privacy) == (terms, privacy)
    accepted = set(Acceptance.objects.values_list("version__document__kind", flat=True))
    assert accepted == {Kind.CGU, Kind.PRIVACY, Kind.PRACTITIONER_TERMS}


@pytest.mark.parametrize("kind", list(TITLES))
def test_a_version_published_while_one_reads_is_shown_first(visitor: Visitor, offer: Any, own: Any, kind: str) -> None:
    """What is frozen is what was shown, never what came meanwhile."""
    path = last_step(visitor, *offer)
    page = visitor.get(path).content.decode()
    sent = dict(re.findall(r'<input type="hidden" name="([\w_]+)" value="([^"]*)"', page))
    sent |= dict.fromkeys(re.findall(r'<input type="checkbox" name="(\w+)"', page), "on")
    newer = write(offer[0], kind, "Deuxième texte.")
    answer = visitor.post(path, sent)
    assert answer.status_code == 409
    assert newer.get_absolute_url() in answer.content.decode()
    assert Appointment.objects.get().status == Status.HELD


@pytest.mark.parametrize("value", ["", "0", "-1", "abc", "9" * 30, "\x00", "🌿"])
def test_a_version_made_up_books_nothing(visitor: Visitor, offer: Any, own: Any, value: str) -> None:
    answer = visitor.consent(last_step(visitor, *offer), privacy_version=value)
    assert answer.status_code in {400, 409, 422}
    assert Appointment.objects.get().status == Status.HELD


@pytest.mark.parametrize("field", OWN_DOCUMENTS)
def test_the_database_refuses_that_they_change_once_booked(visitor: Visitor, offer: Any, own: Any, field: str) -> None:
    appointment = booked(visitor, *offer)
    newer = write(offer[0], Kind.PRACTITIONER_TERMS, "Deuxième texte.")
    rows = Appointment.objects.filter(pk=appointment.pk)
    for value in (newer, None):
        with pytest.raises(IntegrityError, match="stay those it was booked under"), transaction.atomic():
            rows.update(**{field: value})
    rows.update(**{field: getattr(appointment, field)}, contact_phone="+33612345679")
    # Through another column's writing, by SQL.
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update booking_appointment set moves = 1, {field}_id = %s", [newer.pk])


def test_a_booking_asks_the_database_no_more_for_them(visitor: Visitor, another_visitor: Visitor, offer: Any) -> None:
    """The last step, sent: as many queries with a policy of the practitioner as without."""
    counts = []
    for who in (visitor, another_visitor):
        path = last_step(who, *offer)
        page = who.get(path).content.decode()
        sent = dict(re.findall(r'<input type="hidden" name="([\w_]+)" value="([^"]*)"', page))
        sent |= dict.fromkeys(re.findall(r'<input type="checkbox" name="(\w+)"', page), "on")
        with CaptureQueriesContext(connection) as asked:
            assert who.client.post(path, sent).status_code == 302
        counts.append(len(asked))
        write(offer[0], Kind.PRACTITIONER_PRIVACY)
        who.details["email"] = "x@exemple.fr"
        another_visitor.details["email"] = "autre@exemple.fr"
    assert counts[1] <= counts[0], counts


def test_the_page_keeps_them_and_says_what_a_newer_version_changes(visitor: Visitor, offer: Any, own: Any) -> None:
    terms, _privacy = own
    appointment = booked(visitor, *offer)
    page = f"/rendez-vous/{appointment.reference}/"
    html = visitor.get(page).content.decode()
    for version in own:
        assert version.get_absolute_url() in html
    assert "Ce qu’elle change" not in html
    newer = write(offer[0], Kind.PRACTITIONER_TERMS, "Deuxième texte.")
    html = visitor.get(page).content.decode()
    assert terms.get_absolute_url() in html
    compared = re.search(r'href="([^"]*\?de=1&amp;a=2)"', html)
    assert compared, "what it changes"
    assert newer.document.slug in compared[1]
    shown = visitor.get(compared[1].replace("&amp;", "&")).content.decode()
    assert "Deuxième" in shown
    appointment.refresh_from_db()
    assert appointment.practitioner_terms == terms


def test_the_confirmation_leads_to_the_very_versions(visitor: Visitor, offer: Any, own: Any, settings: Any) -> None:
    booked(visitor, *offer)
    write(offer[0], Kind.PRACTITIONER_TERMS, "Deuxième texte.")
    (message,) = [each for each in mail.outbox if each.subject.startswith("Confirmé")]
    (html, _type) = message.alternatives[0]
    for version in own:
        address = f"{settings.BASE_URL}{version.get_absolute_url()}"
        assert address in message.body
        assert f'href="{address}"' in html
    ((name, content, _type),) = [each for each in message.attachments if each[0].endswith(".pdf")]
    assert name == f"{own[0].document.slug}-v1.pdf", "the contract itself, as it was accepted"
    assert content.startswith(b"%PDF-")
    theirs = [each for each in mail.outbox if each.to == [offer[0].professional_email]]
    assert "confidentialité de Claire" not in theirs[0].body
    assert not [each for each in theirs[0].attachments if each[0].endswith(".pdf")]


def test_every_date_of_a_series_has_them(visitor: Visitor, offer: Any, own: Any) -> None:
    practitioner, service = offer
    path = last_step(visitor, practitioner, service)
    first = Appointment.objects.get()
    starts = [first.starts_at + dt.timedelta(weeks=number) for number in (1, 2)]
    series.hold_with(appointment_id=first.pk, starts=starts, every_weeks=1, now=now())
    assert visitor.consent(path).status_code == 302
    rows = Appointment.objects.filter(status=Status.CONFIRMED)
    assert len(rows) == 3
    assert {(row.practitioner_terms, row.practitioner_privacy) for row in rows} == {own}


def test_what_the_practitioner_books_names_them_too(offer: Any, own: Any) -> None:
    practitioner, service = offer
    record = client_records.create(
        practitioner=practitioner, first_name="Léa", last_name="Bernard", email="lea@exemple.fr", phone="", now=now()
    )
    row = office_booking.book_for(
        practitioner=practitioner, service=service, start=free_start(practitioner, service, 30), record=record,
        actor=practitioner.user, now=now(), tell=False,
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.practitioner_terms, row.practitioner_privacy) == own
    assert not Acceptance.objects.exists(), "the client accepted nothing online"


def test_the_proof_file_holds_their_texts(visitor: Visitor, offer: Any, own: Any) -> None:
    appointment = booked(visitor, *offer)
    write(offer[0], Kind.PRACTITIONER_PRIVACY, "Deuxième texte.")
    topic = topics.get("appointment")
    _row, content = making.make(
        topic=topic,
        subject=making.find(topic, appointment.reference),
        reason="Litige avec la cliente, dossier 2026-14",
        by=UserFactory(roles=[Role.LEGAL]),
        now=now(),
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        said = json.loads(archive.read("dossier.json"))
        part = next(each for each in said["parts"] if each["key"] == "documents-du-praticien")
        hashes = {row["kind"]: row["sha256"] for row in part["data"]}
        for version in own:
            assert hashes[version.document.kind] == version.content_hash
            text = archive.read(f"pieces/textes/{version.document.slug}-1.txt").decode()
            assert "Premier texte." in text
            assert "Deuxième" not in text
        assert "cancellation-policy" in hashes
