"""From the author to the reviewer: handing over, approving, sending back. Publishing is the work of a third person."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from common.errors import Conflict, DomainError, NotAllowed
from legal import policies
from legal.actions import documents, translations
from legal.models import LegalVersion
from legal.variables import references_in

Status = LegalVersion.Status


class NotInReview(Conflict):
    message = _("This version is not under review.")


class OwnText(NotAllowed):
    message = _("Someone else must review and publish what you wrote.")


class OpenRemarks(DomainError):
    message = _("Remarks are still open.")


class UnknownArticle(DomainError):
    message = _("A reference names an article that does not exist.")


@transaction.atomic
def submit_for_review(*, version: LegalVersion) -> LegalVersion:
    """Nothing is handed over that could not be published: facts, references and translations are checked now."""
    version = documents.locked(version)
    if version.status != Status.DRAFT:
        raise documents.NotADraft
    if not version.articles:
        raise documents.InvalidArticles
    documents.refuse_unknown_variables(version)
    refuse_unknown_references(version)
    translations.refuse_incomplete(version)
    version.status = Status.REVIEW
    version.save(update_fields=["status"])
    return version


@transaction.atomic
def approve(*, version: LegalVersion, reviewer: User, now: dt.datetime) -> LegalVersion:
    """The reviewer answers for the text as it stands: not one of those who wrote it, and no remark left open."""
    version = documents.locked(version)
    if version.status != Status.REVIEW:
        raise NotInReview
    if policies.wrote(reviewer, version):
        raise OwnText
    count = version.comments.filter(resolved_at=None).count()
    if count:
        raise OpenRemarks(
            ngettext(
                "%(n)d remark is still open: answer or close it first.",
                "%(n)d remarks are still open: answer or close them first.",
                count,
            )
            % {"n": count}
        )
    version.status, version.reviewer, version.reviewed_at = Status.APPROVED, reviewer, now
    version.save(update_fields=["status", "reviewer", "reviewed_at"])
    return version


@transaction.atomic
def return_to_draft(*, version: LegalVersion) -> LegalVersion:
    """Written again, then reviewed again: an approval is of one text."""
    version = documents.locked(version)
    if version.status not in {Status.REVIEW, Status.APPROVED}:
        raise NotInReview
    version.status, version.reviewer, version.reviewed_at = Status.DRAFT, None, None
    version.save(update_fields=["status", "reviewer", "reviewed_at"])
    return version


def refuse_unknown_references(version: LegalVersion) -> None:
    known = {article["key"] for article in version.articles}
    for number, article in enumerate(version.articles, start=1):
        for key in references_in("\n".join(article.get(field, "") for field in ("title", "body", "why"))):
            if key not in known:
                raise UnknownArticle(
                    _(
                        "Article %(number)d refers to the article “%(key)s”, which does not exist. Those that do: %(known)s."
                    )
                    % {"number": number, "key": key, "known": ", ".join(sorted(known))}
                )
    for key in references_in(f"{version.preamble}\n{version.summary}"):
        if key not in known:
            raise UnknownArticle(
                _("The preamble or the summary refers to the article “%(key)s”, which does not exist.") % {"key": key}
            )
