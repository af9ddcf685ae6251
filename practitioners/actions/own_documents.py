"""A practitioner writes the own terms of sale and privacy policy: a draft that only they see, then a version frozen for ever."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, DomainError
from legal.actions import documents, publishing
from legal.models import LegalDocument, LegalVersion
from practitioners.models import Practitioner
from practitioners.own_documents import Model, title_of

_BRACES = re.compile(r"\{(?!article [a-z0-9-]{1,60}\})|(?<!\w)\}")
TO_COMPLETE = "[à compléter]"


class NothingWritten(Conflict):
    message = _("There is no draft to publish.")


class NothingChanged(DomainError):
    message = _("This is word for word what is published already.")


class SummaryNeeded(DomainError):
    message = _("Say in plain words what changes: your clients see it first.")


class ToComplete(DomainError):
    message = _("Replace each “[à compléter]” first: a fact of your file is missing there.")


class Braces(DomainError):
    message = _("Write the text without braces: nothing is replaced in it.")


def draft_of(practitioner: Practitioner, model: Model) -> LegalVersion | None:
    drafts = LegalVersion.objects.filter(status=LegalVersion.Status.DRAFT)
    return (
        drafts.filter(document__kind=model.kind, document__owner=practitioner.user_id)
        .select_related("document")
        .first()
    )


@transaction.atomic
def save_draft(
    *, practitioner: Practitioner, model: Model, articles: Iterable[Mapping[str, Any]], summary: str
) -> LegalVersion:
    """Keep what was written, in the draft of the next version."""
    rows = documents.checked(articles)
    if any(_BRACES.search(f"{row['title']}\n{row['body']}") for row in rows) or "{" in summary:
        raise Braces
    title = title_of(practitioner, model)
    document = documents.create_document(kind=model.kind, title=title, owner=practitioner.user)
    LegalDocument.objects.select_for_update(no_key=True).get(pk=document.pk)
    draft = draft_of(practitioner, model)
    if draft is None:
        draft = documents.draft_new_version(
            document=document, author=practitioner.user, articles=rows, title=title, preamble=""
        )
    return documents.edit_draft(
        version=draft, editor=practitioner.user, title=title, articles=rows, summary=summary, preamble=""
    )


@transaction.atomic
def publish(*, practitioner: Practitioner, model: Model, now: dt.datetime) -> LegalVersion:
    """Freeze the draft: it applies at once to new bookings; those made before keep what they accepted."""
    draft = draft_of(practitioner, model)
    if draft is None:
        raise NothingWritten
    draft = documents.locked(draft)
    if draft.status != LegalVersion.Status.DRAFT:
        raise NothingWritten
    if any(TO_COMPLETE in f"{row['title']}\n{row['body']}" for row in draft.articles):
        raise ToComplete
    last = draft.document.versions.published().order_by("-number").first()
    if last is not None:
        if (last.articles, last.title) == (draft.articles, draft.title):
            raise NothingChanged
        if not draft.summary:
            raise SummaryNeeded
    return publishing.publish_own(version=draft, now=now)


@transaction.atomic
def discard(*, practitioner: Practitioner, model: Model) -> None:
    """Throw the draft away; what is published stays."""
    draft = draft_of(practitioner, model)
    if draft is not None:
        documents.discard_draft(version=draft)
