"""Proofs of identity, in doubt only: uploaded by the link or brought by the team, seen once, deleted at once."""

import datetime as dt

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from legal.models import IdentityProof, RightsRequest
from legal.requests.errors import NotExpected
from legal.requests.history import By, What, back_to_work, note, open_one
from legal.requests.receiving import must_wait_for_proof
from legal.retention import files


@transaction.atomic
def prove(*, request_id: int, document: str, upload: UploadedFile, by: User | None, now: dt.datetime) -> IdentityProof:
    """A checked copy. The clock runs again from this day."""
    request = open_one(request_id)
    must_wait_for_proof(request)
    # A copy sent twice replaces the first one: one look, one deletion.
    _delete(request, now)
    proof = IdentityProof.objects.create(request=request, document=document, file=upload, uploaded_at=now)
    back_to_work(request, now)
    request.save()
    note(request, What.PROVED, by=By.TEAM if by else By.PERSON, actor=by, now=now, text=proof.get_document_display())
    return proof


@transaction.atomic
def see(*, request_id: int, convincing: bool, by: User, now: dt.datetime) -> RightsRequest:
    """What was found; the copy goes in this very transaction, and its file after it. Who still doubts asks again, with a reason."""
    request = open_one(request_id)
    proof = request.proofs.order_by("-pk").first()
    if proof is None:
        raise NotExpected
    kind = proof.get_document_display()
    _delete(request, now)
    what = What.SEEN if convincing else What.UNSEEN
    note(request, what, by=By.TEAM, actor=by, now=now, text=kind)
    return request


def _delete(request: RightsRequest, now: dt.datetime) -> None:
    rows = request.proofs.all()
    files.ask(storage="private", names=list(rows.values_list("file", flat=True)), now=now)
    rows.delete()


def forget(request: RightsRequest, now: dt.datetime) -> None:
    """With the answer: a copy that nobody looked at is not needed any more."""
    _delete(request, now)
