"""A language version: complete or absent, tied to its French text, frozen with it; French prevails."""

import pytest

from accounts.roles import Role
from common.clock import now
from legal.actions import documents, publishing, translations, verification, workflow
from legal.canonical import translation_hash
from legal.models import LegalTranslation, LegalVersion
from tests.factories.accounts import UserFactory
from tests.factories.legal import ARTICLES, make_document, make_translation, make_version
from tests.legal.test_drafting import published
from tests.legal.test_evidence import tamper

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> LegalVersion:
    return documents.draft_new_version(document=make_document(), author=UserFactory(), articles=ARTICLES)


def test_it_is_published_and_frozen_with_the_french_text(client, draft):
    make_translation(draft)
    version = published(draft)
    row = version.translations.get()
    assert row.content_hash == translation_hash(row)
    url = f"/documents/cgu/versions/{version.number}/en/"
    page = client.get(url).content.decode()
    assert "In English:" in page
    assert "version française prévaut" in page
    assert 'lang="en"' in page
    assert client.get(f"{url}pdf/").content.startswith(b"%PDF")
    assert "legal-translation/1" in client.get(f"{url}texte/").content.decode()
    assert url in client.get("/documents/cgu/").content.decode()


def test_a_language_that_a_version_does_not_have_is_not_found(client):
    make_version()
    for rest in ("", "pdf/", "texte/"):
        assert client.get(f"/documents/cgu/versions/1/en/{rest}").status_code == 404
        assert client.get(f"/documents/cgu/versions/1/xx/{rest}").status_code == 404


def test_an_incomplete_one_is_not_handed_over(draft):
    make_translation(draft, articles={"objet": {"title": "Purpose", "body": "These terms."}})
    with pytest.raises(translations.Incomplete, match=r"2"):
        workflow.submit_for_review(version=draft)
    translations.remove(version=draft, language="en")
    workflow.submit_for_review(version=draft)


def test_a_french_article_that_changed_asks_for_its_translation_again(draft):
    make_translation(draft)
    changed = [{**ARTICLES[0], "body": "Autre texte."}, *ARTICLES[1:]]
    draft = documents.edit_draft(version=draft, editor=UserFactory(), title=draft.title, articles=changed)
    assert set(translations.what_is_missing(draft.translations.get(), draft)) == {"objet"}
    with pytest.raises(translations.Incomplete):
        workflow.submit_for_review(version=draft)


def test_a_translation_names_the_same_articles_and_facts_as_the_french_text(draft):
    articles = [{**ARTICLES[0], "body": "Selon l’{article avis}."}, *ARTICLES[1:]]
    draft = documents.edit_draft(version=draft, editor=UserFactory(), title=draft.title, articles=articles)
    texts = {article["key"]: {"title": article["title"], "body": article["body"]} for article in articles}
    make_translation(draft, articles=texts | {"objet": {"title": "Purpose", "body": "Under nothing."}})
    assert "objet" in translations.what_is_missing(draft.translations.get(), draft)
    make_translation(draft, articles=texts | {"objet": {"title": "Purpose", "body": "Under {article avis}."}})
    assert translations.what_is_missing(draft.translations.get(), draft) == {}


def test_what_is_translated_is_carried_to_the_next_version(draft):
    """Why an article changed belongs to one version: the next one leaves it, and its translation stands."""
    reasons = [{**article, "why": "Plus clair."} for article in ARTICLES]
    draft = documents.edit_draft(version=draft, editor=UserFactory(), title=draft.title, articles=reasons)
    make_translation(draft)
    version = published(draft)
    following = documents.draft_new_version(document=version.document, author=UserFactory())
    row = following.translations.get()
    assert translations.what_is_missing(row, following) == {}
    workflow.submit_for_review(version=following)


def test_whoever_translates_neither_reviews_nor_publishes(draft):
    translator = UserFactory()
    make_translation(draft, translator=translator)
    workflow.submit_for_review(version=draft)
    with pytest.raises(workflow.OwnText):
        workflow.approve(version=draft, reviewer=translator, now=now())
    workflow.approve(version=draft, reviewer=UserFactory(), now=now())
    with pytest.raises(workflow.OwnText):
        publishing.publish(version=draft, approver=translator, effective_at=now(), mode="accept", summary="", now=now())


def test_it_is_written_beside_the_french_text(client, login_as, draft):
    login_as(Role.LEGAL)
    url = f"/cms/documents-legaux/versions/{draft.pk}/traduction/en/"
    assert "Les présentes conditions" in client.get(url).content.decode()
    data = {"title": "Terms", "preamble": "", "summary": ""}
    data |= {f"title:{article['key']}": "T" for article in ARTICLES}
    data |= {f"body:{article['key']}": "B" for article in ARTICLES}
    refused = client.post(url, data | {"body:objet": "{unknown}", "title": "Typed"})
    assert refused.status_code == 422
    assert "Typed" in refused.content.decode()
    assert client.post(url, data).status_code == 302
    assert LegalTranslation.objects.get().title == "Terms"
    assert client.post(url + "retirer/").status_code == 302
    assert not LegalTranslation.objects.exists()
    assert client.get(url.replace("/en/", "/xx/")).status_code == 404


def test_a_changed_translation_is_named_even_when_the_trigger_was_off(draft):
    make_translation(draft)
    published(draft)
    assert list(verification.problems()) == []
    tamper("update legal_legaltranslation set title = 'Other'")
    assert [problem.where for problem in verification.problems()] == ["cgu v1 (en)"]


def test_two_versions_are_compared_in_the_language_that_both_have(client, draft):
    make_translation(draft)
    first = published(draft)
    second = documents.draft_new_version(document=first.document, author=UserFactory())
    articles = [{**ARTICLES[0], "body": "Texte neuf."}, *ARTICLES[1:]]
    second = documents.edit_draft(version=second, editor=UserFactory(), title="CGU", articles=articles)
    make_translation(second)
    published(second)
    page = client.get("/documents/cgu/comparer/?de=1&a=2&langue=en").content.decode()
    assert "In English" in page
    french = client.get("/documents/cgu/comparer/?de=1&a=2&langue=zz").content.decode()
    assert "In English" not in french
