"""A client's bank takes a payment back: told, answered once with what the appointment proves, decided, every cent in its place."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction

from booking import dispute_evidence, stripe_gateway, tasks
from booking.actions import dispute_answers, disputes
from booking.ledger import practitioner
from booking.ledger.balances import balance
from booking.models import Dispute, DisputeAnswer, LedgerTransaction
from booking.stripe_gateway import StripeUnreachable
from common.clock import now
from common.models import OutboxMessage
from tests.booking.bank_case import Case, case
from tests.booking.conftest import Stripe, Visitor, free_start
from tests.booking.test_money_story import dispute_of
from tests.factories.booking import AppointmentFactory, PaymentFactory

__all__ = ["case"]
NB = "\u00a0"
pytestmark = pytest.mark.django_db


def page(case: Case, row: Dispute) -> str:
    return f"/espace-praticien/paiements/litiges/{row.pk}/"


def test_a_dispute_is_told_shown_and_written_to_the_cent(case: Case) -> None:
    row = case.contest(reason="product_not_received")
    assert (row.status, row.amount_cents, row.payment) == ("needs_response", 6000, case.payment)
    case.same_cents_as_stripe()
    assert balance(practitioner(case.practitioner.pk)) == -245
    told = OutboxMessage.objects.get(template="booking/dispute_opened_practitioner")
    assert told.to == case.practitioner.professional_email
    assert "conteste un paiement" in mail.outbox[-1].body or any("contesté" in m.subject for m in mail.outbox)
    shown = case.office.get(page(case, row)).content.decode()
    assert "la séance n’a pas eu lieu" in shown
    assert "Envoyer cette réponse à la banque" in shown
    assert "60,00" in case.office.get("/espace-praticien/paiements/litiges/").content.decode()


def test_news_of_it_twice_and_in_any_order_are_one_dispute(case: Case) -> None:
    case.stripe.control.open_dispute(case.payment.payment_intent)
    opened = case.stripe.control.take()
    case.stripe.control.decide_dispute(_the_dispute(case), won=True)
    closed = case.stripe.control.take()
    for item in [*reversed(closed), *reversed(opened), *opened, *closed]:
        assert case.visitor.webhook(item).status_code == 200
    row = Dispute.objects.get()
    assert (row.status, row.closed_at is not None) == ("won", True)
    case.same_cents_as_stripe()
    assert OutboxMessage.objects.filter(template="booking/dispute_closed_practitioner").count() == 1


def _the_dispute(case: Case) -> str:
    (found,) = stripe_gateway.list_disputes(case.stripe.account)
    return found.id


def test_what_was_read_before_something_later_is_thrown_away(case: Case) -> None:
    row = case.contest()
    account = row.payment.account
    old = stripe_gateway.read_dispute(account.account_id, row.dispute_id)
    case.stripe.control.decide_dispute(row.dispute_id, won=False)
    case.news()
    disputes.settle(account=account, found=old, fee_cents=0, now=now())
    row.refresh_from_db()
    assert row.status == "lost"
    case.same_cents_as_stripe()


@pytest.mark.parametrize(("won", "left"), [(True, 5755), (False, -245)])
def test_the_bank_s_word_moves_the_money_and_is_told(case: Case, won: bool, left: int) -> None:
    row = case.contest()
    case.stripe.control.decide_dispute(row.dispute_id, won=won)
    case.news()
    row.refresh_from_db()
    assert row.status == ("won" if won else "lost")
    assert balance(practitioner(case.practitioner.pk)) == left
    case.same_cents_as_stripe()
    assert OutboxMessage.objects.filter(template="booking/dispute_closed_practitioner").count() == 1
    shown = case.office.get(page(case, row)).content.decode()
    assert ("vous a donné raison" if won else "a donné raison au client") in shown
    assert "Envoyer cette réponse" not in shown


def test_the_evidence_is_the_appointment_s_and_says_nothing_of_health(case: Case) -> None:
    row = case.contest()
    case.appointment.refresh_from_db()
    found = dispute_evidence.assemble(row, words="Elle est venue.", left_out=[])
    assert found["customer_email_address"] == case.appointment.contact_email
    assert case.appointment.reference in found["product_description"]
    assert "accepté par le client le" in found["access_activity_log"]
    assert "Payé par le client sur la page de Stripe" in found["access_activity_log"]
    assert "Annulation jusqu’au" in found["cancellation_policy_disclosure"]
    assert found["uncategorized_text"].startswith("Elle est venue.")
    assert "Rendez-vous confirmé" in found["uncategorized_text"]
    assert "professional" not in str(found)
    assert case.practitioner.professional_email not in found["uncategorized_text"]
    assert all(len(text) <= stripe_gateway.LONGEST_EVIDENCE_TEXT for text in found.values())


def test_the_evidence_claims_nothing_that_was_not_shown(case: Case) -> None:
    row = case.contest()
    said = "Montré au client avec ces dates"
    assert said in dispute_evidence.assemble(row, words="", left_out=[])["cancellation_policy_disclosure"]
    row.payment.appointment.booked_in_office = True
    found = dispute_evidence.assemble(row, words="", left_out=[])
    assert said not in found["cancellation_policy_disclosure"]
    assert "Réservé pour le client par le praticien" in found["access_activity_log"]


def test_an_unticked_piece_is_not_sent(case: Case) -> None:
    row = case.contest()
    names = [piece.name for piece in dispute_evidence.pieces(row)]
    assert {"session", "client", "payment", "accepted", "terms", "history", "messages", "refunds"} == set(names)
    found = dispute_evidence.assemble(row, words="", left_out=["messages", "client"])
    assert "uncategorized_text" not in found
    assert "customer_name" not in found


def test_a_draft_is_kept_and_the_answer_goes_out_once(case: Case) -> None:
    row = case.contest()
    answer = case.post(
        page(case, row), {"words": "Venue à l’heure.", "pieces": ["session", "client"], "geste": "brouillon"}
    )
    assert answer.status_code == 302
    assert "Venue à l’heure." in case.office.get(page(case, row)).content.decode()
    form = {"words": "Venue à l’heure.", "pieces": ["session", "client"], "geste": "envoyer"}
    assert case.post(page(case, row), form).status_code == 302
    sent = DisputeAnswer.objects.get()
    assert sent.state == "sent"
    assert set(sent.evidence) == {
        "uncategorized_text", "product_description", "service_date", "customer_name", "customer_email_address",
    }  # fmt: skip
    row.refresh_from_db()
    assert row.status == "under_review"
    again = case.post(page(case, row), form | {"words": "Autre chose"})
    assert again.status_code == 409
    assert stripe_gateway.read_dispute(case.stripe.account, row.dispute_id).submissions == 1
    assert "Venue à l’heure." in case.office.get(page(case, row)).content.decode()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["error", "timeout"])
def test_an_answer_lost_on_the_way_is_sent_once_all_the_same(
    case: Case, when: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stripe fails or falls silent, before taking it or after: the sweep finds out and ends it."""
    row = case.contest()
    monkeypatch.setattr("booking.stripe_gateway.connection.TIMEOUT_SECONDS", 1)
    stripe_gateway.connection._client.cache_clear()
    case.stripe.control.fail_requests(when=when, kind=kind, count=1, seconds=1.5, method="POST", path="/v1/disputes")
    case.post(page(case, row), {"words": "Venue.", "pieces": ["session"], "geste": "envoyer"})
    assert DisputeAnswer.objects.get().state == "sending"
    tasks.keep_disputes()
    assert DisputeAnswer.objects.get().state == "sent"
    assert stripe_gateway.read_dispute(case.stripe.account, row.dispute_id).submissions == 1
    stripe_gateway.connection._client.cache_clear()


