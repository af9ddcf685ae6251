"""A practitioner's own terms of sale and privacy policy: begun from the model, written, previewed, published, frozen."""

import re
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from common.clock import now
from legal.actions import documents
from legal.models import LegalDocument, LegalVersion
from practitioners import own_documents
from practitioners.models import Practitioner
from practitioners.models.service import Mode
from tests.factories.practitioners import PractitionerFactory, ServiceFactory

pytestmark = pytest.mark.django_db
HOME = "/espace-praticien/documents/"
TERMS, PRIVACY = f"{HOME}conditions-de-vente/", f"{HOME}confidentialite/"


@pytest.fixture
def person(login_as: Any) -> Practitioner:
    practitioner = PractitionerFactory(
        first_name="Claire", last_name="Morel", mediator="Médiation Sud", mediator_contact="mediation.example",
        legal_form="Entreprise individuelle", street="3 rue des Pins", postal_code="69003", town="Lyon", insurer="Assur",
    )  # fmt: skip
    login_as(practitioner.user)
    return practitioner


def typed(client: Client, path: str = TERMS, **changes: str) -> dict[str, str]:
    """The form as its page offers it, with what is changed."""
    html = client.get(path).content.decode()
    sent = dict(re.findall(r'<input type="hidden" name="(article-[\w-]+)" value="([^"]*)"', html))
    for number in range(int(sent["article-TOTAL_FORMS"])):
        for name, pattern in (
            ("title", rf'name="article-{number}-title" value="([^"]*)"'),
            ("body", rf'<textarea name="article-{number}-body"[^>]*>\n?([^<]*)</textarea>'),
            ("ORDER", rf'name="article-{number}-ORDER" value="([^"]*)"'),
            ("key", rf'name="article-{number}-key" value="([^"]*)"'),
        ):
            if found := re.search(pattern, html):
                sent[f"article-{number}-{name}"] = found[1].replace("&#x27;", "'").replace("&quot;", '"')
    return sent | changes


def published(kind: str = "practitioner-terms") -> LegalVersion:
    return LegalVersion.objects.published().filter(document__kind=kind).order_by("-number")[0]


def write_first(client: Client) -> LegalVersion:
    assert client.post(TERMS, typed(client)).status_code == 302
    assert client.post(f"{TERMS}publier/").status_code == 302
    return published()


def test_the_model_is_filled_from_the_verified_file(client: Client, person: Practitioner) -> None:
    html = client.get(TERMS).content.decode()
    for fact in ("Claire Morel", person.siret, "3 rue des Pins, 69003 Lyon", "Médiation Sud", "mediation.example"):
        assert fact in html
    assert "{praticien" not in html
    assert "{mediateur" not in html


@pytest.mark.parametrize(("mode", "title"), [(Mode.VIDEO, "Séances à distance"), (Mode.HOME, "Séances à domicile")])
def test_a_notice_is_proposed_only_when_a_session_needs_it(
    client: Client, person: Practitioner, mode: str, title: str
) -> None:
    person.services.update(mode=Mode.PRACTICE)
    assert title not in client.get(TERMS).content.decode()
    ServiceFactory(practitioner=person, mode=mode)
    assert title in client.get(TERMS).content.decode()


def test_from_the_model_to_a_version_that_nobody_changes_any_more(client: Client, person: Practitioner) -> None:
    assert client.post(TERMS, typed(client)).headers["Location"] == f"{TERMS}apercu/"
    assert "Publier cette version" in client.get(f"{TERMS}apercu/").content.decode()
    assert not LegalVersion.objects.published().exists(), "a draft is nobody else's"
    assert client.post(f"{TERMS}publier/").status_code == 302
    version = published()
    assert (version.number, version.document.owner, bool(version.content_hash)) == (1, person.user, True)
    assert documents.current(kind="practitioner-terms", owner=person.user, now=now()) == version
    assert Client().get(version.get_absolute_url()).status_code == 200
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update legal_legalversion set preamble = 'x' where status = 'published'")


def test_a_new_version_says_what_changes_and_leaves_the_old_one_readable(client: Client, person: Practitioner) -> None:
    first = write_first(client)
    changed = {"article-0-title": "Qui vous reçoit"}
    client.post(TERMS, typed(client, **changed))
    assert "1 article diffère" in client.get(f"{TERMS}apercu/").content.decode()
    refused = client.post(f"{TERMS}publier/")
    assert refused.status_code == 422
    assert "ce qui change" in refused.content.decode()
    client.post(TERMS, typed(client, summary="Le titre est plus clair."))
    assert client.post(f"{TERMS}publier/").status_code == 302
    second = published()
    assert (second.number, second.articles[0]["title"], second.articles[0]["key"]) == (
        2,
        "Qui vous reçoit",
        first.articles[0]["key"],
    )
    assert Client().get(first.get_absolute_url()).status_code == 200


