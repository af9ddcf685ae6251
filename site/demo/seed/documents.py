"""Legal documents: two versions of each, written, read again and published as the legal team does, at past dates."""

import datetime as dt
from collections.abc import Iterable

from django.db import connection

from accounts.models import User
from common import clock, history
from common.wording import elided
from demo.content import load
from demo.content.shapes import LegalArticle
from legal.actions import acceptances, anchors, documents, operator_values, publishing, translations, workflow
from legal.models import LegalDocument, LegalTranslation, LegalVersion
from practitioners.models import Practitioner
from practitioners.models.service import Mode

TEMPLATES = {
    "practitioner-terms": "Conditions générales de vente de {name}",
    "practitioner-privacy": "Politique de confidentialité de {name}",
}
# Notices that a practitioner's document has only when one of the services needs it.
OPTIONAL = frozenset({"a-distance", "a-domicile", "en-groupe"})
BOX = "J’ai lu et j’accepte les conditions générales d’utilisation (version {number})."


def _rows(articles: Iterable[LegalArticle], values: dict[str, str] | None = None) -> list[dict[str, str]]:
    rows = []
    for article in articles:
        body = "\n\n".join(article.paragraphs)
        for name, value in (values or {}).items():
            body = body.replace("{" + name + "}", value)
        rows.append({"key": article.key, "title": article.title, "body": body, "why": article.why})
    return rows


def operator(*, author: User, reviewer: User, approver: User) -> None:
    """Every document of the operator, each version published on its own day, in English too where it is translated."""
    now = clock.now()
    _facts(now - dt.timedelta(days=1000))
    for row in load.legal_documents():
        if row.kind in TEMPLATES:
            continue
        document = documents.create_document(kind=row.kind, title=row.title, slug=row.slug)
        for text in row.versions:
            published = now - dt.timedelta(days=text.published_days_ago)
            version = documents.draft_new_version(
                document=document,
                author=author,
                articles=_rows(text.articles),
                title=row.title,
                preamble=row.intro,
            )
            _translate(row.kind, version, author)
            workflow.submit_for_review(version=version)
            workflow.approve(version=version, reviewer=reviewer, now=published)
            publishing.publish(
                version=version,
                approver=approver,
                effective_at=now - dt.timedelta(days=text.effective_days_ago),
                mode=text.mode,
                summary="\n".join(text.summary),
                now=published,
            )


def _facts(since: dt.datetime) -> None:
    for name, value in load.table("operator_facts").items():
        operator_values.set_value(name=name, value=value, valid_from=since, by=None, now=since)


def _translate(kind: str, version: LegalVersion, translator: User) -> None:
    for text in load.legal_translations():
        if (text.kind, text.version) == (kind, version.number):
            translations.save(
                version=version,
                language=LegalTranslation.Language.ENGLISH,
                title=text.title,
                preamble=text.articles["statut"].paragraphs[0],
                summary="\n".join(text.summary),
                articles={
                    key: {"title": article.title, "body": "\n\n".join(article.paragraphs)}
                    for key, article in text.articles.items()
                },
                translator=translator,
            )


# Agendas are filled in one statement, without the steps that a booking takes.
FIRST_STEPS = """
insert into booking_appointmentevent (appointment_id, action, before, after, by, at, detail)
select id, 'confirm', '', status, 'system', coalesce(booked_at, starts_at), '' from booking_appointment a
where not exists (select from booking_appointmentevent e where e.appointment_id = a.id)
"""


def anchor() -> None:
    """The head of the chain as it stands, published as the task does each night; histories are sealed as it does too."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST_STEPS)
    anchors.anchor_yesterday(now=clock.now())
    history.seal(now=clock.now())


def _wanted(practitioner: Practitioner) -> set[str]:
    """Anchors of the articles that only some practitioners need, and that this one does."""
    services = list(practitioner.services.all())
    cases = {
        "a-distance": any(service.mode == Mode.VIDEO for service in services),
        "a-domicile": any(service.mode == Mode.HOME for service in services),
        "en-groupe": any(service.seats > 1 for service in services),
    }
    return {key for key, applies in cases.items() if applies}


def of_practitioner(practitioner: Practitioner) -> None:
    """Terms of sale and privacy policy, from the templates, in the practitioner's name."""
    values = {
        "praticien_nom": practitioner.full_name,
        "praticien_email": practitioner.professional_email,
        "praticien_adresse": f"{practitioner.street}, {practitioner.postal_code} {practitioner.town}",
        "praticien_siret": practitioner.siret,
        "praticien_forme_juridique": practitioner.legal_form,
        "praticien_assurance": practitioner.insurer,
        "mediateur_nom": practitioner.mediator,
        "mediateur_contact": practitioner.mediator_contact,
    }
    wanted = _wanted(practitioner)
    for row in load.legal_documents():
        if row.kind not in TEMPLATES:
            continue
        publishing.ensure_practitioner_document(
            kind=row.kind,
            owner=practitioner.user,
            title=elided(TEMPLATES[row.kind].format(name=practitioner.full_name)),
            articles=_rows(
                (
                    article
                    for article in row.versions[-1].articles
                    if article.key not in OPTIONAL or article.key in wanted
                ),
                values,
            ),
            now=practitioner.listed_at or clock.now(),
        )


def first_acceptance(client: User) -> None:
    """The demo's client accepted the first terms: the second ones are asked again."""
    document = LegalDocument.objects.get(kind=LegalDocument.Kind.CGU, owner=None)
    version = LegalVersion.objects.get(document=document, number=1)
    accepted_at = clock.now() - dt.timedelta(days=200)
    acceptances.accept(
        user=client,
        version=version,
        box_text=BOX.format(number=version.number),
        page="/rendez-vous/verifier/",
        ip="192.0.2.14",
        agent="Mozilla/5.0 (démonstration)",
        now=accepted_at,
    )