def test_the_practitioner_may_give_in_with_the_consequence_shown(case: Case) -> None:
    row = case.contest()
    path = page(case, row) + "accepter/"
    assert f"le client garde 60,00{NB}€" in case.office.get(path).content.decode()
    assert case.post(path, {}).status_code == 302
    row.refresh_from_db()
    assert row.status == "lost"
    case.same_cents_as_stripe()
    assert case.post(path, {}).status_code == 302  # nothing more to accept
    assert [event.what for event in row.events.all()].count("accepted") == 1


def test_reminders_come_in_time_each_once_and_stop_with_the_answer(case: Case) -> None:
    row = case.contest()
    due = row.evidence_due_by
    assert due is not None
    seen = []
    for hours in range(0, 24 * 9, 6):
        moment = row.opened_at + dt.timedelta(hours=hours)
        for found in disputes.to_remind(now=moment):
            if disputes.remind(dispute_id=found.pk, now=moment):
                seen.append((due - moment).days)
    assert seen == [7, 3, 1] or seen == [6, 2, 0]
    assert OutboxMessage.objects.filter(template="booking/dispute_reminder_practitioner").count() == 3
    DisputeAnswer.objects.create(
        dispute=row, state="sending", evidence={"uncategorized_text": "x"}, updated_at=now(), ordered_at=now()
    )
    Dispute.objects.filter(pk=row.pk).update(reminded_days=None)
    assert not disputes.to_remind(now=due - dt.timedelta(hours=1)).exists()


