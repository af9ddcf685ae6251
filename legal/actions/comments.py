"""Remarks on the articles of a version that is not published yet."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Conflict, DomainError
from legal.actions import documents
from legal.canonical import clean_text
from legal.models import ArticleComment, LegalVersion


class AlreadyPublished(Conflict):
    message = _("This version has been published: its remarks are frozen with it.")


class EmptyRemark(DomainError):
    message = _("Write your remark first.")


class UnknownPlace(DomainError):
    message = _("This article is no longer in the version.")


@transaction.atomic
def add(*, version: LegalVersion, article: str, text: str, author: User, now: dt.datetime) -> ArticleComment:
    version = documents.locked(version)
    _refuse_published(version)
    text = clean_text(text)
    if not text:
        raise EmptyRemark
    if article and article not in {each["key"] for each in version.articles}:
        raise UnknownPlace
    return ArticleComment.objects.create(version=version, article=article, text=text, author=author, created_at=now)


@transaction.atomic
def resolve(*, comment: ArticleComment, by: User, now: dt.datetime) -> ArticleComment:
    """Answered for; closed twice, the first one stays."""
    _refuse_published(documents.locked(comment.version))
    comment = ArticleComment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    if comment.resolved_at is None:
        comment.resolved_at, comment.resolved_by = now, by
        comment.save(update_fields=["resolved_at", "resolved_by"])
    return comment


def _refuse_published(version: LegalVersion) -> None:
    if version.is_published:
        raise AlreadyPublished
