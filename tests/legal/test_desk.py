"""The legal desk: written, read again, published by someone else, then frozen, by URL too."""

import datetime as dt
import json

import pytest
from django.http import HttpResponse

from accounts.roles import Role
from common.clock import now
from common.models import ReadingLog
from legal.actions import documents, publishing, workflow
from legal.models import LegalVersion
from tests.factories.accounts import UserFactory
from tests.factories.legal import ARTICLES, make_acceptance, make_document, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def lawyer(login_as):
    return login_as(Role.LEGAL)


def form_of(articles: list[dict[str, str]], **fields: str) -> dict[str, str]:
    """What the editor's form sends."""
    data = {
        "title": "Conditions générales",
        "preamble": "",
        "summary": "",
        "articles-count": str(len(articles)),
        **fields,
    }
    for n, article in enumerate(articles):
        data |= {
            f"articles-{n}-deleted": "",
            f"articles-{n}-order": str(n),
            f"articles-{n}-type": "article",
            f"articles-{n}-id": "",
        }
        data |= {f"articles-{n}-value-{name}": value for name, value in article.items()}
    return data


def refused(response: HttpResponse) -> bool:
    """Wagtail answers a refusal with its first page and a message."""
    return response.status_code == 302 and response.url == "/cms/"


def approved(draft: LegalVersion, moment: dt.datetime | None = None) -> LegalVersion:
    """Handed over and approved by someone else."""
    workflow.submit_for_review(version=draft)
    return workflow.approve(version=draft, reviewer=UserFactory(), now=moment or now())


def url(version: LegalVersion, step: str = "") -> str:
    return f"/cms/documents-legaux/versions/{version.pk}/{step}"


def test_a_version_goes_from_draft_to_public_page(client, login_as, lawyer):
    document = make_version(now=now() - dt.timedelta(days=30)).document
    client.post(f"/cms/documents-legaux/{document.pk}/nouvelle-version/")
    draft = document.versions.get(status="draft")
    assert client.get(url(draft)).status_code == 200
    articles = [
        {**ARTICLES[0], "why": ""},
        {"title": "Nouvel article", "body": "Du neuf.", "why": "Parce que.", "key": ""},
    ]
    assert client.post(url(draft), form_of(articles, summary="Un article de plus.")).status_code == 302
    draft.refresh_from_db()
    assert [article["key"] for article in draft.articles] == ["objet", "nouvel-article"]
    assert "Du neuf." in client.get(url(draft, "apercu/")).content.decode()
    assert "Parce que." in client.get(url(draft, "differences/")).content.decode()
    assert client.post(url(draft, "etape/relecture/")).status_code == 302
    assert refused(client.post(url(draft, "approuver/"))), "who wrote it does not review it"
    assert refused(client.get(url(draft, "publier/"))), "nor publishes it"

    login_as(Role.LEGAL)
    assert refused(client.get(url(draft, "publier/"))), "nobody publishes what was not approved"
    assert client.post(url(draft, "approuver/")).status_code == 302
    assert refused(client.get(url(draft, "publier/"))), "who reviewed it does not publish it"

    login_as(Role.LEGAL)
    assert client.get(url(draft, "publier/")).status_code == 200
    response = client.post(
        url(draft, "publier/"), {"mode": "accept", "effective_at": "", "summary": "Un article de plus."}
    )
    assert response.status_code == 302
    assert "Du neuf." in client.get("/documents/cgu/").content.decode()


def test_what_is_published_cannot_be_edited_by_address_either(client, lawyer):
    version = make_version()
    assert refused(client.get(url(version)))
    assert refused(client.post(url(version), form_of(ARTICLES)))
    assert refused(client.get(url(version, "publier/")))
    for step in ("relecture", "brouillon", "abandon"):
        client.post(url(version, f"etape/{step}/"))
    version.refresh_from_db()
    assert version.is_published


def test_a_version_under_review_is_not_edited(client, lawyer):
    draft = documents.draft_new_version(document=make_document(), author=UserFactory(), articles=ARTICLES)
    workflow.submit_for_review(version=draft)
    assert refused(client.post(url(draft), form_of(ARTICLES)))


def test_whoever_corrected_a_draft_may_not_publish_it(client, lawyer):
    draft = documents.draft_new_version(document=make_document(), author=UserFactory(), articles=ARTICLES)
    client.post(url(draft), form_of(ARTICLES))
    approved(draft)
    with pytest.raises(workflow.OwnText):
        publishing.publish(version=draft, approver=lawyer, effective_at=now(), mode="inform", summary="", now=now())


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"mode": "accept", "summary": ""}, publishing.SummaryMissing),
        ({"effective_at": dt.timedelta(days=-1)}, publishing.BadEffectiveDate),
        ({"mode": "notice", "effective_at": dt.timedelta(days=14)}, publishing.BadEffectiveDate),
    ],
)
def test_publishing_is_refused_without_summary_or_notice(fields, error):
    document = make_version(now=now() - dt.timedelta(days=30)).document
    draft = approved(documents.draft_new_version(document=document, author=UserFactory()))
    moment = now()
    facts = {"mode": "accept", "summary": "Oui.", "effective_at": dt.timedelta(0), **fields}
    facts["effective_at"] = moment + facts["effective_at"]
    with pytest.raises(error):
        publishing.publish(version=draft, approver=UserFactory(), now=moment, **facts)


