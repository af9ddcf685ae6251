"""Making a proof file: why is asked, the parts are gathered, the fingerprint of its manifest is chained."""

import datetime as dt
import secrets

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import DomainError
from common.proof_parts import Subject, Topic, parts_of
from legal.models import ProofFile, ProofFileReason
from legal.proof_files import archive

_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


class ReasonMissing(DomainError):
    message = _("Say which dispute or which request it is for.")


class NothingOfTheKind(DomainError):
    message = _("Nothing has this reference.")


def find(topic: Topic, typed: str) -> Subject:
    found = topic.find(typed)
    if found is None:
        raise NothingOfTheKind
    return found


@transaction.atomic
def make(*, topic: Topic, subject: Subject, reason: str, by: User, now: dt.datetime) -> tuple[ProofFile, bytes]:
    """The archive is handed over and not kept; what is kept is its number, its fingerprint and who has it."""
    reason = " ".join(reason.split())[:300]
    if len(reason) < 8:
        raise ReasonMissing
    reference = _reference()
    with translation.override("fr"):
        parts = parts_of(subject)
        cover = archive.Cover(reference=reference, made_at=now, by=by.get_full_name() or f"n° {by.pk}", reason=reason)
        content, fingerprint = archive.build(subject, str(topic.label), parts, cover)
    row = ProofFile.append(
        commitment=fingerprint, recorded_at=now, reference=reference, kind=subject.kind, object_id=subject.key,
        object_label=subject.label[:60], made_by=by, parts=len(parts),
    )  # fmt: skip
    ProofFileReason.objects.create(proof_file=row, text=reason)
    return row, content


def _reference() -> str:
    while ProofFile.objects.filter(
        reference=(found := "P-" + "".join(secrets.choice(_ALPHABET) for _ in range(8)))
    ).exists():
        pass
    return found
