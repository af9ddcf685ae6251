"""Handing messages over, so that whatever dies in between a reminder leaves at most once and every other message at least once."""

import datetime as dt

import structlog
from django.db import transaction

from common import clock, transport
from common.models import BadAddress, OutboxMessage
from common.outbox import gates, renderers

log = structlog.get_logger(__name__)
RETRY_AFTER = [dt.timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720)]
# Longer than any task may run: what is still being sent then belongs to a worker that died.
LOST_AFTER = dt.timedelta(minutes=10)
Status, Reason = OutboxMessage.Status, OutboxMessage.Reason


def deliver(message_id: int) -> None:
    """Deliver one message that is due; a failure is recorded and tried again later.

    An ordinary message is marked in the transaction that hands it over: a crash undoes the mark and it leaves again, with the
    same Message-ID. A reminder is marked in a transaction before: a crash leaves the mark, and it never leaves again.
    """
    with transaction.atomic():
        message = _locked(message_id, Status.PENDING)
        now = clock.now()
        if message is None or message.next_attempt_at > now:
            return
        message.attempted_at = now
        if not message.at_most_once:
            _hand_over(message)
            return
        message.status = Status.SENDING
        message.save(update_fields=["status", "attempted_at"])
    with transaction.atomic():
        message = _locked(message_id, Status.SENDING)
        if message is not None:
            _hand_over(message)


def settle_lost(now: dt.datetime) -> int:
    """Reminders whose worker died while sending: their fate is not known, which the evidence says."""
    lost = OutboxMessage.objects.select_for_update(skip_locked=True, no_key=True).filter(
        status=Status.SENDING, attempted_at__lt=now - LOST_AFTER
    )
    with transaction.atomic():
        found = list(lost.values_list("pk", flat=True)[:200])
        OutboxMessage.objects.filter(pk__in=found).update(status=Status.UNKNOWN)
    return len(found)


def _locked(message_id: int, status: str) -> OutboxMessage | None:
    return (
        OutboxMessage.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(pk=message_id, status=status)
        .first()
    )


def _hand_over(message: OutboxMessage) -> None:
    """Under the lock of the row: drop it, or write and send it; the row says what became of it."""
    try:
        with transaction.atomic():
            reason = _refusal(message)
            if not reason:
                _write(message)
    except Exception as error:
        # Nothing left: whatever the message is, it may be tried again.
        log.exception("message_not_written", key=message.key)
        _later(message, error)
    else:
        if reason:
            message.status, message.reason, message.facts = Status.DROPPED, reason, {}
        else:
            _send(message)
    message.save()


def _refusal(message: OutboxMessage) -> str:
    """Why it must not leave, if anything; what is read stays locked until it has left."""
    if message.renderer and (reason := renderers.get(message.renderer).unwanted(message)):
        return reason
    if reason := next((said for gate in gates if (said := gate(message))), ""):
        return reason
    # Read after the locks were waited for.
    if message.not_after and clock.now() > message.not_after:
        return Reason.LATE
    if message.at_most_once and BadAddress.objects.of(message.to).exists():
        return Reason.BAD_ADDRESS
    return ""


def _write(message: OutboxMessage) -> None:
    if message.text or not message.renderer:
        return
    said = renderers.get(message.renderer).render(message)
    message.subject, message.text, message.html = said.subject, said.text, said.html
    message.attachments, message.headers = said.attachments, said.headers


def _send(message: OutboxMessage) -> None:
    try:
        message.provider_reference = transport.hand_over(message)
    except Exception as error:  # noqa: BLE001 (any transport error: kept on the row, logged, tried again where it may be)
        verdict = transport.verdict(error)
        log.warning("message_not_delivered", key=message.key, verdict=verdict, error=str(error))
        if verdict == transport.Verdict.BAD_ADDRESS:
            message.status, message.reason, message.last_error = Status.FAILED, Reason.BAD_ADDRESS, _words(error)
            message.attempts += 1
            flag(message.to, error=str(error), now=clock.now())
        elif message.at_most_once and verdict == transport.Verdict.UNCLEAR:
            message.status, message.last_error = Status.UNKNOWN, _words(error)
            message.attempts += 1
        else:
            _later(message, error)
    else:
        message.status, message.sent_at, message.facts = Status.SENT, clock.now(), {}
        BadAddress.objects.of(message.to).delete()


def _later(message: OutboxMessage, error: Exception) -> None:
    message.attempts += 1
    message.last_error = _words(error)
    if message.attempts > len(RETRY_AFTER):
        message.status, message.reason = Status.FAILED, Reason.GAVE_UP
    else:
        message.status = Status.PENDING
        message.next_attempt_at = clock.now() + RETRY_AFTER[message.attempts - 1]


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000]


def flag(address: str, *, error: str, now: dt.datetime) -> None:
    """Note that `address` does not receive; its first refusal is the one that is kept."""
    BadAddress.objects.get_or_create(
        address=address.strip().lower()[:254], defaults={"error": error[:300], "flagged_at": now}
    )
