"""What was accepted comes by mail: the text and the receipt, once for all that was accepted together."""

import base64
import datetime as dt
import json
import subprocess
import sys

import pytest
from django.db import transaction

from common import clock, delivery
from common.models import OutboxMessage
from legal import receipt_mails
from legal.actions import acceptances
from legal.models import LegalDocument
from tests.factories.accounts import UserFactory
from tests.factories.legal import make_acceptance, make_document, make_version

pytestmark = pytest.mark.django_db
Kind = LegalDocument.Kind
PROGRAM = "legal/programs/verifier_un_recu.py"


def mail() -> OutboxMessage:
    return OutboxMessage.objects.get(key__startswith="acceptance-")


def attached(message: OutboxMessage) -> dict[str, bytes]:
    said = receipt_mails.render(message)
    return {
        one["name"]: base64.b64decode(one["base64"]) if "base64" in one else one["text"].encode()
        for one in said.attachments
    }


def test_two_documents_accepted_together_are_one_mail_with_each_text_and_receipt() -> None:
    user, now = UserFactory(), clock.now()
    with transaction.atomic():
        rows = [
            make_acceptance(make_version(make_document(kind=kind)), user, now=now) for kind in (Kind.CGU, Kind.PRIVACY)
        ]
        for _twice in rows:
            receipt_mails.queue(user=user, now=now)
    files = attached(mail())
    for row in rows:
        text, receipt = f"{row.version.document.slug}-v{row.version.number}.pdf", f"acceptation-{row.sequence}.pdf"
        assert files[text].startswith(b"%PDF")
        assert files[receipt].startswith(b"%PDF")
    assert len(files) == 6


def test_the_receipt_of_the_mail_is_verified_by_the_published_program(tmp_path) -> None:
    user, now = UserFactory(), clock.now()
    row = make_acceptance(make_version(make_document()), user, now=now)
    receipt_mails.queue(user=user, now=now)
    path = tmp_path / "recu.json"
    path.write_bytes(attached(mail())[f"acceptation-{row.sequence}.json"])
    done = subprocess.run([sys.executable, PROGRAM, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(path.read_text())
    path.write_text(json.dumps(told).replace(row.version.content_hash, "0" * 64))
    assert subprocess.run([sys.executable, PROGRAM, str(path)], capture_output=True, check=False).returncode != 0


def test_accepting_a_new_version_sends_its_copy_once_and_a_refusal_none(client) -> None:
    user = UserFactory()
    make_acceptance(make_version(make_document(), now=clock.now() - dt.timedelta(days=9)), user)
    version = make_version(make_document(), mode="accept", now=clock.now() - dt.timedelta(days=1))
    client.force_login(user)
    client.post("/documents/a-accepter/", {"version": version.pk, "answer": "refuse"})
    assert not OutboxMessage.objects.exists()
    for _twice in range(2):
        client.post("/documents/a-accepter/", {"version": version.pk, "answer": "accept", "box": "on"})
    message = mail()
    assert message.to == user.email
    assert f"{version.document.slug}-v{version.number}.pdf" in attached(message)


def test_who_was_erased_meanwhile_is_sent_nothing() -> None:
    user, now = UserFactory(), clock.now()
    make_acceptance(make_version(make_document()), user, now=now)
    receipt_mails.queue(user=user, now=now)
    acceptances.erase_details(user=user)
    delivery.deliver(mail().pk)
    assert mail().status != OutboxMessage.Status.SENT
