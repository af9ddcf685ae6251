"""Mails that came back, in the shapes of Postfix and of a hosted server; nobody condemns an address by hearsay."""

import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from common import bounces, clock
from common.models import BadAddress, OutboxMessage

POSTFIX = """\
From: MAILER-DAEMON@mx.monprodubienetre.example
To: bonjour@monprodubienetre.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.monprodubienetre.example
Arrival-Date: Sun, 22 Nov 2026 10:00:00 +0100 (CET)

Final-Recipient: rfc822; Lea@exemple.fr
Original-Recipient: rfc822;Lea@exemple.fr
Action: {action}
Status: {status}
Remote-MTA: dns; mx.exemple.fr
Diagnostic-Code: smtp; 550 {status} <Lea@exemple.fr>: Recipient address rejected

--B
Content-Type: {enclosed}

Message-ID: <appointment-1@monprodubienetre.example>
Subject: Rappel

--B--
"""
pytestmark = pytest.mark.django_db


@pytest.fixture
def sent() -> OutboxMessage:
    now = clock.now()
    return OutboxMessage.objects.create(
        key="appointment-1", to="lea@exemple.fr", status=OutboxMessage.Status.SENT, sent_at=now, next_attempt_at=now
    )


def piped(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))
    call_command("record_bounce")


def report(action: str = "failed", status: str = "5.1.1", enclosed: str = "text/rfc822-headers") -> str:
    return POSTFIX.format(action=action, status=status, enclosed=enclosed)


@pytest.mark.parametrize("enclosed", ["text/rfc822-headers", "message/rfc822"])
def test_a_mail_that_came_back_is_noted_and_its_address_flagged(sent, monkeypatch, enclosed):
    piped(monkeypatch, report(enclosed=enclosed))
    sent.refresh_from_db()
    assert sent.status == OutboxMessage.Status.RETURNED
    assert "Recipient address rejected" in sent.last_error
    assert BadAddress.objects.get().address == "lea@exemple.fr"


def test_a_full_mailbox_is_noted_but_not_flagged(sent, monkeypatch):
    piped(monkeypatch, report(status="5.2.2"))
    sent.refresh_from_db()
    assert sent.status == OutboxMessage.Status.RETURNED
    assert not BadAddress.objects.exists()


@pytest.mark.parametrize(
    "text", [report(action="delayed", status="4.4.1"), "", "hello", "\x00" * 100, "Content-Type: multipart/report\n\nx"]
)
def test_what_is_no_failure_changes_nothing(sent, monkeypatch, text):
    piped(monkeypatch, text)
    sent.refresh_from_db()
    assert sent.status == OutboxMessage.Status.SENT
    assert not BadAddress.objects.exists()


@pytest.mark.parametrize("changed", [{"key": "another"}, {"to": "other@exemple.fr"}])
def test_an_address_to_which_that_mail_was_not_sent_is_not_flagged(sent, monkeypatch, changed: dict[str, Any]):
    OutboxMessage.objects.update(**changed)
    piped(monkeypatch, report())
    assert not BadAddress.objects.exists()
    assert bounces.read(report().encode())[0].address == "lea@exemple.fr"
