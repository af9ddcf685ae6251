"""Legal documents: which version is in force, and the writing of the next one."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.compiled import Compiled, Given
from common.errors import Conflict, DomainError
from legal.canonical import clean_articles, clean_text
from legal.models import LegalDocument, LegalTranslation, LegalVersion
from legal.variables import VARIABLES, unknown_in

SLUGS = {
    LegalDocument.Kind.CGU: "cgu",
    LegalDocument.Kind.PRIVACY: "confidentialite",
    LegalDocument.Kind.NOTICE: "mentions-legales",
    LegalDocument.Kind.CONTRACT: "contrat-praticien",
    LegalDocument.Kind.DPA: "accord-donnees",
    LegalDocument.Kind.MANDATE: "mandats",
    LegalDocument.Kind.COOKIES: "cookies",
    LegalDocument.Kind.REVIEWS: "avis",
    LegalDocument.Kind.RANKING: "classement",
    LegalDocument.Kind.SUBPROCESSORS: "sous-traitants",
    LegalDocument.Kind.ETHICS: "charte-ethique",
    LegalDocument.Kind.STRUCTURES: "conditions-structures",
    LegalDocument.Kind.PRACTITIONER_TERMS: "cgv",
    LegalDocument.Kind.PRACTITIONER_PRIVACY: "confidentialite",
}


class NotADraft(Conflict):
    message = _("This version can no longer be changed.")


class DraftExists(Conflict):
    message = _("A new version of this document is already being written.")


class InvalidArticles(DomainError):
    message = _("Each article needs a title and a text, and its own anchor.")


class UnknownVariable(DomainError):
    """Between braces stands something that the operator has no fact for."""

    message = _("This text names something between braces that is not known.")


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
    LegalDocument.objects.select_for_update(no_key=True).get(pk=document.pk)
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
        articles=checked(articles),
        author=author,
    )
    if author is not None:
        version.contributors.add(author)
    if last is not None:
        _carry_translations(last, version)
    return version


def _carry_translations(old: LegalVersion, new: LegalVersion) -> None:
    """What is already translated is not translated again: each article says from which French words it was made."""
    kept = {article["key"] for article in new.articles}
    LegalTranslation.objects.bulk_create(
        LegalTranslation(
            version=new,
            language=row.language,
            title=row.title,
            preamble=row.preamble,
            articles=[{**article, "why": ""} for article in row.articles if article["key"] in kept],
            translator=row.translator,
        )
        for row in old.translations.all()
    )


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
    version = locked(version)
    if version.status != LegalVersion.Status.DRAFT:
        raise NotADraft
    version.title, version.articles = title, checked(articles)
    version.summary, version.preamble = clean_text(summary), clean_text(preamble)
    refuse_unknown_variables(version)
    version.save(update_fields=["title", "articles", "summary", "preamble"])
    version.contributors.add(editor)
    return version


@transaction.atomic
def discard_draft(*, version: LegalVersion) -> None:
    """Throw a draft away; its number is used again, since nobody ever saw it."""
    version = locked(version)
    if version.status != LegalVersion.Status.DRAFT:
        raise NotADraft
    version.delete()


def checked(articles: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    try:
        return clean_articles(articles)
    except ValueError as error:
        raise InvalidArticles from error


def locked(version: LegalVersion) -> LegalVersion:
    return (
        LegalVersion.objects.select_for_update(of=("self",), no_key=True).select_related("document").get(pk=version.pk)
    )


def refuse_unknown_variables(text: LegalVersion | LegalTranslation) -> None:
    """A sentence says which one, and where."""
    if "{" in text.title:
        raise UnknownVariable(_("The title of a document is written in full, without braces."))
    places: list[tuple[str | Promise, str]] = [(_("the preamble"), text.preamble), (_("the summary"), text.summary)]
    for number, article in enumerate(text.articles, start=1):
        whole = "\n".join(article.get(field, "") for field in ("title", "body", "why"))
        places.append((_("article %(number)d") % {"number": number}, whole))
    for place, words in places:
        name = unknown_in(words)
        if name is not None:
            raise UnknownVariable(
                _(
                    "In %(place)s, “{%(name)s}” is neither a fact of the operator (%(known)s) nor a reference to an article."
                )
                % {"place": place, "name": name, "known": ", ".join(VARIABLES)}
            )
