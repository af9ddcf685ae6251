"""The verification desk: decisions with evidence, and nobody listed before the file is complete."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.urls import reverse

from accounts.roles import Role
from common.clock import today
from common.models import OutboxMessage, ReadingLog
from common.signals import listing_changed, listing_suspended
from practitioners.actions import applications, listing, reviews
from practitioners.models import ApplicationItem, FileEvent, Practitioner, Review
from practitioners.validators import validate_siret, validate_vat_number
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory, ReviewFactory, ReviewInvitationFactory
from tests.plugins.people import say_why

pytestmark = pytest.mark.django_db

VALUES = {"siret": "55210055400013", "legal_form": "EURL", "mediator": "Médiation Lyon"}


@pytest.fixture
def verifier():
    return UserFactory(roles=[Role.VERIFICATION])


@pytest.fixture
def applicant():
    """Everything provided, handed in, nothing checked."""
    practitioner = PractitionerFactory(applying=True, siret="")
    for item in applications.open_file(practitioner=practitioner):
        applications.declare(
            item=item, value=VALUES.get(item.kind, "joint"), document=ContentFile(b"%PDF-1.4 essai", name="a.pdf")
        )
    return listing.submit(practitioner=practitioner)


def reading(browser, applicant):
    """Whoever opens a file says why first."""
    say_why(browser, reverse("verification_file", args=[applicant.pk]))
    return browser


def accept_all(practitioner, verifier, but=()):
    for item in practitioner.items.exclude(kind__in=but):
        until = today() + dt.timedelta(days=100) if item.kind == "insurance" else None
        applications.accept(item=item, by=verifier, evidence="Vu", valid_until=until)


@pytest.fixture
def heard():
    found = []

    def changed(sender, practitioner_id, **kwargs):
        found.append(("changed", practitioner_id))

    def suspended(sender, practitioner_id, reason, **kwargs):
        found.append(("suspended", practitioner_id, reason))

    listing_changed.connect(changed)
    listing_suspended.connect(suspended)
    yield found
    listing_changed.disconnect(changed)
    listing_suspended.disconnect(suspended)


def test_a_complete_file_is_listed_published_and_announced(
    applicant, verifier, client, heard, django_capture_on_commit_callbacks
):
    accept_all(applicant, verifier)
    with django_capture_on_commit_callbacks(execute=True):
        listing.confirm(practitioner=applicant, by=verifier)
    applicant.refresh_from_db()
    assert (applicant.status, applicant.siret, applicant.legal_form) == ("listed", "55210055400013", "EURL")
    assert applicant.listed_at is not None
    assert client.get(f"/praticiens/{applicant.slug}/").status_code == 200
    assert ("changed", applicant.pk) in heard
    assert OutboxMessage.objects.filter(to=applicant.user.email, subject="Votre page est publique").exists()
    assert applicant.events.filter(kind=FileEvent.Kind.LISTED, by=verifier).exists()


@pytest.mark.parametrize("kind", ["photo", "insurance", "siret", "mediator", "prices", "legal_form", "certificate"])
def test_an_incomplete_file_is_refused_by_the_server(applicant, verifier, as_user, kind):
    accept_all(applicant, verifier, but=[kind])
    response = reading(as_user(verifier), applicant).post(reverse("verification_step", args=[applicant.pk, "lister"]))
    assert response.status_code == 422
    applicant.refresh_from_db()
    assert applicant.status == Practitioner.Status.SUBMITTED
    assert not applicant.page.live


def test_an_expired_item_no_longer_counts(applicant, verifier):
    accept_all(applicant, verifier)
    ApplicationItem.objects.filter(kind="insurance").update(valid_until=today() - dt.timedelta(days=1))
    with pytest.raises(listing.FileIncomplete):
        listing.confirm(practitioner=applicant, by=verifier)


def test_a_practice_added_to_the_file_needs_its_own_certificate(applicant, verifier):
    from tests.factories.practitioners import PracticeFactory

    accept_all(applicant, verifier)
    applicant.practice_links.create(practice=PracticeFactory(name="Qi gong"), position=1)
    assert applications.missing_items(applicant) == ["Certificat – Qi gong"]


def test_decisions_on_the_desk_record_evidence_and_log_the_reading(applicant, verifier, as_user):
    desk = reading(as_user(verifier), applicant)
    page = desk.get(reverse("verification_file", args=[applicant.pk]))
    assert page.status_code == 200
    assert ReadingLog.objects.filter(reader=verifier, subject=f"practitioners.Practitioner:{applicant.pk}").exists()
    item = applicant.items.get(kind="insurance")
    prefix = f"item{item.pk}"
    until = (today() + dt.timedelta(days=30)).isoformat()
    response = desk.post(
        reverse("verification_decide", args=[applicant.pk, item.pk]),
        {f"{prefix}-decision": "accept", f"{prefix}-evidence": "Attestation vue", f"{prefix}-valid_until": until},
    )
    assert response.status_code == 302
    item.refresh_from_db()
    assert (item.status, item.evidence, item.checked_by) == ("accepted", "Attestation vue", verifier)
    applicant.refresh_from_db()
    assert applicant.insurance_until == item.valid_until


@pytest.mark.parametrize(
    "data",
    [{}, {"decision": "accept"}, {"decision": "refuse"}, {"decision": "ask", "reason": "   "}, {"decision": "détruire", "reason": "x"},
     {"decision": "accept", "evidence": "Vu", "valid_until": "2020-01-01"}, {"decision": "accept", "evidence": "Vu"},
     {"decision": "accept", "evidence": "x" * 10_000, "valid_until": "2099-01-01"}, {"decision": "accept", "evidence": "Vu", "valid_until": "demain"}],
)  # fmt: skip
def test_bad_decisions_change_nothing_and_keep_what_was_typed(applicant, verifier, as_user, data):
    item = applicant.items.get(kind="insurance")
    url = reverse("verification_decide", args=[applicant.pk, item.pk])
    response = reading(as_user(verifier), applicant).post(
        url, {f"item{item.pk}-{key}": value for key, value in data.items()}
    )
    assert response.status_code == 422
    item.refresh_from_db()
    assert item.status == "provided"
    if data.get("evidence") == "Vu":
        assert 'value="Vu"' in response.content.decode()


def test_a_decision_is_taken_once(applicant, verifier, as_user):
    item = applicant.items.get(kind="photo")
    applications.accept(item=item, by=verifier, evidence="Vu")
    url = reverse("verification_decide", args=[applicant.pk, item.pk])
    response = reading(as_user(verifier), applicant).post(
        url, {f"item{item.pk}-decision": "refuse", f"item{item.pk}-reason": "Flou"}
    )
    assert response.status_code == 409
    item.refresh_from_db()
    assert item.status == "accepted"


@pytest.mark.parametrize(("decision", "status"), [("refuse", "refused"), ("ask", "missing")])
def test_sending_back_tells_the_practitioner_why(applicant, verifier, as_user, decision, status):
    item = applicant.items.get(kind="photo")
    url = reverse("verification_decide", args=[applicant.pk, item.pk])
    data = {f"item{item.pk}-decision": decision, f"item{item.pk}-reason": "La photo est floue."}
    assert reading(as_user(verifier), applicant).post(url, data).status_code == 302
    item.refresh_from_db()
    assert (item.status, item.refusal_reason) == (status, "La photo est floue.")
    mail = OutboxMessage.objects.get(to=applicant.user.email)
    assert "La photo est floue." in mail.text
    assert "La photo est floue." in mail.html


def test_a_wrong_siret_cannot_be_accepted(applicant, verifier):
    item = applicant.items.get(kind="siret")
    ApplicationItem.objects.filter(pk=item.pk).update(value="12345678901234")
    with pytest.raises(applications.FactNotValid):
        applications.accept(item=item, by=verifier, evidence="Vu")
    item.refresh_from_db()
    assert item.status == "provided"


def test_the_database_refuses_an_accepted_item_without_evidence(applicant):
    with pytest.raises(IntegrityError):
        ApplicationItem.objects.filter(practitioner=applicant, kind="photo").update(status="accepted")


def test_nobody_decides_on_the_own_file(applicant, as_user):
    from accounts.actions import roles

    roles.synchronise()
    roles.grant(user=applicant.user, role=Role.VERIFICATION)
    item = applicant.items.first()
    desk = as_user(applicant.user)
    decision = {f"item{item.pk}-decision": "accept", f"item{item.pk}-evidence": "Vu"}
    for url in (
        reverse("verification_decide", args=[applicant.pk, item.pk]),
        reverse("verification_step", args=[applicant.pk, "refuser"]),
    ):
        # Wagtail turns a refusal into a return to its home page.
        assert desk.post(url, {**decision, "refuser-reason": "x"})["Location"] == "/cms/"
    item.refresh_from_db()
    applicant.refresh_from_db()
    assert (item.status, applicant.status) == ("provided", "submitted")


@pytest.mark.parametrize(
    "role", [Role.PRACTITIONER, Role.STRUCTURE, Role.EDITOR, Role.MODERATION, Role.LEGAL, Role.OPERATOR]
)
def test_files_are_for_the_verification_team(applicant, as_user, role):
    browser = as_user(UserFactory(roles=[role]))
    item = applicant.items.first()
    for name, arguments in (
        ("verification_file", [applicant.pk]),
        ("verification_document", [applicant.pk, item.pk]),
        ("verification_pages", [applicant.pk, item.pk]),
        ("verification_picture", [applicant.pk, item.pk, 1]),
    ):
        assert browser.get(reverse(name, args=arguments)).status_code in {302, 403}, name
    assert browser.post(reverse("verification_step", args=[applicant.pk, "lister"])).status_code in {302, 403}
    assert browser.get("/cms/dossiers/").status_code in {302, 403}


def test_documents_are_private_and_each_reading_is_logged(applicant, verifier, as_user, client):
    item = applicant.items.get(kind="photo")
    url = reverse("verification_document", args=[applicant.pk, item.pk])
    response = reading(as_user(verifier), applicant).get(url)
    assert response.status_code == 200
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert response.getvalue().startswith(b"%PDF")
    assert ReadingLog.objects.filter(subject=f"practitioners.ApplicationItem:{item.pk}").count() == 1
    assert client.get(url).status_code == 302
    assert client.get(f"/fichiers/medias/{item.document.name}").status_code == 404


def test_the_register_shows_status_and_age_in_a_bounded_number_of_queries(
    applicant, verifier, as_user, django_assert_max_num_queries
):
    Practitioner.objects.filter(pk=applicant.pk).update(submitted_at=applicant.submitted_at - dt.timedelta(days=3))
    for _number in range(8):
        PractitionerFactory(applying=True)
    desk = reading(as_user(verifier), applicant)
    desk.get("/cms/dossiers/")
    with django_assert_max_num_queries(16):
        html = desk.get("/cms/dossiers/").content.decode()
    assert "À vérifier" in html
    assert "3\u00a0jours" in html
    assert desk.get("/cms/praticiens/").status_code in {302, 403}
    assert desk.get("/cms/dossiers/?q=%00&status__exact=rien").status_code < 500


def test_the_operator_flags_a_partner_with_date_and_evidence(as_user):
    practitioner = PractitionerFactory()
    operator = as_user(UserFactory(roles=[Role.OPERATOR]))
    assert practitioner.full_name in operator.get("/cms/praticiens/").content.decode()
    url = f"/cms/praticiens/edit/{practitioner.pk}/"
    refused = operator.post(url, {"partner_software": "on", "partner_since": "", "partner_evidence": ""})
    assert refused.status_code == 200
    practitioner.refresh_from_db()
    assert not practitioner.partner_software
    operator.post(
        url, {"partner_software": "on", "partner_since": "2026-01-05", "partner_evidence": "Contrat vu", "siret": "1"}
    )
    practitioner.refresh_from_db()
    assert (practitioner.partner_software, practitioner.partner_evidence) == (True, "Contrat vu")
    assert practitioner.siret != "1"


def test_suspension_hides_the_page_and_restoring_keeps_seniority(
    verifier, client, heard, django_capture_on_commit_callbacks
):
    practitioner = PractitionerFactory()
    since = practitioner.listed_at
    with django_capture_on_commit_callbacks(execute=True):
        listing.suspend(practitioner=practitioner, by=verifier, reason="Assurance échue")
    assert client.get(f"/praticiens/{practitioner.slug}/").status_code == 410
    assert ("suspended", practitioner.pk, "Assurance échue") in heard
    listing.restore(practitioner=practitioner, by=verifier, reason="Nouvelle attestation")
    assert client.get(f"/praticiens/{practitioner.slug}/").status_code == 200
    practitioner.refresh_from_db()
    assert practitioner.listed_at == since
    assert [event.kind for event in practitioner.events.all()] == ["restored", "suspended"]
    with pytest.raises(listing.WrongStep):
        listing.restore(practitioner=practitioner, by=verifier, reason="encore")
    with pytest.raises(listing.ReasonMissing):
        listing.suspend(practitioner=practitioner, by=verifier, reason=" ")


def test_events_are_only_added(applicant):
    event = applicant.events.first()
    event.detail = "autre"
    with pytest.raises(RuntimeError):
        event.save()


def test_reviews_are_one_per_invitation_by_the_invited_person_and_answered_once():
    invitation = ReviewInvitationFactory()
    review = reviews.publish(invitation=invitation, client=invitation.client, rating=4, text=" Bien. ")
    assert (review.text, review.status) == ("Bien.", Review.Status.PUBLISHED)
    assert review.author_name == f"{invitation.client.first_name} D."
    with pytest.raises(reviews.AlreadyReviewed):
        reviews.publish(invitation=invitation, client=invitation.client, rating=4, text="Encore")
    other = ReviewInvitationFactory()
    with pytest.raises(reviews.NotAllowed):
        reviews.publish(invitation=other, client=invitation.client, rating=4, text="Pas moi")
    for rating in (0, 6, -1):
        with pytest.raises(reviews.RatingOutOfRange):
            reviews.publish(invitation=other, client=other.client, rating=rating, text="x")
    reviews.reply(review=review, by=review.practitioner.user, text="Merci")
    with pytest.raises(reviews.AlreadyAnswered):
        reviews.reply(review=review, by=review.practitioner.user, text="Bis")
    with pytest.raises(reviews.NotAllowed):
        reviews.reply(review=ReviewFactory(), by=review.practitioner.user, text="Merci")


def test_a_report_decided_against_a_review_or_a_profile_takes_effect():
    from django.utils import timezone

    from legal.reportables import reportable

    review = ReviewFactory()
    kind = reportable("avis")
    assert kind.find(review.pk) == review
    kind.apply(review, decision="suspend", reason="Injurieux", now=timezone.now())
    assert Review.objects.get(pk=review.pk).status == Review.Status.SUSPENDED
    assert kind.find(review.pk) is None
    profile = reportable("profil")
    profile.apply(review.practitioner, decision="suspend", reason="Allégations", now=timezone.now())
    assert Practitioner.objects.get(pk=review.practitioner_id).status == Practitioner.Status.SUSPENDED
    assert profile.find(review.practitioner_id) is None


@pytest.mark.parametrize(
    "value", ["12345678901234", "732829320", "abc", "732 829 320 00074", "7328293200007\u0664", "73282932000075"]
)
def test_wrong_siret_numbers_are_refused(value):
    with pytest.raises(ValidationError):
        validate_siret(value)


def test_right_numbers_pass_and_must_belong_together():
    validate_siret("73282932000074")
    validate_vat_number("FR44732829320")
    with pytest.raises(ValidationError):
        validate_vat_number("DE44732829320")
    Practitioner(siret="73282932000074", vat_number="FR44732829320").clean()
    with pytest.raises(ValidationError):
        Practitioner(siret="55210055400013", vat_number="FR44732829320").clean()


def test_what_replaced_a_document_is_not_accepted_unread(applicant, verifier, as_user):
    """The page was open while the practitioner sent another file."""
    item = applicant.items.get(kind="legal_form")
    client = reading(as_user(verifier), applicant)
    page = client.get(reverse("verification_file", args=[applicant.pk])).content.decode()
    prefix = f"item{item.pk}"
    seen = page.split(f'name="{prefix}-seen" value="')[1].split('"')[0]
    applications.declare(item=item, value="SASU", document=ContentFile(b"%PDF-1.4 autre", name="b.pdf"))
    url = reverse("verification_decide", args=[applicant.pk, item.pk])
    data = {f"{prefix}-decision": "accept", f"{prefix}-evidence": "Vu", f"{prefix}-seen": seen}
    answer = client.post(url, data)
    assert answer.status_code == 409
    item.refresh_from_db()
    assert item.status == ApplicationItem.Status.PROVIDED
    seen = answer.content.decode().split(f'name="{prefix}-seen" value="')[1].split('"')[0]
    assert client.post(url, data | {f"{prefix}-seen": seen}).status_code == 302


def test_from_a_file_one_goes_to_the_one_before_and_after_by_age(applicant, verifier, as_user):
    """The oldest first, as in the queue; after a decision the queue begins again with the oldest."""
    first, last = PractitionerFactory(applying=True), PractitionerFactory(applying=True)
    for each, days in ((first, 5), (last, -1)):
        Practitioner.objects.filter(pk=each.pk).update(
            status="submitted", submitted_at=applicant.submitted_at - dt.timedelta(days=days)
        )
    browser = reading(as_user(verifier), applicant)

    def links(practitioner):
        html = browser.get(reverse("verification_file", args=[practitioner.pk])).content.decode()
        return {rel: url for url, rel in re.findall(r'href="([^"]+)" rel="(prev|next)"', html)}, html

    def address(practitioner):
        return reverse("verification_file", args=[practitioner.pk])

    found, html = links(applicant)
    assert found == {"prev": address(first), "next": address(last)}
    assert "dossier 2 sur 3" in html
    Practitioner.objects.filter(pk=applicant.pk).update(status="refused")
    assert links(applicant)[0] == {"next": address(first)}
    Practitioner.objects.filter(status="submitted").update(status="refused")
    assert links(applicant)[0] == {}