def test_after_the_deadline_nothing_can_be_sent_and_nothing_typed_is_lost(case: Case, login_as: Any) -> None:
    row = case.contest()
    assert row.evidence_due_by is not None
    with time_machine.travel(row.evidence_due_by + dt.timedelta(seconds=1), tick=False):
        Dispute.objects.filter(pk=row.pk).update(status="needs_response")
        login_as(case.practitioner.user)
        answer = case.post(page(case, row), {"words": "Trop tard ?", "pieces": ["session"], "geste": "envoyer"})
    assert answer.status_code == 409
    assert "n’attend plus de réponse" in answer.content.decode()
    assert not DisputeAnswer.objects.exists()


def test_nonsense_is_refused_and_nothing_is_sent(case: Case) -> None:
    row = case.contest()
    for data in (
        {"words": "x" * 5001},
        {"words": "\x00"},
        {"words": "", "pieces": ["inconnu"]},
        {"words": "🙂\u202e" * 3000},
    ):
        answer = case.post(page(case, row), data | {"geste": "envoyer"})
        assert answer.status_code in {400, 422}
        if len(data["words"]) > 5000:
            assert data["words"][:5000] in answer.content.decode()
    assert not DisputeAnswer.objects.exists()


def test_an_answer_of_nothing_is_not_sent(case: Case) -> None:
    row = case.contest()
    answer = case.post(page(case, row), {"words": "  ", "geste": "envoyer"})
    assert answer.status_code in {400, 409, 422}
    assert not DisputeAnswer.objects.exists()


def test_a_dispute_that_no_notification_told_of_is_found_at_night(case: Case) -> None:
    case.stripe.control.open_dispute(case.payment.payment_intent)
    case.stripe.control.take()
    tasks.read_account_money(case.payment.account_id)
    assert Dispute.objects.count() == 1
    case.same_cents_as_stripe()


def test_one_not_heard_of_for_hours_is_read_again(case: Case) -> None:
    row = case.contest()
    case.stripe.control.decide_dispute(row.dispute_id, won=True)
    case.stripe.control.take()
    Dispute.objects.filter(pk=row.pk).update(read_at=now() - dt.timedelta(hours=7))
    with case.visitor.on_commit(execute=True):
        tasks.keep_disputes()
    row.refresh_from_db()
    assert row.status == "won"


def test_stripe_silent_keeps_the_event_to_be_processed_again(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    case.stripe.control.open_dispute(case.payment.payment_intent)

    def silent(*_args: Any) -> None:
        raise StripeUnreachable

    with monkeypatch.context() as patched:
        patched.setattr(stripe_gateway, "read_dispute", silent)
        case.news()
    assert not Dispute.objects.exists()
    assert not LedgerTransaction.objects.filter(kind="dispute").exists()
    with time_machine.travel(now() + dt.timedelta(minutes=1), tick=False):
        tasks.process_pending_events()
    assert Dispute.objects.count() == 1


def test_a_dispute_told_before_its_payment_is_known_waits_for_it(
    visitor: Visitor, stripe: Stripe, paid_service: tuple[Any, Any]
) -> None:
    appointment, _answer = visitor.book(*paid_service, free_start(*paid_service))
    stripe.pay(appointment)
    payment_news = stripe.news()
    intent = next(iter(stripe_gateway.list_charges(stripe.account))).payment_intent
    stripe.control.open_dispute(intent)
    for item in stripe.control.take():
        visitor.webhook(item)
    assert not Dispute.objects.exists()
    visitor.webhook(payment_news)
    with time_machine.travel(now() + dt.timedelta(minutes=1), tick=False):
        tasks.process_pending_events()
    assert Dispute.objects.get().payment.appointment == appointment


def test_a_payment_of_nobody_here_is_no_dispute_of_ours(case: Case) -> None:
    """A charge made by hand in the practitioner's own Stripe space."""
    row = case.contest()
    found = stripe_gateway.read_dispute(row.payment.account.account_id, row.dispute_id)
    unknown = type(found)(**{**found.__dict__, "payment_intent": "pi_elsewhere", "id": "du_other"})
    assert disputes.settle(account=row.payment.account, found=unknown, fee_cents=0, now=now()) is None
    assert Dispute.objects.count() == 1


def test_another_s_dispute_does_not_exist(case: Case) -> None:
    other = dispute_of(
        PaymentFactory(appointment=AppointmentFactory(advance_cents=6000, fee_cents=245)), "needs_response"
    )
    for path in (page(case, other), page(case, other) + "accepter/"):
        assert case.office.get(path).status_code == 404
        assert case.post(path, {"words": "x", "geste": "envoyer"}).status_code == 404
    assert "0,01" not in case.office.get("/espace-praticien/paiements/litiges/").content.decode()


def test_what_was_sent_is_never_changed(case: Case) -> None:
    row = case.contest()
    case.post(page(case, row), {"words": "Venue.", "pieces": ["session"], "geste": "envoyer"})
    with pytest.raises(IntegrityError), transaction.atomic():
        DisputeAnswer.objects.update(words="Autre")
    assert dispute_answers.to_send().count() == 0
