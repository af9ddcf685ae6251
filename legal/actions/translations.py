"""Language versions of a draft, article by article. They are reviewed, published and frozen with the French text."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import DomainError
from legal.actions import documents
from legal.canonical import article_hash, clean_text
from legal.models import LegalTranslation, LegalVersion
from legal.variables import references_in, variables_in


class Incomplete(DomainError):
    message = _("The translation is not complete.")


@transaction.atomic
def save(
    *,
    version: LegalVersion,
    language: str,
    title: str,
    preamble: str,
    summary: str,
    articles: Mapping[str, Mapping[str, str]],
    translator: User,
) -> LegalTranslation:
    """Keep what is translated so far: `articles` by anchor. Whoever translates wrote a part of the version."""
    version = documents.locked(version)
    if version.status != LegalVersion.Status.DRAFT:
        raise documents.NotADraft
    row = LegalTranslation.objects.filter(version=version, language=language).first()
    row = row or LegalTranslation(version=version, language=LegalTranslation.Language(language))
    row.title, row.preamble, row.summary = " ".join(title.split()), clean_text(preamble), clean_text(summary)
    row.articles = [
        _article(french, articles[french["key"]]) for french in version.articles if french["key"] in articles
    ]
    row.translator = translator
    documents.refuse_unknown_variables(row)
    row.save()
    version.contributors.add(translator)
    return row


def _article(french: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    return {
        "key": french["key"],
        "title": " ".join(given.get("title", "").split()),
        "body": clean_text(given.get("body", "")),
        "why": clean_text(given.get("why", "")),
        "source": article_hash(french),
    }


@transaction.atomic
def remove(*, version: LegalVersion, language: str) -> None:
    version = documents.locked(version)
    if version.status != LegalVersion.Status.DRAFT:
        raise documents.NotADraft
    LegalTranslation.objects.filter(version=version, language=language).delete()


def what_is_missing(translation: LegalTranslation, version: LegalVersion) -> dict[str, Any]:
    """Anchor → why it is to be read again: nothing yet, the French words changed since, or a fact or a reference differs."""
    known: dict[str, dict[str, str]] = {article["key"]: article for article in translation.articles}
    found: dict[str, Any] = {}
    for french in version.articles:
        mine = known.get(french["key"])
        if mine is None or not mine["title"] or not mine["body"]:
            found[french["key"]] = _("to be translated")
        elif mine.get("source") != article_hash(french):
            found[french["key"]] = _("the French text has changed since")
        elif _names(mine) != _names(french):
            found[french["key"]] = _("does not name the same facts and articles as the French text")
    return found


def _names(article: Mapping[str, str]) -> tuple[set[str], set[str]]:
    words = f"{article['title']}\n{article['body']}"
    return set(variables_in([words])), set(references_in(words))


def refuse_incomplete(version: LegalVersion) -> None:
    """A language version says all that the French one says, or is removed."""
    numbers = {article["key"]: number for number, article in enumerate(version.articles, start=1)}
    for translation in version.translations.all():
        if not translation.title:
            raise Incomplete(_("Translation into %(language)s: its title is missing.") % _named(translation))
        if bool(version.preamble) != bool(translation.preamble):
            raise Incomplete(
                _("Translation into %(language)s: the preamble does not answer to the French one.")
                % _named(translation)
            )
        for key, reason in what_is_missing(translation, version).items():
            raise Incomplete(
                _("Translation into %(language)s, article %(number)d: %(reason)s.")
                % {**_named(translation), "number": numbers[key], "reason": reason}
            )


def _named(translation: LegalTranslation) -> dict[str, str]:
    return {"language": translation.get_language_display()}
