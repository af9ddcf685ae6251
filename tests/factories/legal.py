"""Legal documents made as the legal team makes them: drafted, reviewed, published by someone else."""

import datetime as dt
from typing import Any

from accounts.models import User
from common.clock import now as clock_now
from legal.actions import acceptances, documents, publishing, translations, workflow
from legal.models import Acceptance, LegalDocument, LegalTranslation, LegalVersion
from tests.factories.accounts import UserFactory

Kind = LegalDocument.Kind
ARTICLES = [
    {
        "key": "objet",
        "title": "Objet",
        "body": "Les présentes conditions régissent l’usage du site.\n\nElles sont gratuites.",
    },
    {"key": "compte", "title": "Compte", "body": "Le compte est personnel. Son titulaire a au moins dix-huit ans."},
    {"key": "avis", "title": "Avis", "body": "Seule une séance honorée permet de déposer un avis."},
]


def make_document(kind: str = Kind.CGU, **fields: Any) -> LegalDocument:
    return documents.create_document(
        kind=kind, title=fields.pop("title", "Conditions générales d’utilisation"), **fields
    )


def make_version(
    document: LegalDocument | None = None,
    *,
    articles: list[dict[str, str]] | None = None,
    mode: str = LegalVersion.Mode.ACCEPT,
    now: dt.datetime | None = None,
    effective_at: dt.datetime | None = None,
    summary: str = "Nous précisons comment les avis sont publiés.",
) -> LegalVersion:
    """A published version; `now` moves the publication into the past or the future."""
    now = now or clock_now()
    document = document or make_document()
    draft = documents.draft_new_version(document=document, author=UserFactory(), articles=articles or ARTICLES)
    workflow.submit_for_review(version=draft)
    workflow.approve(version=draft, reviewer=UserFactory(), now=now)
    notice = dt.timedelta(days=publishing.NOTICE_DAYS if mode == LegalVersion.Mode.NOTICE else 0)
    return publishing.publish(
        version=draft,
        approver=UserFactory(),
        effective_at=effective_at or now + notice,
        mode=mode,
        summary=summary,
        now=now,
    )


def make_acceptance(version: LegalVersion, user: User | None = None, now: dt.datetime | None = None) -> Acceptance:
    return acceptances.accept(
        user=user or UserFactory(),
        version=version,
        box_text="J’accepte les conditions générales d’utilisation.",
        page="/rendez-vous/verifier/",
        ip="192.0.2.7",
        agent="Firefox",
        now=now or clock_now(),
    )


def make_translation(version: LegalVersion, **fields: Any) -> LegalTranslation:
    """The whole draft in English."""
    return translations.save(
        version=version,
        language="en",
        title=fields.get("title", "Terms of use"),
        preamble=fields.get("preamble", "In English." if version.preamble else ""),
        summary=fields.get("summary", "We say how reviews are published."),
        articles=fields.get(
            "articles",
            {
                article["key"]: {"title": f"{article['title']} (en)", "body": f"In English: {article['body']}"}
                for article in version.articles
            },
        ),
        translator=fields.get("translator") or UserFactory(),
    )
