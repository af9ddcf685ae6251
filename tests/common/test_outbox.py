"""A message is stored with what causes it, and leaves by the rules: a reminder at most once, the rest at least once."""

import datetime as dt
import smtplib
from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from common import clock, delivery, outbox, tasks, transport
from common.models import BadAddress, OutboxMessage
from common.outbox import Draft, Rendered, Renderer, renderers
from common.tasks import deliver_outbox

Status, Reason = OutboxMessage.Status, OutboxMessage.Reason
refusals: dict[str, str] = {}
written: list[str] = []


def _render(message: OutboxMessage) -> Rendered:
    written.append(message.key)
    if message.facts.get("broken"):
        raise LookupError("nothing to say")
    return Rendered(subject=f"Bonjour {message.facts['name']}", text=f"Le {message.facts['at']:%d/%m}")


if "test" not in renderers:
    renderers.register("test", Renderer(_render, lambda message: refusals.get(message.key, "")))


@pytest.fixture(autouse=True)
def nothing_yet(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where transactions are real, the task that is asked for at commit gets lost: sweeps and calls alone deliver."""
    refusals.clear()
    written.clear()
    if "transactional_db" in request.fixturenames or request.node.get_closest_marker("django_db").kwargs:
        monkeypatch.setattr(tasks, "enqueue", lambda *_args: True)


def queued(key: str = "one", **more: Any) -> OutboxMessage:
    facts = more.pop("facts", {}) | {"name": "Léa", "at": dt.datetime(2026, 12, 1, 14, 30, tzinfo=dt.UTC)}
    outbox.queue("test", [Draft(key=key, to=more.pop("to", "lea@exemple.fr"), template="x", facts=facts, **more)])
    return OutboxMessage.objects.get(key=key)


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception | None) -> list[str]:
    """The transport says `error`, or takes the message; the keys it was given."""
    given: list[str] = []

    def hand_over(message: OutboxMessage) -> str:
        given.append(message.key)
        if error:
            raise error
        return ""

    monkeypatch.setattr(transport, "hand_over", hand_over)
    return given


def later(monkeypatch: pytest.MonkeyPatch, **ahead: float) -> None:
    moment = clock.now() + dt.timedelta(**ahead)
    monkeypatch.setattr(clock, "now", lambda: moment)


pytestmark = pytest.mark.django_db


def test_a_message_is_written_when_it_is_sent_not_when_it_is_queued(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        message = queued()
        assert not written
        assert message.text == ""
    message.refresh_from_db()
    assert (message.status, message.subject, message.text) == (Status.SENT, "Bonjour Léa", "Le 01/12")
    assert message.facts == {}, "what it says is the evidence; the facts are not kept twice"
    assert [sent.subject for sent in mail.outbox] == ["Bonjour Léa"]


def test_the_same_key_is_queued_once(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        queued()
        queued(facts={"name": "Another"})
    assert OutboxMessage.objects.count() == len(mail.outbox) == 1


def test_nothing_is_sent_for_what_was_rolled_back(django_capture_on_commit_callbacks):
    def fails() -> None:
        with transaction.atomic():
            queued()
            raise RuntimeError

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        fails()
    assert not OutboxMessage.objects.exists()
    assert not mail.outbox


def test_a_transport_that_fails_is_tried_again_with_the_same_message_id(monkeypatch):
    message = queued()
    with monkeypatch.context() as patched:
        failing(patched, ConnectionRefusedError("no"))
        for attempt, wait in enumerate(delivery.RETRY_AFTER, start=1):
            before = clock.now()
            delivery.deliver(message.pk)
            message.refresh_from_db()
            assert (message.status, message.attempts) == (Status.PENDING, attempt)
            assert wait - dt.timedelta(seconds=9) <= message.next_attempt_at - before <= wait + dt.timedelta(seconds=9)
            delivery.deliver(message.pk)
            message.refresh_from_db()
            assert message.attempts == attempt, "not before its time"
            later(patched, seconds=wait.total_seconds() + 9)
    OutboxMessage.objects.update(next_attempt_at=clock.now())
    deliver_outbox()
    assert mail.outbox[0].extra_headers["Message-ID"] == "<one@monprodubienetre.example>"
    assert written == ["one"], "written once: each attempt says the same"


def test_after_every_attempt_it_has_failed_and_says_so(monkeypatch):
    message = queued()
    failing(monkeypatch, TimeoutError("slow"))
    for _attempt in range(len(delivery.RETRY_AFTER) + 1):
        delivery.deliver(message.pk)
        later(monkeypatch, days=1)
    message.refresh_from_db()
    assert (message.status, message.reason) == (Status.FAILED, Reason.GAVE_UP)
    assert "slow" in message.last_error


def test_a_message_that_cannot_be_written_is_tried_again_and_keeps_no_other_waiting():
    broken = queued("broken", facts={"broken": True}, at_most_once=True)
    queued("fine")
    deliver_outbox()
    broken.refresh_from_db()
    assert (broken.status, broken.attempts) == (Status.PENDING, 1)
    assert "nothing to say" in broken.last_error
    assert OutboxMessage.objects.get(key="fine").status == Status.SENT


@pytest.mark.parametrize("once", [True, False])
def test_what_comes_too_late_is_dropped(once):
    message = queued(at_most_once=once, not_after=clock.now() - dt.timedelta(seconds=1))
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert (message.status, message.reason, message.facts) == (Status.DROPPED, Reason.LATE, {})
    assert not mail.outbox
    assert not written


def test_what_its_app_does_not_want_any_more_is_dropped_with_the_reason():
    message = queued(at_most_once=True)
    refusals["one"] = Reason.OFF
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert (message.status, message.reason) == (Status.DROPPED, Reason.OFF)
    assert not mail.outbox


# --- crashes ---------------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """As SIGKILL: nothing catches it, and the transaction that was open is gone."""


def _dies_after_the_transport(monkeypatch: pytest.MonkeyPatch, message: OutboxMessage) -> None:
    given = transport.hand_over

    def hand_over(row: OutboxMessage) -> str:
        given(row)
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(transport, "hand_over", hand_over)
        with pytest.raises(Killed):
            delivery.deliver(message.pk)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_after_sending_sends_an_ordinary_message_again(monkeypatch):
    message = queued()
    _dies_after_the_transport(monkeypatch, message)
    deliver_outbox()
    message.refresh_from_db()
    assert message.status == Status.SENT
    assert [sent.extra_headers["Message-ID"] for sent in mail.outbox] == [message.message_id] * 2


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_after_sending_never_sends_a_reminder_again(monkeypatch):
    message = queued(at_most_once=True)
    _dies_after_the_transport(monkeypatch, message)
    for _sweep in range(3):
        deliver_outbox()
        later(monkeypatch, hours=1)
    message.refresh_from_db()
    assert len(mail.outbox) == 1
    assert message.status == Status.UNKNOWN, "the evidence does not claim to know"


@pytest.mark.django_db(transaction=True)
def test_a_reminder_that_is_being_sent_is_not_called_lost(monkeypatch):
    message = queued(at_most_once=True)
    _dies_after_the_transport(monkeypatch, message)
    assert delivery.settle_lost(clock.now()) == 0
    message.refresh_from_db()
    assert message.status == Status.SENDING


def test_a_reminder_whose_sending_is_unclear_is_not_sent_again(monkeypatch):
    message = queued(at_most_once=True)
    given = failing(monkeypatch, smtplib.SMTPServerDisconnected("gone"))
    delivery.deliver(message.pk)
    later(monkeypatch, hours=2)
    deliver_outbox()
    message.refresh_from_db()
    assert message.status == Status.UNKNOWN
    assert given == ["one"]


def test_a_reminder_that_was_certainly_not_taken_is_tried_again_while_it_is_in_time(monkeypatch):
    message = queued(at_most_once=True, not_after=clock.now() + dt.timedelta(minutes=2))
    given = failing(monkeypatch, ConnectionRefusedError("no"))
    delivery.deliver(message.pk)
    later(monkeypatch, seconds=61)
    deliver_outbox()
    later(monkeypatch, hours=2)
    deliver_outbox()
    message.refresh_from_db()
    assert given == ["one", "one"]
    assert (message.status, message.reason) == (Status.DROPPED, Reason.LATE)


# --- addresses that do not receive -----------------------------------------------------------------------------------


def refused(code: int, text: str) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"lea@exemple.fr": (code, text.encode())})


@pytest.mark.parametrize(
    "error",
    [
        refused(550, "5.1.1 <lea@exemple.fr>: user unknown"),
        refused(553, "sorry, no mailbox here by that name"),
        smtplib.SMTPDataError(550, b"5.2.1 mailbox disabled"),
    ],
)
def test_a_permanent_refusal_flags_the_address(monkeypatch, error):
    message = queued(to="Lea@exemple.fr")
    failing(monkeypatch, error)
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert (message.status, message.reason) == (Status.FAILED, Reason.BAD_ADDRESS)
    assert BadAddress.objects.get().address == "lea@exemple.fr"


@pytest.mark.parametrize(
    "error",
    [
        refused(450, "4.2.1 greylisted"),
        refused(550, "5.7.1 your network is on a list"),
        refused(552, "5.2.2 mailbox full"),
        smtplib.SMTPSenderRefused(553, b"5.7.1 sender refused", "bonjour@monprodubienetre.example"),
        smtplib.SMTPDataError(554, b"5.6.0 content refused"),
        smtplib.SMTPAuthenticationError(535, b"5.7.8 bad credentials"),
    ],
)
def test_a_refusal_that_is_not_about_the_address_does_not_flag_it(monkeypatch, error):
    message = queued()
    failing(monkeypatch, error)
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert message.status == Status.PENDING
    assert not BadAddress.objects.exists()


def test_a_flagged_address_gets_no_reminder_and_the_first_message_that_passes_clears_it():
    delivery.flag("LEA@exemple.fr", error="550", now=clock.now())
    reminder, contract = queued("reminder", at_most_once=True), queued("contract")
    delivery.deliver(reminder.pk)
    reminder.refresh_from_db()
    assert (reminder.status, reminder.reason) == (Status.DROPPED, Reason.BAD_ADDRESS)
    delivery.deliver(contract.pk)
    contract.refresh_from_db()
    assert contract.status == Status.SENT
    assert not BadAddress.objects.exists()


def test_a_renderer_that_nobody_registered_is_refused_at_once():
    with pytest.raises(LookupError):
        outbox.queue("nobody", [Draft(key="k", to="a@b.fr", template="x", facts={})])
