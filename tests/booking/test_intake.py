"""Questions before a session: nothing about health without the switch and the client's agreement; sealed, read and erased."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from booking import health_words, intake
from booking.actions import holds
from booking.actions import intake as actions
from booking.actions.intake import Circumstances
from booking.forms.intake import IntakeFields
from booking.models import (
    Appointment,
    IntakeAnswer,
    IntakeConsent,
    IntakeConsentDetail,
    IntakeQuestion,
    IntakeSettings,
    Status,
)
from booking.signals import appointment_changed
from booking.tasks import purge_intake
from common import crypto
from common.clock import now
from tests.factories.booking import AppointmentFactory, HeldFactory, bookable_practitioner
from tests.factories.intake import ask, switch
from tests.factories.practitioners import PractitionerFactory

OFFICE = "/espace-praticien"
About = IntakeAnswer.About


@pytest.fixture
def held(db: None) -> Any:
    practitioner, service = bookable_practitioner()
    return HeldFactory(practitioner=practitioner, service=service, contact_email="lea@exemple.fr")


def fields(appointment: Any, **data: str) -> IntakeFields:
    return IntakeFields(
        {f"questions-{name}": value for name, value in data.items()},
        service=appointment.service,
        appointment=appointment,
    )


class TestWhatIsAsked:
    def test_nothing_by_default(self, held: Any) -> None:
        assert not IntakeFields(service=held.service, appointment=held).asks_something

    def test_the_questions_of_all_sessions_come_before_those_of_one_and_anothers_never(self, held: Any) -> None:
        owner = held.practitioner
        ask(owner, "Deuxième", service=held.service)
        ask(owner, "Première")
        ask(PractitionerFactory(), "Ailleurs")
        asked = [question.text for question in IntakeFields(service=held.service).questions.values()]
        assert asked == ["Première", "Deuxième"]

    def test_a_question_about_health_is_not_asked_while_the_switch_is_off(self, held: Any) -> None:
        ask(held.practitioner, "Des allergies ?", service=held.service, about_health=True)
        assert not IntakeFields(service=held.service).asks_something
        settings = switch(held.service, health=True)
        assert "health_consent" in IntakeFields(service=held.service).fields
        IntakeSettings.objects.filter(pk=settings.pk).update(asks_health=False)
        assert not IntakeFields(service=held.service).asks_something

    @pytest.mark.parametrize(
        "wrong",
        [
            {"about_health": True, "required": True},
            {"about_health": True, "service": None},
            {"kind": "choice", "choices": ["un seul"]},
        ],
    )
    def test_the_database_refuses_what_may_not_be_asked(self, held: Any, wrong: dict[str, Any]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            ask(held.practitioner, "Question", **({"service": held.service} | wrong))

    def test_the_switch_of_health_needs_its_warning(self, held: Any) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            IntakeSettings.objects.create(service=held.service, asks_health=True)


class TestAnswers:
    def test_they_are_sealed_in_the_database(self, held: Any) -> None:
        question = ask(held.practitioner, "Comment venez-vous ?")
        form = fields(held, **{f"q{question.pk}": "En trottinette"})
        assert form.is_valid()
        form.save(appointment=held, now=now())
        row = held.intake_answers.get()
        assert (row.answer, row.question_text, row.about) == ("En trottinette", "Comment venez-vous ?", "practical")
        with connection.cursor() as cursor:
            cursor.execute("select answer_sealed from booking_intakeanswer")
            assert "trottinette" not in cursor.fetchone()[0]
        assert not IntakeConsent.objects.exists()

    def test_they_are_there_again_on_going_back_and_replaced_when_sent_again(self, held: Any) -> None:
        question = ask(held.practitioner, "Comment venez-vous ?")
        for text in ("À pied", "En train"):
            form = fields(held, **{f"q{question.pk}": text})
            assert form.is_valid()
            form.save(appointment=held, now=now())
        assert IntakeFields(service=held.service, appointment=held).initial == {f"q{question.pk}": "En train"}
        assert held.intake_answers.count() == 1

    def test_a_time_that_was_lost_loses_nothing_of_them_but_only_for_the_same_browser(self, held: Any) -> None:
        question = ask(held.practitioner, "Comment venez-vous ?")
        form = fields(held, **{f"q{question.pk}": "À pied"})
        assert form.is_valid()
        form.save(appointment=held, now=now())
        holds.release(appointment_id=held.pk, now=now())
        again = HeldFactory(practitioner=held.practitioner, service=held.service, starts_at=held.ends_at)
        assert IntakeFields(service=held.service, appointment=again).initial == {f"q{question.pk}": "À pied"}
        stranger = HeldFactory(
            practitioner=held.practitioner, service=held.service, starts_at=again.ends_at, holder_key="another"
        )
        assert IntakeFields(service=held.service, appointment=stranger).initial == {}

    def test_its_words_stay_when_the_question_changes_or_goes(self, held: Any) -> None:
        question = ask(held.practitioner, "Comment venez-vous ?")
        form = fields(held, **{f"q{question.pk}": "À pied"})
        assert form.is_valid()
        form.save(appointment=held, now=now())
        question.delete()
        assert held.intake_answers.get().question_text == "Comment venez-vous ?"

    def test_what_is_booked_is_no_longer_rewritten(self, held: Any) -> None:
        question = ask(held.practitioner, "Comment venez-vous ?")
        booked = AppointmentFactory(practitioner=held.practitioner, starts_at=held.ends_at)
        form = fields(booked, **{f"q{question.pk}": "À pied"})
        assert form.is_valid()
        form.save(appointment=booked, now=now())
        assert not booked.intake_answers.exists()

    def test_a_needed_answer_is_asked_for_and_a_choice_is_one_of_those_offered(self, held: Any) -> None:
        needed = ask(held.practitioner, "Code de l’immeuble ?", required=True)
        choice = ask(held.practitioner, "Tapis ?", kind="choice", choices=["J’en ai un", "Prêtez-m’en un"])
        form = fields(held, **{f"q{choice.pk}": "Autre chose"})
        assert not form.is_valid()
        assert set(form.errors) == {f"q{needed.pk}", f"q{choice.pk}"}

    @given(text=st.text(min_size=1, max_size=400))
    def test_any_text_comes_back_as_it_was_or_is_refused(self, text: str) -> None:
        assert crypto.decrypt(crypto.encrypt(text)) == text

    @pytest.mark.parametrize("text", ["x" * 10_000, "a\x00b"])
    def test_what_is_too_long_or_no_text_is_refused(self, held: Any, text: str) -> None:
        question = ask(held.practitioner, "Comment venez-vous ?")
        assert not fields(held, **{f"q{question.pk}": text}).is_valid()


class TestHealth:
    @pytest.fixture
    def question(self, held: Any) -> IntakeQuestion:
        switch(held.service, health=True, reason=True)
        return ask(held.practitioner, "Des allergies ?", service=held.service, about_health=True)

    def test_an_answer_needs_the_box_and_the_booking_needs_neither(self, held: Any, question: IntakeQuestion) -> None:
        form = fields(held, **{f"q{question.pk}": "Aux noix"})
        assert not form.is_valid()
        assert "health_consent" in form.errors
        assert fields(held).is_valid()

    def test_the_agreement_is_a_link_of_a_chain_that_holds(self, held: Any, question: IntakeQuestion) -> None:
        how = Circumstances(page="/rendez-vous/x/coordonnees/", ip="192.0.2.7", agent="Navigateur\x00")
        for _time in range(2):
            form = fields(held, **{f"q{question.pk}": "Aux noix", "health_consent": "on"})
            assert form.is_valid()
            form.save(appointment=held, now=now(), how=how)
        row = IntakeConsent.objects.get()
        assert (row.event, row.about) == ("given", "health")
        detail = row.detail
        assert detail.email == "lea@exemple.fr"
        assert "chiffrées" in detail.text
        assert row.commitment == detail.expected_commitment(
            event=row.event, about=row.about, recorded_at=row.recorded_at
        )
        assert list(IntakeConsent.broken_links()) == []
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("update booking_intakeconsentdetail set email = 'x@example.fr'")
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("delete from booking_intakeconsent")

    def test_unticked_while_booking_it_is_taken_back(self, held: Any, question: IntakeQuestion) -> None:
        form = fields(held, **{f"q{question.pk}": "Aux noix", "health_consent": "on", "reason": "Me détendre"})
        assert form.is_valid()
        form.save(appointment=held, now=now())
        form = fields(held, reason="Me détendre")
        assert form.is_valid()
        form.save(appointment=held, now=now())
        assert [(row.about, row.event) for row in IntakeConsent.objects.all()] == [
            ("reason", "given"),
            ("health", "given"),
            ("health", "withdrawn"),
        ]
        assert [row.about for row in held.intake_answers.all()] == ["reason"]

    def test_it_is_never_ticked_beforehand(self, held: Any, question: IntakeQuestion) -> None:
        form = fields(held, **{f"q{question.pk}": "Aux noix", "health_consent": "on"})
        assert form.is_valid()
        form.save(appointment=held, now=now())
        shown = IntakeFields(service=held.service, appointment=held)
        assert shown.initial == {f"q{question.pk}": "Aux noix"}
        assert "checked" not in str(shown["health_consent"])


class TestTheEnd:
    def test_a_reason_is_kept_three_months_and_a_practical_answer_twelve(self, held: Any) -> None:
        held.starts_at, held.timezone = dt.datetime(2026, 11, 30, 22, 30, tzinfo=dt.UTC), "Europe/Paris"
        assert intake.expiry(held, About.REASON) == dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
        assert intake.expiry(held, About.HEALTH) == dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
        assert intake.expiry(held, About.PRACTICAL) == dt.datetime(2027, 12, 1, tzinfo=dt.UTC)
        held.timezone = "Indian/Reunion"  # already the first of December there
        assert intake.expiry(held, About.REASON) == dt.datetime(2027, 3, 2, tzinfo=dt.UTC)

    @given(
        day=st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31)),
        about=st.sampled_from([About.REASON, About.HEALTH, About.PRACTICAL]),
    )
    def test_every_day_has_an_end_so_many_months_later(self, day: dt.date, about: IntakeAnswer.About) -> None:
        appointment = Appointment(starts_at=dt.datetime.combine(day, dt.time(12), dt.UTC), timezone="Europe/Paris")
        ends = intake.expiry(appointment, about) - dt.timedelta(days=1)
        months = (ends.year - day.year) * 12 + ends.month - day.month
        assert months == intake.MONTHS_KEPT[about]
        assert ends.day <= day.day

    def test_it_follows_the_appointment_when_that_is_booked_and_moved(self, held: Any) -> None:
        question = ask(held.practitioner, "Comment venez-vous ?")
        form, moment = fields(held, **{f"q{question.pk}": "À pied"}), now()
        assert form.is_valid()
        form.save(appointment=held, now=moment)
        assert held.intake_answers.get().expires_at == moment + intake.UNBOOKED_KEPT
        held.status = Status.CONFIRMED
        appointment_changed.send(sender=Appointment, appointment=held, action="confirm", before="held", now=moment)
        first = held.intake_answers.get().expires_at
        assert first == intake.expiry(held, About.PRACTICAL)
        held.starts_at += dt.timedelta(days=40)
        appointment_changed.send(sender=Appointment, appointment=held, action="move", before="confirmed", now=moment)
        moved = held.intake_answers.get().expires_at
        assert moved == intake.expiry(held, About.PRACTICAL)
        assert moved > first

    def test_the_sweep_erases_what_is_over_and_only_that_and_the_proof_stays_five_years(self, held: Any) -> None:
        switch(held.service, reason=True)
        moment = now()
        form = fields(held, reason="Me détendre")
        assert form.is_valid()
        form.save(appointment=held, now=moment)
        assert actions.purge(now=moment + dt.timedelta(hours=23)) == {"answers": 0, "proofs": 0}
        assert actions.purge(now=moment + dt.timedelta(hours=25)) == {"answers": 1, "proofs": 0}
        assert IntakeConsentDetail.objects.count() == 1
        assert actions.purge(now=moment + dt.timedelta(days=5 * 366 + 1)) == {"answers": 0, "proofs": 1}
        assert list(IntakeConsent.broken_links()) == []

    def test_beat_does_it(self, db: None) -> None:
        purge_intake()


class TestWords:
    @pytest.mark.parametrize(
        "text",
        ["Avez-vous des allergies ?", "Prenez-vous un traitement ?", "Êtes-vous ENCEINTE ?", "Une maladie, une opération récente ?",
         "Votre état de santé", "Où avez-vous mal ?", "Souffrez-vous d’insomnies ?", "tension artérielle", "Médicaments (liste)",
         "burn-out", "Antécédents"],
    )  # fmt: skip
    def test_words_that_suggest_health_are_seen(self, text: str) -> None:
        assert health_words.suspects(text)

    @pytest.mark.parametrize(
        "text",
        ["Comment avez-vous connu le cabinet ?", "Venez-vous en voiture ?", "Quel étage ?", "Avez-vous un tapis ?", "",
         "Préférez-vous le tutoiement ?", "Une table ou une chaise ?", "Quelle musique aimez-vous ?"],
    )  # fmt: skip
    def test_ordinary_questions_are_not(self, text: str) -> None:
        assert health_words.suspects(text) == []

    @given(text=st.text(max_size=300))
    def test_whatever_is_written_is_read(self, text: str) -> None:
        assert len(health_words.suspects(text)) <= len(text)
