"""Disclosures to authorities: prepared by one person, approved by another, sealed with its hash; the person's record says it."""

import datetime as dt
import hashlib
import io
import json
import secrets
import zipfile

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.access.kinds import kind
from common.access.records import record
from common.clock import PARIS
from common.errors import Conflict, DomainError, NotAllowed
from common.models import ReadingLog
from legal.models import Disclosure
from legal.rights import export

DISCLOSED = kind("disclosure", _("Disclosure to an authority"), _("Answering the authority’s request"))
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class ByAnother(NotAllowed):
    message = _("Whoever prepared a disclosure does not approve it: somebody else does.")


class Decided(Conflict):
    message = _("This disclosure is decided already.")


class Tomorrow(DomainError):
    message = _("This day has not come yet.")


@transaction.atomic
def prepare(
    *,
    authority: str,
    basis: str,
    scope: str,
    person: User,
    asked_on: dt.date,
    may_tell: bool,
    by: User,
    now: dt.datetime,
) -> Disclosure:
    if asked_on > now.astimezone(PARIS).date():
        raise Tomorrow
    return Disclosure.objects.create(
        reference=f"D-{''.join(secrets.choice(_ALPHABET) for _n in range(8))}",
        authority=authority, basis=basis, scope=scope, person=person, asked_on=asked_on, may_tell=may_tell,
        prepared_at=now, prepared_by=by,
    )  # fmt: skip


@transaction.atomic
def refuse(*, disclosure_id: int, reason: str, by: User, now: dt.datetime) -> Disclosure:
    row = _open(disclosure_id, by)
    row.decided_at, row.decided_by, row.refused_reason = now, by, reason
    row.save(update_fields=["decided_at", "decided_by", "refused_reason"])
    return row


@transaction.atomic
def approve(*, disclosure_id: int, by: User, now: dt.datetime) -> Disclosure:
    """Approved, sealed and recorded in one go: what is handed over is what was approved."""
    row = _open(disclosure_id, by)
    content = _sealed(row, by, now)
    row.decided_at, row.decided_by = now, by
    row.sha256, row.size = hashlib.sha256(content).hexdigest(), len(content)
    row.file.save("disclosure.zip", ContentFile(content), save=False)
    row.save()
    # A secret that the law asks for is kept from the person's page, not from the record.
    record(
        reader=by,
        kind=DISCLOSED,
        subject=f"legal.Disclosure:{row.pk}",
        people=[row.person_id if row.may_tell else None],
        reason=f"{row.authority} – {row.basis}",
        act=ReadingLog.Act.DISCLOSE,
    )
    return row


def read(row: Disclosure) -> bytes:
    """The sealed archive, as long as it is the one that was sealed."""
    with row.file.open("rb") as opened:
        content: bytes = opened.read()
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise Conflict(_("This archive is not the one that was sealed: do not hand it over."))
    return content


def _sealed(row: Disclosure, by: User, now: dt.datetime) -> bytes:
    """The person's data as the law lets them be read, with a slip that says for whom, on which ground, and each file's hash."""
    with export.build(user=row.person, now=now) as opened:
        data = opened.read()
    slip = {
        "reference": row.reference,
        "authority": row.authority,
        "legal_basis": row.basis,
        "scope": row.scope,
        "asked_on": row.asked_on.isoformat(),
        "prepared_by": row.prepared_by.email,
        "approved_by": by.email,
        "sealed_at": now.isoformat(),
        "files": {"donnees.zip": hashlib.sha256(data).hexdigest()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bordereau.json", json.dumps(slip, ensure_ascii=False, indent=1))
        archive.writestr("donnees.zip", data)
    return out.getvalue()


def _open(disclosure_id: int, by: User) -> Disclosure:
    row = Disclosure.objects.select_for_update(of=("self",), no_key=True).get(pk=disclosure_id)
    if row.decided_at is not None:
        raise Decided
    if row.prepared_by_id == by.pk:
        raise ByAnother
    return row
