"""Drafting: references that follow a renumbering, facts of the operator, remarks, three different people."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.roles import Role
from common.clock import now
from legal import reading
from legal.actions import comments, documents, operator_values, publishing, workflow
from legal.canonical import canonical_text, content_hash
from legal.comparison import compare
from legal.models import ArticleComment, LegalVersion
from legal.text import Part, parts
from legal.variables import unknown_in, with_numbers
from tests.factories.accounts import UserFactory
from tests.factories.legal import ARTICLES, make_document, make_translation, make_version

pytestmark = pytest.mark.django_db

REFERRING = [
    ARTICLES[0],
    {
        "key": "renvoi",
        "title": "Renvoi",
        "body": "Voir l’{article avis} et l’{article objet}.\n\n- selon l’{article avis}",
    },
    ARTICLES[2],
]
NAMING = [{"key": "editeur", "title": "Éditeur", "body": "{operateur_nom}, {operateur_courriel}."}]


def draft(articles=None, **fields) -> LegalVersion:
    return documents.draft_new_version(
        document=make_document(),
        author=fields.pop("author", None) or UserFactory(),
        articles=articles or ARTICLES,
        **fields,
    )


def approved(version: LegalVersion, reviewer=None) -> LegalVersion:
    workflow.submit_for_review(version=version)
    return workflow.approve(version=version, reviewer=reviewer or UserFactory(), now=now())


def published(version: LegalVersion, **facts) -> LegalVersion:
    moment = facts.pop("now", None) or now()
    given = {"approver": UserFactory(), "effective_at": moment, "mode": "accept", "summary": "Oui.", **facts}
    return publishing.publish(version=approved(version), now=moment, **given)


def know(**values: str) -> None:
    for name, value in values.items():
        operator_values.set_value(name=name, value=value, valid_from=now(), by=None, now=now())


def shown(version: LegalVersion) -> str:
    return "\n".join(
        "".join(part.text for part in line)
        for article in reading.articles_of(reading.text_of(version))
        for block in article.blocks
        for line in block.lines
    )


# References


def test_a_reference_reads_as_the_number_of_the_article(client):
    published(draft(REFERRING))
    page = client.get("/documents/cgu/").content.decode()
    assert 'Voir l’<a href="#avis">article\u00a03</a> et l’<a href="#objet">article\u00a01</a>' in page


def test_a_reference_follows_a_renumbering():
    first = published(draft(REFERRING))
    assert "Voir l’article\u00a03 et l’article\u00a01." in shown(first)
    second = documents.draft_new_version(document=first.document, author=UserFactory())
    moved = [{"key": "nouveau", "title": "Nouveau", "body": "Ici."}, *second.articles]
    second = documents.edit_draft(version=second, editor=UserFactory(), title=second.title, articles=moved)
    assert "Voir l’article\u00a04 et l’article\u00a02." in shown(second)
    assert "Voir l’article\u00a03 et l’article\u00a01." in shown(LegalVersion.objects.get(pk=first.pk))


def test_only_the_number_of_a_reference_moved_the_article_is_unchanged_and_says_so():
    after = [{"key": "nouveau", "title": "Nouveau", "body": "Ici."}, *REFERRING]
    change = next(change for change in compare(REFERRING, after) if change.key == "renvoi")
    assert change.status == "same"
    first = change.lines[0]
    assert ("del", "article\u00a03") in [(run.operation, run.text) for run in first]
    assert ("ins", "article\u00a04") in [(run.operation, run.text) for run in first]


def test_the_canonical_text_reads_as_the_page():
    version = published(draft(REFERRING))
    text = canonical_text(version)
    assert "Voir l’article\u00a03" in text
    assert "{article" not in text


def test_a_reference_to_nothing_is_refused_with_a_sentence():
    version = draft([{"key": "a", "title": "A", "body": "Voir l’{article absent}."}])
    with pytest.raises(workflow.UnknownArticle, match="absent"):
        workflow.submit_for_review(version=version)


@pytest.mark.parametrize("text", ["{article }", "{article Objet}", "{inconnu}", "{operateur_non}", "{}", "{{x}}"])
def test_what_is_not_known_between_braces_is_found(text):
    assert unknown_in(f"Avant {text} après") is not None


@pytest.mark.parametrize("text", ["{", "}", "{\n}", "a { b", "{operateur_nom}", "{article objet}"])
def test_a_lone_brace_and_known_names_are_let_through(text):
    assert unknown_in(text) is None


def test_a_reference_without_its_article_stays_as_typed():
    assert with_numbers("Voir {article x}.", {"y": 1}) == "Voir {article x}."
    assert parts("Voir {article x}.", {}) == [Part("Voir {article x}.")]


# Facts of the operator


def test_an_unknown_variable_is_refused_with_a_sentence_and_what_was_typed_stays(client, login_as):
    lawyer = login_as(Role.LEGAL)
    version = draft(author=lawyer)
    data = {"title": "T", "preamble": "", "summary": "", "articles-count": "1", "articles-0-deleted": ""}
    data |= {"articles-0-order": "0", "articles-0-type": "article", "articles-0-id": ""}
    values = {"title": "Un", "body": "{operateur_adrese}", "why": "", "key": ""}
    data |= {f"articles-0-value-{name}": value for name, value in values.items()}
    response = client.post(f"/cms/documents-legaux/versions/{version.pk}/", data)
    assert response.status_code == 422
    page = response.content.decode()
    assert "operateur_adrese" in page
    assert "operateur_adresse" in page, "the known ones are named"
    version.refresh_from_db()
    assert version.articles[0]["key"] == "objet"


def test_a_fact_that_nobody_set_prevents_publishing():
    with pytest.raises(publishing.FactMissing, match="operateur_courriel"):
        published(draft(NAMING))


def test_facts_are_frozen_at_publication_and_the_next_version_reads_the_new_ones():
    know(operateur_nom="Ancien nom", operateur_courriel="a@exemple.fr")
    first = published(draft(NAMING))
    assert shown(first) == "Ancien nom, a@exemple.fr."
    assert "Ancien nom" in canonical_text(first)
    know(operateur_nom="Nouveau nom")
    first = LegalVersion.objects.get(pk=first.pk)
    assert shown(first) == "Ancien nom, a@exemple.fr."
    assert content_hash(first) == first.content_hash
    second = documents.draft_new_version(document=first.document, author=UserFactory())
    assert second.articles[0]["body"] == NAMING[0]["body"], "the draft names the fact, not its old value"
    second = published(second, now=now() + dt.timedelta(seconds=1))
    assert shown(second) == "Nouveau nom, a@exemple.fr."


def test_a_text_takes_the_facts_of_the_day_it_enters_into_force():
    know(operateur_nom="Avant", operateur_courriel="a@exemple.fr")
    later = now() + dt.timedelta(days=30)
    operator_values.set_value(name="operateur_nom", value="Après", valid_from=later, by=None, now=now())
    version = published(draft(NAMING), effective_at=later + dt.timedelta(days=1))
    assert shown(version).startswith("Après")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "inconnu"}, operator_values.UnknownFact),
        ({"value": "{operateur_nom}"}, operator_values.BadFact),
        ({"value": " \n "}, operator_values.BadFact),
        ({"value": "x" * 301}, operator_values.BadFact),
        ({"valid_from": dt.timedelta(days=-3)}, operator_values.InThePast),
    ],
)
def test_a_bad_fact_is_refused(fields, error):
    given = {"name": "operateur_nom", "value": "Jupi’Terre", "valid_from": dt.timedelta(0), **fields}
    given["valid_from"] = now() + given["valid_from"]
    with pytest.raises(error):
        operator_values.set_value(**given, by=None, now=now())


def test_facts_are_set_on_their_page(client, login_as):
    login_as(Role.LEGAL)
    url = "/cms/documents-legaux/informations/"
    assert client.post(url, {"name": "operateur_nom", "value": "{x}"}).status_code == 422
    assert client.post(url, {"name": "nul", "value": "x"}).status_code == 422
    assert client.post(url, {"name": "operateur_nom", "value": "Jupi’Terre"}).status_code == 302
    assert "Jupi’Terre" in client.get(url).content.decode()


def test_a_fact_of_a_practitioners_own_text_is_left_alone():
    version = publishing.ensure_practitioner_document(
        kind="practitioner-terms", owner=UserFactory(), title="CGV", now=now(),
        articles=[{"key": "a", "title": "A", "body": "{operateur_nom}"}],
    )  # fmt: skip
    assert version.values == {}


# Three people


def test_neither_author_nor_reviewer_publishes():
    author, reviewer = UserFactory(), UserFactory()
    version = draft(author=author)
    workflow.submit_for_review(version=version)
    with pytest.raises(workflow.OwnText):
        workflow.approve(version=version, reviewer=author, now=now())
    workflow.approve(version=version, reviewer=reviewer, now=now())
    facts = {"version": version, "effective_at": now(), "mode": "accept", "summary": "", "now": now()}
    with pytest.raises(workflow.OwnText):
        publishing.publish(approver=author, **facts)
    with pytest.raises(publishing.OwnReview):
        publishing.publish(approver=reviewer, **facts)


def test_the_database_refuses_that_the_reviewer_publishes():
    version = approved(draft())
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalVersion.objects.filter(pk=version.pk).update(approver=version.reviewer)


def test_an_approval_is_of_one_text():
    version = approved(draft())
    version = workflow.return_to_draft(version=version)
    assert version.reviewer is None
    with pytest.raises(publishing.NotApproved):
        publishing.publish(
            version=version, approver=UserFactory(), effective_at=now(), mode="accept", summary="", now=now()
        )


# Remarks


def test_a_remark_is_added_answered_and_closed_before_the_approval(client, login_as):
    version = draft()
    workflow.submit_for_review(version=version)
    login_as(Role.LEGAL)
    url = f"/cms/documents-legaux/versions/{version.pk}/relire/"
    assert client.post(url, {"article": "objet", "text": "Trop long ?"}).status_code == 302
    assert "Trop long ?" in client.get(url).content.decode()
    client.post(f"/cms/documents-legaux/versions/{version.pk}/approuver/")
    version.refresh_from_db()
    assert version.status == "review", "an open remark holds the approval"
    remark = ArticleComment.objects.get()
    client.post(f"/cms/documents-legaux/remarques/{remark.pk}/clore/")
    client.post(f"/cms/documents-legaux/versions/{version.pk}/approuver/")
    version.refresh_from_db()
    assert version.status == "approved"


@pytest.mark.parametrize(
    "fields",
    [{"text": ""}, {"text": "x" * 2001}, {"text": "Bien", "article": "absent"}, {"text": "Bien", "article": "x" * 100}],
)
def test_a_bad_remark_is_refused_and_what_was_typed_stays(client, login_as, fields):
    login_as(Role.LEGAL)
    version = draft()
    response = client.post(f"/cms/documents-legaux/versions/{version.pk}/relire/", {"article": "objet", **fields})
    assert response.status_code == 422
    assert not ArticleComment.objects.exists()


def test_a_published_version_takes_no_remark():
    version = make_version()
    with pytest.raises(comments.AlreadyPublished):
        comments.add(version=version, article="objet", text="Trop tard.", author=UserFactory(), now=now())


@pytest.mark.parametrize(
    "sql",
    [
        "update legal_articlecomment set text = 'autre'",
        "delete from legal_articlecomment",
        "insert into legal_articlecomment (version_id, article, text, author_id, created_at)"
        " select version_id, article, text, author_id, created_at from legal_articlecomment",
        "update legal_legaltranslation set title = 'autre'",
        "delete from legal_legaltranslation",
        "delete from legal_legalversion_contributors",
        "update legal_operatorvalue set value = 'autre'",
        "delete from legal_operatorvalue",
    ],
)
def test_the_database_freezes_what_surrounds_a_published_version(sql):
    know(operateur_nom="Jupi’Terre")
    version = draft()
    comment = comments.add(version=version, article="objet", text="Bien.", author=UserFactory(), now=now())
    comments.resolve(comment=comment, by=UserFactory(), now=now())
    make_translation(version)
    published(version)
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        cursor.execute(sql)
