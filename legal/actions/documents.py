"""Writing, reviewing and publishing versions of legal documents."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.compiled import Compiled, Given
from common.errors import Conflict, DomainError, NotAllowed
from common.signals import version_published
from legal import policies
from legal.canonical import clean_articles, clean_text, content_hash
from legal.models import LegalDocument, LegalVersion

NOTICE_DAYS = 15  # P2B 2019/1150, article 3: at least fifteen days before changed terms apply.
SLUGS = {
    LegalDocument.Kind.CGU: "cgu",
    LegalDocument.Kind.PRIVACY: "confidentialite",
    LegalDocument.Kind.NOTICE: "mentions-legales",
    LegalDocument.Kind.CONTRACT: "contrat-praticien",
    LegalDocument.Kind.DPA: "accord-donnees",
    LegalDocument.Kind.MANDATE: "mandats",
    LegalDocument.Kind.COOKIES: "cookies",
    LegalDocument.Kind.REVIEWS: "avis",
    LegalDocument.Kind.PRACTITIONER_TERMS: "cgv",
    LegalDocument.Kind.PRACTITIONER_PRIVACY: "confidentialite",
}


class NotADraft(Conflict):
    message = _("This version can no longer be changed.")


class DraftExists(Conflict):
    message = _("A new version of this document is already being written.")


class InvalidArticles(DomainError):
    message = _("Each article needs a title and a text, and its own anchor.")


class OwnText(NotAllowed):
    message = _("Someone else must publish what you wrote.")


class NotInReview(Conflict):
    message = _("Only a version under review can be published.")


class SummaryMissing(DomainError):
    message = _("Say in plain words what changes: readers see it first.")


class BadEffectiveDate(DomainError):
    message = _("This date cannot be the entry into force.")


def current(*, kind: str, owner: User | None = None, now: dt.datetime) -> LegalVersion | None:
    """The version in force at `now` of the operator's document, or of `owner`'s when given."""
    found = LegalVersion.objects.in_force(now).filter(document__kind=kind, document__owner=owner)
    return found.select_related("document").order_by("-number").first()


def in_force(
    wanted: Collection[tuple[str, int | None]], *, now: dt.datetime
) -> dict[tuple[str, int | None], LegalVersion]:
    """`current` of several (kind, owner's key) in one query; those that have no version in force are absent."""
    if not wanted:
        return {}
    shape = tuple((str(kind), owner_id is None) for kind, owner_id in wanted)
    owners = {f"owner_{number}": owner_id for number, (_kind, owner_id) in enumerate(wanted)}
    rows = _last_of(shape).all(now=now, **owners)
    return {(row.document.kind, row.document.owner_id): row for row in rows}


@lru_cache(maxsize=32)
def _last_of(shape: tuple[tuple[str, bool], ...]) -> Compiled[LegalVersion]:
    """Their texts, which are long, are read when they are asked for."""
    asked = Q()
    for number, (kind, of_the_operator) in enumerate(shape):
        owner = Q(document__owner=None) if of_the_operator else Q(document__owner=Given(f"owner_{number}"))
        asked |= Q(owner, document__kind=kind)
    return Compiled(
        lambda: (
            LegalVersion.objects.in_force(Given("now"))
            .filter(asked)
            .select_related("document")
            .order_by("document", "-number")
            .distinct("document")
            .defer("articles", "preamble", "summary")
        )
    )


def upcoming(*, document: LegalDocument, now: dt.datetime) -> LegalVersion | None:
    """The next published version that is not in force yet."""
    return document.versions.published().filter(effective_at__gt=now).order_by("number").first()


@transaction.atomic
def create_document(*, kind: str, title: str, slug: str = "", owner: User | None = None) -> LegalDocument:
    """The document of that kind, made on first use; its address never changes afterwards."""
    found = LegalDocument.objects.filter(kind=kind, owner=owner).first()
    if found is not None:
        return found
    of_whom = f"-{owner.get_full_name() or owner.pk}" if owner else ""
    base = slug or slugify(f"{SLUGS[LegalDocument.Kind(kind)]}{of_whom}")[:90]
    free, count = base, 1
    while LegalDocument.objects.filter(slug=free).exists():
        count += 1
        free = f"{base}-{count}"
    return LegalDocument.objects.create(kind=kind, owner=owner, slug=free, title=title)


@transaction.atomic
def draft_new_version(
    *,
    document: LegalDocument,
    author: User | None,
    articles: Iterable[Mapping[str, Any]] | None = None,
    title: str = "",
    preamble: str | None = None,
) -> LegalVersion:
    """A draft numbered after the last version, from `articles` or a copy of the last ones without their reasons."""
    LegalDocument.objects.select_for_update().get(pk=document.pk)
    if document.versions.exclude(status=LegalVersion.Status.PUBLISHED).exists():
        raise DraftExists
    last = document.versions.order_by("-number").first()
    if articles is None:
        articles = [{**article, "why": ""} for article in (last.articles if last else [])]
    version = LegalVersion.objects.create(
        document=document,
        number=(document.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        title=title or document.title,
        preamble=clean_text(preamble if preamble is not None else last.preamble if last else ""),
        articles=_checked(articles),
        author=author,
    )
    if author is not None:
        version.contributors.add(author)
    return version


@transaction.atomic
def edit_draft(
    *,
    version: LegalVersion,
    editor: User,
    title: str,
    articles: Iterable[Mapping[str, Any]],
    summary: str = "",
    preamble: str = "",
) -> LegalVersion:
    """Replace the text of a draft. Whoever edits becomes a contributor, and so cannot publish it."""
    version = _locked(version)
    if version.status != LegalVersion.Status.DRAFT:
        raise NotADraft
    version.title, version.articles = title, _checked(articles)
    version.summary, version.preamble = clean_text(summary), clean_text(preamble)
    version.save(update_fields=["title", "articles", "summary", "preamble"])
    version.contributors.add(editor)
    return version


@transaction.atomic
def submit_for_review(*, version: LegalVersion) -> LegalVersion:
    version = _locked(version)
    if version.status != LegalVersion.Status.DRAFT:
        raise NotADraft
    if not version.articles:
        raise InvalidArticles
    version.status = LegalVersion.Status.REVIEW
    version.save(update_fields=["status"])
    return version


@transaction.atomic
def return_to_draft(*, version: LegalVersion) -> LegalVersion:
    version = _locked(version)
    if version.status != LegalVersion.Status.REVIEW:
        raise NotInReview
    version.status = LegalVersion.Status.DRAFT
    version.save(update_fields=["status"])
    return version


@transaction.atomic
def discard_draft(*, version: LegalVersion) -> None:
    """Throw a draft away; its number is used again, since nobody ever saw it."""
    version = _locked(version)
    if version.status != LegalVersion.Status.DRAFT:
        raise NotADraft
    version.delete()


@transaction.atomic
def publish(
    *, version: LegalVersion, approver: User, effective_at: dt.datetime, mode: str, summary: str, now: dt.datetime
) -> LegalVersion:
    """Freeze a reviewed version for ever. It enters into force at `effective_at`, not before the notice it promises."""
    version = _locked(version)
    if version.status != LegalVersion.Status.REVIEW:
        raise NotInReview
    if policies.wrote(approver, version):
        raise OwnText
    summary = clean_text(summary)
    if version.number > 1 and not summary:
        raise SummaryMissing
    version.mode = LegalVersion.Mode(mode)
    version.notice_days = NOTICE_DAYS if version.mode == LegalVersion.Mode.NOTICE else 0
    _check_effective(version, effective_at, now)
    version.summary, version.approver = summary, approver
    return _freeze(version, effective_at=effective_at, now=now)


@transaction.atomic
def ensure_practitioner_document(
    *,
    kind: str,
    owner: User,
    title: str,
    articles: Iterable[Mapping[str, Any]],
    now: dt.datetime,
    slug: str = "",
    preamble: str = "",
) -> LegalVersion:
    """The practitioner's own document with this text: published at once, a new version only when the text changed."""
    document = create_document(kind=kind, title=title, owner=owner, slug=slug)
    LegalDocument.objects.select_for_update().get(pk=document.pk)
    wanted = _checked(articles)
    last = document.versions.published().order_by("-number").first()
    if last is not None and (last.articles, last.title, last.preamble) == (wanted, title, clean_text(preamble)):
        return last
    version = draft_new_version(document=document, author=owner, articles=wanted, title=title, preamble=preamble)
    return _freeze(version, effective_at=now, now=now)


def _checked(articles: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    try:
        return clean_articles(articles)
    except ValueError as error:
        raise InvalidArticles from error


def _locked(version: LegalVersion) -> LegalVersion:
    return LegalVersion.objects.select_for_update(of=("self",)).select_related("document").get(pk=version.pk)


def _check_effective(version: LegalVersion, effective_at: dt.datetime, now: dt.datetime) -> None:
    earliest = now + dt.timedelta(days=version.notice_days)
    if effective_at < earliest:
        if version.notice_days:
            raise BadEffectiveDate(
                _("A notice of %(days)d days is due: not before %(date)s.")
                % {"days": version.notice_days, "date": earliest.astimezone().strftime("%d/%m/%Y %H:%M")}
            )
        raise BadEffectiveDate(_("A version cannot enter into force in the past."))
    others = version.document.versions.published().exclude(pk=version.pk)
    latest = others.aggregate(latest=Max("effective_at"))["latest"]
    if latest and effective_at <= latest:
        raise BadEffectiveDate(_("An earlier version enters into force later than that."))


def _freeze(version: LegalVersion, *, effective_at: dt.datetime, now: dt.datetime) -> LegalVersion:
    version.status = LegalVersion.Status.PUBLISHED
    version.published_at, version.effective_at = now, effective_at
    version.content_hash = content_hash(version)
    version.save()
    transaction.on_commit(lambda: version_published.send(sender=LegalVersion, version_id=version.pk))
    return version