def test_a_version_never_applies_before_an_earlier_one():
    document = make_version(effective_at=now() + dt.timedelta(days=10)).document
    with pytest.raises(publishing.BadEffectiveDate):
        make_version(document, effective_at=now() + dt.timedelta(days=5))


def test_one_version_at_a_time_is_written():
    document = make_version().document
    documents.draft_new_version(document=document, author=UserFactory())
    with pytest.raises(documents.DraftExists):
        documents.draft_new_version(document=document, author=UserFactory())


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": "x" * 10_000},
        {"articles-count": "0"},
        {"articles-0-value-title": ""},
        {"articles-0-value-body": "x" * 30_000},
    ],
)
def test_a_bad_draft_is_refused_and_what_was_typed_stays(client, lawyer, change):
    draft = documents.draft_new_version(document=make_document(), author=lawyer, articles=ARTICLES)
    response = client.post(url(draft), {**form_of(ARTICLES, summary="Gardé tel quel"), **change})
    assert response.status_code == 422
    assert "Gardé tel quel" in response.content.decode()
    draft.refresh_from_db()
    assert draft.articles[0]["title"] == "Objet"


@pytest.mark.parametrize(
    "fields", [{"mode": "x"}, {"effective_at": "hier"}, {"effective_at": "1999-01-01 00:00"}, {"summary": "x" * 10_000}]
)
def test_a_bad_publication_is_refused(client, lawyer, fields):
    draft = approved(documents.draft_new_version(document=make_document(), author=UserFactory(), articles=ARTICLES))
    response = client.post(url(draft, "publier/"), {"mode": "accept", "summary": "Oui.", "effective_at": "", **fields})
    assert response.status_code == 422
    draft.refresh_from_db()
    assert not draft.is_published


DESK = [
    "/cms/documents-legaux/",
    "/cms/documents-legaux/{document}/",
    "/cms/documents-legaux/versions/{draft}/",
    "/cms/documents-legaux/versions/{draft}/apercu/",
    "/cms/documents-legaux/versions/{draft}/differences/",
    "/cms/documents-legaux/versions/{draft}/relire/",
    "/cms/documents-legaux/versions/{draft}/traduction/en/",
    "/cms/documents-legaux/informations/",
    "/cms/acceptations/",
    "/cms/acceptation/1/",
]


@pytest.mark.parametrize("path", DESK)
@pytest.mark.parametrize(
    ("role", "allowed"), [(Role.LEGAL, True), (Role.MODERATION, False), (Role.EDITOR, False), (Role.OPERATOR, False)]
)
def test_the_desk_is_for_the_legal_team(client, login_as, path, role, allowed):
    version = make_version()
    make_acceptance(version)
    draft = documents.draft_new_version(document=version.document, author=UserFactory())
    login_as(role)
    response = client.get(path.format(document=version.document_id, draft=draft.pk))
    assert (response.status_code == 200) is allowed
    assert response.status_code in {200, 302, 403}


def test_an_identity_is_read_for_a_reason_and_the_reading_is_logged(client, lawyer):
    row = make_acceptance(make_version())
    email = row.detail.user.email
    assert email not in client.get("/cms/acceptations/").content.decode()
    assert email not in client.get("/cms/acceptation/1/").content.decode()
    assert client.post("/cms/acceptation/1/", {"reason": ""}).status_code == 422
    assert not ReadingLog.objects.exists()
    assert email in client.post("/cms/acceptation/1/", {"reason": "Litige 2026-12"}).content.decode()
    assert ReadingLog.objects.get().reason == "Litige 2026-12"


def test_acceptances_cannot_be_made_changed_or_deleted_from_the_register(client, lawyer):
    row = make_acceptance(make_version())
    for path in ("create/", f"edit/{row.pk}/", f"delete/{row.pk}/"):
        assert client.get(f"/cms/acceptations/{path}").status_code in {302, 403, 404}


def test_the_register_of_processing_shows_each_activity(client, lawyer):
    page = client.get("/cms/registre-des-traitements/").content.decode()
    assert "Prouver ce que chaque personne a accepté" in page
    assert "legal.AcceptanceDetail" in client.get("/cms/registre-des-traitements/acceptances/").content.decode()


def test_the_queue_is_on_the_first_page(client, lawyer):
    draft = documents.draft_new_version(document=make_document(), author=UserFactory(), articles=ARTICLES)
    assert str(draft) in client.get("/cms/").content.decode()


def test_the_editor_is_given_the_articles(client, lawyer):
    draft = documents.draft_new_version(document=make_document(), author=lawyer, articles=ARTICLES)
    page = client.get(url(draft)).content.decode()
    assert json.dumps(ARTICLES[0]["body"])[1:-1].replace("\\n", "")[:10] in page.replace("\\n", "")
