"""Reading, comparing and downloading legal documents."""

import datetime as dt

import pytest
from django.urls import reverse

from common.clock import now
from legal.actions import documents, publishing
from legal.models import LegalDocument, LegalVersion
from tests.factories.accounts import UserFactory
from tests.factories.legal import ARTICLES, make_acceptance, make_document, make_version

pytestmark = pytest.mark.django_db

CHANGED = [
    ARTICLES[0],
    {**ARTICLES[1], "body": "Le compte est personnel. Son titulaire a dix-huit ans révolus.", "why": "Plus clair."},
    {
        "key": "litiges",
        "title": "Litiges",
        "body": "Un médiateur peut être saisi.\n\n- par courrier\n- en ligne",
        "why": "",
    },
]


@pytest.fixture
def two_versions():
    document = make_document()
    first = make_version(document, now=now() - dt.timedelta(days=400))
    second = make_version(document, articles=CHANGED, now=now() - dt.timedelta(days=20))
    return first, second


def html(response) -> str:
    return response.content.decode()


def test_the_shelf_lists_what_is_published_and_what_is_announced(client, two_versions):
    make_version(two_versions[0].document, effective_at=now() + dt.timedelta(days=10))
    page = html(client.get("/documents/"))
    assert "Conditions générales d’utilisation" in page
    assert "cgu" in page


def test_the_page_shows_the_version_in_force_and_announces_the_next(client, two_versions):
    third = make_version(two_versions[0].document, effective_at=now() + dt.timedelta(days=10))
    page = html(client.get("/documents/cgu/"))
    assert "dix-huit ans révolus" in page
    assert "<li>par courrier</li>" in page
    assert third.get_absolute_url() in page


def test_an_archived_version_stays_readable_and_links_to_the_one_in_force(client, two_versions):
    response = client.get("/documents/cgu/versions/1/")
    assert response.status_code == 200
    assert "Son titulaire a au moins" in html(response)
    assert 'href="/documents/cgu/"' in html(response)


def test_a_signed_in_person_sees_the_version_accepted(client, two_versions):
    row = make_acceptance(two_versions[0])
    client.force_login(row.detail.user)
    page = html(client.get("/documents/cgu/"))
    assert reverse("legal:receipt", args=[row.sequence]) in page
    assert "?de=1&amp;a=2" in page


def test_the_receipt_is_only_for_its_person(client, two_versions):
    row = make_acceptance(two_versions[0])
    url = reverse("legal:receipt", args=[row.sequence])
    client.force_login(row.detail.user)
    assert client.get(url).json()["hash"] == row.hash
    client.force_login(UserFactory())
    assert client.get(url).status_code == 404


def test_only_changed_articles_are_compared_unless_all_are_asked_for(client, two_versions):
    page = html(client.get("/documents/cgu/comparer/?de=1&a=2"))
    assert 'id="compte"' in page
    assert 'id="objet"' not in page
    assert "<ins" in page
    assert "<del" in page
    assert "Plus clair." in page
    assert 'id="objet"' in html(client.get("/documents/cgu/comparer/?de=1&a=2&tout=1"))


def test_the_same_version_twice_is_said_to_be_identical(client, two_versions):
    response = client.get("/documents/cgu/comparer/?de=2&a=2")
    assert response.status_code == 200
    assert "<ins" not in html(response)
    assert "message-info" in html(response)


def test_without_numbers_the_version_in_force_is_compared_with_the_one_before(client, two_versions):
    response = client.get("/documents/cgu/comparer/")
    assert (response.context["old"], response.context["new"]) == two_versions


@pytest.mark.parametrize(
    "query", ["de=9&a=1", "de=x&a=1", "de=1&a=²", "de=-1&a=2", "de=1&a=" + "9" * 5000, "de=1;drop&a=2", "de=0"]
)
def test_unknown_numbers_are_answered_with_a_message(client, two_versions, query):
    response = client.get(f"/documents/cgu/comparer/?{query}")
    assert response.status_code == 404
    assert "message-erreur" in html(response)
    assert "<select" in html(response)


@pytest.mark.parametrize(
    "path",
    [
        "/documents/rien/",
        "/documents/cgu/versions/9/",
        "/documents/cgu/versions/99999999999999999999/",
        "/documents/rien/comparer/",
        "/documents/cgu/versions/9/pdf/",
    ],
)
def test_what_does_not_exist_is_not_found(client, two_versions, path):
    assert client.get(path).status_code == 404


def test_a_draft_has_no_public_page(client, two_versions):
    draft = documents.draft_new_version(document=two_versions[0].document, author=UserFactory())
    assert client.get(f"/documents/cgu/versions/{draft.number}/").status_code == 404
    assert client.get(f"/documents/cgu/versions/{draft.number}/pdf/").status_code == 404
    assert client.get(f"/documents/cgu/comparer/?de=1&a={draft.number}").status_code == 404


def test_the_pdf_has_bookmarks_and_is_the_same_each_time(client, two_versions):
    first = client.get("/documents/cgu/versions/2/pdf/")
    assert first["Content-Type"] == "application/pdf"
    assert first.content.startswith(b"%PDF")
    assert b"/Outlines" in first.content
    assert first.content == client.get("/documents/cgu/versions/2/pdf/").content


def test_a_kind_linked_by_its_usual_address_leads_to_the_document(client):
    make_version(make_document(slug="conditions-generales"))
    assert client.get("/documents/cgu/").url == "/documents/conditions-generales/"


def test_text_is_never_taken_for_html(client):
    make_version(articles=[{"key": "a", "title": "<b>Objet</b>", "body": "<script>alert(1)</script>"}])
    page = html(client.get("/documents/cgu/"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_version_in_force_depends_on_the_moment(two_versions):
    first, second = two_versions
    moment = second.effective_at
    assert documents.current(kind="cgu", now=moment) == second
    assert documents.current(kind="cgu", now=moment - dt.timedelta(seconds=1)) == first
    assert documents.current(kind="cgu", now=first.effective_at - dt.timedelta(seconds=1)) is None
    assert documents.current(kind="contract", now=moment) is None


def test_a_practitioners_document_is_versioned_only_when_its_text_changes():
    owner = UserFactory()
    facts = {
        "kind": LegalDocument.Kind.PRACTITIONER_TERMS,
        "owner": owner,
        "title": "Conditions de vente",
        "now": now(),
    }
    first = publishing.ensure_practitioner_document(**facts, articles=ARTICLES)
    assert publishing.ensure_practitioner_document(**facts, articles=ARTICLES) == first
    second = publishing.ensure_practitioner_document(**facts, articles=CHANGED)
    assert (first.number, second.number) == (1, 2)
    assert second.status == LegalVersion.Status.PUBLISHED
    assert documents.current(kind=facts["kind"], owner=owner, now=now()) == second
    assert documents.current(kind=facts["kind"], now=now()) is None
