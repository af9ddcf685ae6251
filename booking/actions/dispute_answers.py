"""Answering a dispute: drafted, frozen when it is ordered, then carried out by a task until Stripe has it. Once, for good."""

import datetime as dt
from collections.abc import Collection

import structlog
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from booking import dispute_evidence, stripe_gateway
from booking.actions import disputes
from booking.errors import AnswerAlreadySent, DisputeOver, NothingToSend
from booking.models import Dispute, DisputeAnswer, DisputeEvent
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from common.tasks import enqueue

log = structlog.get_logger(__name__)
State, What = DisputeAnswer.State, DisputeEvent.What
EDITABLE = (State.DRAFT, State.REFUSED)


@transaction.atomic
def save_draft(
    *, dispute_id: int, words: str, left_out: Collection[str], actor: User, now: dt.datetime
) -> DisputeAnswer:
    """Keep what was typed. Raises DisputeOver, AnswerAlreadySent."""
    dispute = Dispute.objects.select_for_update(of=("self",), no_key=True).get(pk=dispute_id)
    if not is_answerable(dispute, now=now):
        raise DisputeOver
    answer = DisputeAnswer.objects.filter(dispute=dispute).first()
    if answer is None:
        answer = DisputeAnswer(dispute=dispute)
    elif answer.state not in EDITABLE:
        raise AnswerAlreadySent
    answer.words, answer.left_out = words, sorted(left_out)
    answer.actor, answer.updated_at = actor, now
    answer.save()
    return answer


@transaction.atomic
def order(*, dispute_id: int, words: str, left_out: Collection[str], actor: User, now: dt.datetime) -> DisputeAnswer:
    """Freeze the answer as it is shown and have it sent. Raises DisputeOver, AnswerAlreadySent, NothingToSend."""
    answer = save_draft(dispute_id=dispute_id, words=words, left_out=left_out, actor=actor, now=now)
    dispute = Dispute.objects.select_related(
        "payment__appointment__practitioner", "payment__appointment__policy", "payment__appointment__service"
    ).get(pk=dispute_id)
    evidence = dispute_evidence.assemble(dispute, words=words, left_out=left_out)
    if not evidence:
        raise NothingToSend
    answer.state, answer.evidence, answer.ordered_at, answer.last_error = State.SENDING, evidence, now, ""
    answer.save()
    DisputeEvent.objects.create(dispute=dispute, what=What.ORDERED, actor=actor, at=now)

    def ask() -> None:
        from booking.tasks import send_dispute_answer

        enqueue(send_dispute_answer, answer.pk)

    transaction.on_commit(ask)
    return answer


def is_answerable(dispute: Dispute, *, now: dt.datetime) -> bool:
    return dispute.waits_for_answer and (dispute.evidence_due_by is None or now < dispute.evidence_due_by)


def send(*, answer_id: int, now: dt.datetime) -> None:
    """Give it to Stripe, with a key that makes asking twice harmless. Silence leaves it to the next sweep."""
    answer = DisputeAnswer.objects.select_related("dispute__payment__account").get(pk=answer_id)
    if answer.state != State.SENDING:
        return
    dispute = answer.dispute
    account = dispute.payment.account
    try:
        found = _ask(answer, account.account_id)
    except StripeUnreachable as error:
        _note(answer_id, str(error), answered=error.answered, now=now)
        return
    except StripeRefused as error:
        log.error("dispute_answer_refused", answer=answer_id, error=error.reason)
        _note(answer_id, error.reason, answered=True, refused=True, now=now)
        return
    with transaction.atomic():
        row = DisputeAnswer.objects.select_for_update(no_key=True).get(pk=answer_id)
        if row.state == State.SENDING:
            row.state, row.sent_at, row.last_error = State.SENT, now, ""
            row.save(update_fields=["state", "sent_at", "last_error"])
            DisputeEvent.objects.create(dispute=dispute, what=What.SENT, at=now)
        disputes.settle(account=account, found=found, fee_cents=0, now=now)


def _ask(answer: DisputeAnswer, account: str) -> stripe_gateway.Dispute:
    """Where an answer was lost, what Stripe has is looked at first: the bank takes one only."""
    name = answer.dispute.dispute_id
    if answer.attempts:
        found = stripe_gateway.read_dispute(account, name)
        if found.submissions:
            return found
    try:
        return stripe_gateway.submit_evidence(account, name, answer.evidence, True, answer.idempotency_key)
    except StripeRefused:
        found = stripe_gateway.read_dispute(account, name)
        if found.submissions:
            return found
        raise


def _note(answer_id: int, error: str, *, answered: bool, refused: bool = False, now: dt.datetime) -> None:
    with transaction.atomic():
        row = DisputeAnswer.objects.select_for_update(no_key=True).get(pk=answer_id)
        row.attempts += answered
        row.last_error = error[:300]
        if refused:
            row.state = State.REFUSED
            DisputeEvent.objects.create(dispute=row.dispute, what=What.REFUSED, at=now)
        row.save(update_fields=["attempts", "last_error", "state"])


def to_send() -> QuerySet[DisputeAnswer]:
    return DisputeAnswer.objects.filter(state=State.SENDING).order_by("ordered_at")


def give_in(*, dispute_id: int, actor: User, now: dt.datetime) -> Dispute:
    """The practitioner lets the client have the money. Pressing twice is harmless. Raises DisputeOver, StripeUnreachable."""
    dispute = Dispute.objects.select_related("payment__account", "answer").get(pk=dispute_id)
    answer = getattr(dispute, "answer", None)
    if not dispute.waits_for_answer or (answer and answer.state not in EDITABLE):
        raise DisputeOver
    account = dispute.payment.account
    try:
        found = stripe_gateway.accept_dispute(account.account_id, dispute.dispute_id)
    except StripeRefused:
        found = stripe_gateway.read_dispute(account.account_id, dispute.dispute_id)
        if found.is_open:
            raise
    with transaction.atomic():
        DisputeEvent.objects.create(dispute=dispute, what=What.ACCEPTED, actor=actor, at=now)
        return disputes.settle(account=account, found=found, fee_cents=0, now=now) or dispute
