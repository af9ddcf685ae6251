"""The public list of sub-processors, as the register says it; published like any legal text, by other people than who drafts it."""

from collections.abc import Iterable

from django.utils import translation

from accounts.models import User
from legal.actions import documents
from legal.models import LegalDocument, LegalVersion, Provider
from legal.providers.countries import name_of

PREFIX = "prestataire-"
TITLE = "Liste des sous-traitants"


def in_force() -> Iterable[Provider]:
    return Provider.objects.filter(ended_at=None).order_by("kind", "name")


def articles(known: Iterable[dict[str, str]], providers: Iterable[Provider]) -> list[dict[str, str]]:
    """What was written by hand stays before; then an article a provider, which keeps its anchor from version to version."""
    with translation.override("fr"):
        kept = [{**article, "why": ""} for article in known if not article["key"].startswith(PREFIX)]
        fresh = [{"key": f"{PREFIX}{row.pk}", "title": row.name, "body": _body(row), "why": ""} for row in providers]
    return [*kept, *fresh]


def draft(*, author: User) -> LegalVersion:
    document = documents.create_document(kind=LegalDocument.Kind.SUBPROCESSORS, title=TITLE)
    last = document.versions.published().order_by("-number").first()
    return documents.draft_new_version(
        document=document, author=author, articles=articles(last.articles if last else [], in_force())
    )


def _body(row: Provider) -> str:
    guarantee = str(row.get_safeguard_display()) + (f" ({row.safeguard_words})" if row.safeguard_words else "")
    return "\n".join(
        [
            f"- Service\u00a0: {row.get_kind_display()}.",
            f"- Données\u00a0: {row.data.strip().rstrip('.')}.",
            f"- Où\u00a0: {name_of(row.country)}.",
            f"- Garantie\u00a0: {guarantee.rstrip('.')}.",
        ]
    )