def test_articles_are_added_moved_and_taken_out(client: Client, person: Practitioner) -> None:
    sent = typed(client)
    last = int(sent["article-TOTAL_FORMS"]) - 1
    sent |= {
        f"article-{last}-title": "Parking", f"article-{last}-body": "Devant la porte.", f"article-{last}-ORDER": "0",
        "article-1-DELETE": "on",
    }  # fmt: skip
    gone = sent["article-1-title"]
    client.post(TERMS, sent)
    client.post(f"{TERMS}publier/")
    titles = [article["title"] for article in published().articles]
    assert titles[0] == "Parking"
    assert gone not in titles
    assert len({article["key"] for article in published().articles}) == len(titles)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"article-0-title": ""}, "titre"),
        ({"article-0-body": "x" * 10_001}, "10"),
        ({"article-0-body": "Chez {operateur_nom}"}, "accolades"),
        ({"article-TOTAL_FORMS": "x"}, ""),
        ({"article-TOTAL_FORMS": "99999"}, ""),
        ({"article-0-ORDER": "x"}, ""),
    ],
)
def test_bad_input_is_refused_with_words_and_keeps_what_was_typed(
    client: Client, person: Practitioner, changes: dict[str, str], said: str
) -> None:
    refused = client.post(TERMS, typed(client, **{"article-1-title": "Gardé tel quel"}, **changes))
    assert refused.status_code == 422
    assert said in refused.content.decode()
    if "TOTAL_FORMS" not in "".join(changes):
        assert "Gardé tel quel" in refused.content.decode()
    assert not LegalVersion.objects.exists()


def test_nothing_is_published_while_a_fact_is_missing(client: Client, person: Practitioner) -> None:
    Practitioner.objects.filter(pk=person.pk).update(mediator="")
    assert "[à compléter]" in client.get(TERMS).content.decode()
    client.post(TERMS, typed(client))
    refused = client.post(f"{TERMS}publier/")
    assert refused.status_code == 422
    assert "[à compléter]" in refused.content.decode()
    assert not LegalVersion.objects.published().exists()


def test_the_same_text_is_not_published_twice(client: Client, person: Practitioner) -> None:
    write_first(client)
    client.post(TERMS, typed(client, summary="Rien."))
    assert client.post(f"{TERMS}publier/").status_code == 422
    assert LegalVersion.objects.published().count() == 1


def test_publishing_twice_at_once_is_once(client: Client, person: Practitioner) -> None:
    write_first(client)
    assert client.post(f"{TERMS}publier/").status_code == 302
    assert LegalVersion.objects.count() == 1


def test_a_draft_is_thrown_away(client: Client, person: Practitioner) -> None:
    client.post(TERMS, typed(client))
    assert client.post(f"{TERMS}abandonner/").status_code == 302
    assert not LegalVersion.objects.exists()
    assert client.get(f"{TERMS}apercu/").status_code == 302


def test_a_fact_that_changed_since_is_said(client: Client, person: Practitioner) -> None:
    write_first(client)
    assert "Votre dossier a changé" not in client.get(HOME).content.decode()
    Practitioner.objects.filter(pk=person.pk).update(mediator="Autre médiateur")
    assert "Votre dossier a changé" in client.get(HOME).content.decode()


def test_each_practitioner_has_the_own_ones(client: Client, person: Practitioner, login_as: Any) -> None:
    client.post(TERMS, typed(client, **{"article-0-title": "Secret de Claire"}))
    another = PractitionerFactory()
    login_as(another.user)
    assert "Secret de Claire" not in client.get(TERMS).content.decode()
    assert client.get(f"{TERMS}apercu/").status_code == 302
    assert client.get(f"{HOME}contrat/").status_code == 404


def test_the_privacy_policy_is_written_the_same_way(client: Client, person: Practitioner) -> None:
    client.post(PRIVACY, typed(client, PRIVACY))
    client.post(f"{PRIVACY}publier/")
    assert "Morel" in published("practitioner-privacy").title


def test_the_models_name_only_facts_of_the_file(person: Practitioner) -> None:
    known = set(own_documents.facts(person))
    for model in own_documents.models().values():
        for row in model.articles:
            assert set(re.findall(r"\{(\w+)\}", " ".join(row["text"]))) <= known
            assert row.get("needs", "video") in {"video", "home", "group"}
    assert {model.kind for model in own_documents.models().values()} == {
        LegalDocument.Kind.PRACTITIONER_TERMS,
        LegalDocument.Kind.PRACTITIONER_PRIVACY,
    }
