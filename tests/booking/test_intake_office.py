"""Questions before a session in the office and on the client's page: refused, read, recorded, taken back."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from booking import intake
from booking.forms.intake import IntakeFields
from booking.models import Appointment, IntakeAnswer, IntakeConsent, IntakeQuestion, IntakeSettings, Status
from common.models import OutboxMessage, ReadingLog
from tests.booking.conftest import DETAILS, Visitor, free_start
from tests.factories.booking import AppointmentFactory, bookable_practitioner
from tests.factories.intake import answered, ask, switch
from tests.factories.practitioners import PractitionerFactory

OFFICE = "/espace-praticien"
About = IntakeAnswer.About


@pytest.mark.django_db
class TestOffice:
    @pytest.fixture
    def office(self, client: Client, login_as: Any) -> Any:
        practitioner, service = bookable_practitioner()
        login_as(practitioner.user)
        practitioner.chosen = service
        return practitioner

    def url(self, office: Any, more: str = "") -> str:
        return f"{OFFICE}/seances/{office.chosen.pk}/questions/{more}"

    def test_a_question_is_added_for_one_session_or_all(self, client: Client, office: Any) -> None:
        client.post(self.url(office), {"text": "Comment venez-vous ?", "kind": "short"})
        client.post(
            self.url(office),
            {
                "text": "Un tapis ?",
                "kind": "choice",
                "choices_text": "Oui\n Oui \nNon",
                "for_all": "on",
                "required": "on",
            },
        )
        first, second = IntakeQuestion.objects.order_by("position")
        assert (first.service, first.kind, second.service, second.choices, second.required) == (
            office.chosen, "short", None, ["Oui", "Non"], True,
        )  # fmt: skip
        page = client.get(self.url(office)).content.decode()
        assert "Comment venez-vous" in page
        assert "Un tapis" in page

    def test_one_that_sounds_like_health_is_refused_with_the_words_that_do(self, client: Client, office: Any) -> None:
        answer = client.post(self.url(office), {"text": "Avez-vous des allergies ?", "kind": "short"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "«\u00a0allergies\u00a0»" in page
        assert 'value="Avez-vous des allergies ?"' in page
        hidden = {"text": "Dites-nous", "kind": "choice", "choices_text": "Diabète\nRien"}
        assert client.post(self.url(office), hidden).status_code == 422
        assert not IntakeQuestion.objects.exists()

    def test_health_is_turned_on_with_its_warning_only(self, client: Client, office: Any) -> None:
        url = self.url(office, "reglages/")
        assert client.post(url, {"reglages-asks_health": "on"}).status_code == 422
        client.post(url, {"reglages-asks_health": "on", "reglages-understood": "on", "reglages-asks_reason": "on"})
        settings = IntakeSettings.objects.get()
        assert (settings.asks_health, settings.asks_reason) == (True, True)
        assert "article 9" in settings.health_warning
        text = {"text": "Avez-vous des allergies ?", "kind": "short"}
        assert client.post(self.url(office), text).status_code == 422
        assert client.post(self.url(office), text | {"about_health": "on", "required": "on"}).status_code == 422
        assert client.post(self.url(office), text | {"about_health": "on", "for_all": "on"}).status_code == 422
        assert client.post(self.url(office), text | {"about_health": "on"}).status_code == 302
        client.post(url, {})
        assert not IntakeFields(service=office.chosen).asks_something

    @pytest.mark.parametrize(
        "bad",
        [
            {"text": ""},
            {"text": "x" * 201},
            {"text": "x" * 10_000},
            {"kind": "lune"},
            {"kind": "choice", "choices_text": "une seule"},
            {"kind": "choice", "choices_text": "\n".join(str(n) for n in range(11))},
            {"kind": "choice", "choices_text": "x" * 81 + "\ny"},
        ],
    )
    def test_a_question_that_makes_no_sense(self, client: Client, office: Any, bad: dict[str, str]) -> None:
        assert client.post(self.url(office), {"text": "Question", "kind": "short"} | bad).status_code == 422

    def test_there_are_eight_at_most(self, client: Client, office: Any) -> None:
        for number in range(8):
            ask(office, f"Question {number}", service=office.chosen if number % 2 else None)
        assert client.post(self.url(office), {"text": "Une de plus", "kind": "short"}).status_code == 422

    def test_they_are_changed_ordered_and_removed_by_their_owner_only(self, client: Client, office: Any) -> None:
        first = ask(office, "Un", service=office.chosen, position=0)
        second = ask(office, "Deux", service=office.chosen, position=1)
        client.post(self.url(office, f"{second.pk}/deplacer/"), {"sens": "haut"})
        assert [row.text for row in intake.questions_of(office.chosen)] == ["Deux", "Un"]
        assert client.get(self.url(office, f"{first.pk}/")).status_code == 200
        client.post(self.url(office, f"{first.pk}/"), {"text": "Un, autrement", "kind": "long"})
        client.post(self.url(office, f"{second.pk}/retirer/"))
        assert [row.text for row in IntakeQuestion.objects.all()] == ["Un, autrement"]
        foreign_owner = PractitionerFactory()
        foreign = ask(foreign_owner, "Ailleurs")
        for path in (f"{foreign.pk}/", f"{foreign.pk}/retirer/", f"{foreign.pk}/deplacer/"):
            assert client.post(self.url(office, path)).status_code == 404
        other = f"{OFFICE}/seances/{foreign_owner.services.get().pk}/questions/"
        assert client.get(other).status_code == 404
        assert client.post(other + "reglages/", {}).status_code == 404

    def test_reading_a_sensitive_answer_is_recorded_and_a_practical_one_is_not(
        self, client: Client, office: Any
    ) -> None:
        row = AppointmentFactory(practitioner=office)
        other = AppointmentFactory()
        answered(row, About.PRACTICAL, "À pied")
        url = f"{OFFICE}/rendez-vous/{row.reference}/reponses/"
        assert "À pied" in client.get(url).content.decode()
        assert not ReadingLog.objects.exists()
        answered(row, About.REASON, "Me détendre")
        assert "Me détendre" in client.get(url).content.decode()
        log = ReadingLog.objects.get()
        assert (log.reader, log.subject) == (office.user, f"booking.Appointment:{row.pk}")
        assert "Me détendre" not in log.reason
        assert client.get(f"{OFFICE}/rendez-vous/{other.reference}/reponses/").status_code == 404

    def test_the_page_of_the_appointment_shows_no_sensitive_answer(self, client: Client, office: Any) -> None:
        row = AppointmentFactory(practitioner=office)
        answered(row, About.PRACTICAL, "À pied")
        answered(row, About.HEALTH, "Aux noix")
        page = render_to_string("booking/office/intake.html", {"appointment": row})
        assert "À pied" in page
        assert "Aux noix" not in page
        assert f"/rendez-vous/{row.reference}/reponses/" in page


class TestTheClient:
    def test_takes_the_agreement_back_from_the_page_of_the_appointment(self, visitor: Visitor) -> None:
        practitioner, service = bookable_practitioner()
        held = visitor.hold(practitioner, service, free_start(practitioner, service))
        reference = held["Location"].split("/")[2]
        row = Appointment.objects.get(reference=reference)
        Appointment.objects.filter(pk=row.pk).update(contact_email="lea@exemple.fr")
        answered(row, About.HEALTH, "Aux noix")
        answered(row, About.PRACTICAL, "À pied")
        assert Client().post(f"/rendez-vous/{reference}/reponses/retirer/").status_code == 404
        assert visitor.post(f"/rendez-vous/{reference}/reponses/retirer/").status_code == 302
        assert [answer.about for answer in row.intake_answers.all()] == ["practical"]
        assert IntakeConsent.objects.get().event == "withdrawn"

    def test_no_answer_is_ever_in_a_message_or_a_session(self, visitor: Visitor, documents: None) -> None:
        practitioner, service = bookable_practitioner()
        switch(service, reason=True)
        question = ask(practitioner, "Comment venez-vous ?", required=True)
        held = visitor.hold(practitioner, service, free_start(practitioner, service))
        reference = held["Location"].split("/")[2]
        answers = {f"questions-q{question.pk}": "En montgolfière", "questions-reason": "Un chagrin secret"}
        typed = visitor.post(f"/rendez-vous/{reference}/coordonnees/", DETAILS | answers)
        if not IntakeAnswer.objects.exists():
            pytest.skip("the page of details does not include the questions yet")
        assert typed.status_code == 302
        visitor.consent(f"/rendez-vous/{reference}/verifier/")
        row = Appointment.objects.get(reference=reference)
        assert row.status == Status.CONFIRMED
        assert {answer.answer for answer in row.intake_answers.all()} == {"En montgolfière", "Un chagrin secret"}
        assert row.intake_answers.get(about="reason").expires_at == intake.expiry(row, About.REASON)
        written = " ".join(
            f"{mail.subject} {mail.text} {mail.html} {mail.attachments}" for mail in OutboxMessage.objects.all()
        )
        assert "montgolfière" not in written
        assert "chagrin" not in written
        assert "chagrin" not in str(dict(visitor.client.session))
