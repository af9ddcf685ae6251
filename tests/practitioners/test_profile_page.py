import datetime as dt
import json
import re

import pytest
from django.utils import timezone

from common.registry import profile_panels
from practitioners.models import ApplicationItem, Practitioner, Review
from tests.factories.practitioners import (
    PracticeFactory,
    PractitionerFactory,
    ReviewFactory,
    ReviewInvitationFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db


def page_of(client, practitioner, query=""):
    response = client.get(f"/praticiens/{practitioner.slug}/{query}")
    return response, response.content.decode()


def test_the_profile_says_what_is_offered_for_how_much_and_where(client):
    practitioner = PractitionerFactory(page__headline="Souffler", page__word="Je reçois au calme.")
    response, html = page_of(client, practitioner)
    assert response.status_code == 200
    for expected in (
        practitioner.full_name,
        "Souffler",
        "Je reçois au calme.",
        "Séance individuelle",
        "60,00\u00a0€",
        "12 rue des Lilas",
        "Lyon",
    ):
        assert expected in html


def test_the_legal_block_comes_from_the_verified_file(client):
    practitioner = PractitionerFactory(capital_cents=100_000, legal_form="EURL")
    _, html = page_of(client, practitioner)
    for fact in (
        "732\u00a0829\u00a0320\u00a000074",
        "EURL",
        "1\u00a0000,00\u00a0€",
        practitioner.insurer,
        practitioner.insurance_number,
        practitioner.mediator,
        practitioner.professional_email,
    ):
        assert fact in html


def test_the_phone_is_not_on_the_page(client):
    _, html = page_of(client, PractitionerFactory(phone="+33698765432"))
    assert "98765432" not in html
    assert "98 76 54 32" not in html


def test_the_medical_notice_is_always_there(client):
    _, html = page_of(client, PractitionerFactory(page__word="", page__approach="", services=False))
    assert "ne le remplacent jamais : lui seul établit un diagnostic et soigne" in html


def test_nothing_of_the_text_can_close_the_structured_data(client):
    practitioner = PractitionerFactory(page__headline="</script><script>alert(1)</script>")
    _, html = page_of(client, practitioner)
    assert "<script>alert(1)" not in html
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)[1])
    business = next(item for item in data["@graph"] if item["@type"] == "LocalBusiness")
    assert business["description"].startswith("</script>")


def test_structured_data_has_no_medical_type_and_carries_the_reviews(client):
    review = ReviewFactory(rating=4)
    _, html = page_of(client, review.practitioner)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)[1]
    assert not re.search(r'"(Medical\w*|Physician|Hospital|Diagnostic\w*|Therapeutic\w*)"', found)
    assert '"ratingValue": 4' in found


def test_canonical_and_open_graph_name_the_page(client):
    practitioner = PractitionerFactory()
    _, html = page_of(client, practitioner)
    assert re.search(rf'<link rel="canonical" href="http[^"]+/praticiens/{practitioner.slug}/">', html)
    assert '<meta property="og:title"' in html


def test_reviews_are_newest_first_with_both_dates_and_the_reply(client):
    practitioner = PractitionerFactory()
    now = timezone.now()
    for days, text in ((30, "Ancienne"), (3, "Récente")):
        invitation = ReviewInvitationFactory(practitioner=practitioner, happened_on=dt.date(2026, 5, 14))
        ReviewFactory(
            practitioner=practitioner, invitation=invitation, text=text, published_at=now - dt.timedelta(days=days)
        )
    hidden = ReviewFactory(practitioner=practitioner, text="Cachée", status=Review.Status.SUSPENDED)
    Review.objects.filter(text="Récente").update(reply="Merci de ce mot", replied_at=now)
    _, html = page_of(client, practitioner)
    assert html.index("Récente") < html.index("Ancienne")
    assert "14\u00a0mai 2026" in html
    assert "Merci de ce mot" in html
    assert "Cachée" not in html
    assert f"/signaler/avis/{hidden.pk}/" not in html
    assert f"/signaler/avis/{Review.objects.get(text='Récente').pk}/" in html


def test_a_page_of_reviews_that_does_not_exist_is_the_last_one(client):
    review = ReviewFactory(text="La seule")
    for query in ("?avis=999", "?avis=x", "?avis=-1", "?prestation=abc"):
        response, html = page_of(client, review.practitioner, query)
        assert response.status_code == 200
        assert "La seule" in html


def test_a_practice_without_checked_certificate_is_not_shown_nor_its_services(client):
    practitioner = PractitionerFactory()
    other = PracticeFactory(name="Réflexologie", noun="réflexologue")
    practitioner.practice_links.create(practice=other, position=1)
    ServiceFactory(practitioner=practitioner, practice=other, name="Séance de pieds")
    _, html = page_of(client, practitioner)
    assert "éflexolog" not in html
    assert "Séance de pieds" not in html


def test_verifications_say_what_was_seen_and_until_when(client):
    practitioner = PractitionerFactory()
    ApplicationItem.objects.create(
        practitioner=practitioner, kind="insurance", status="accepted", evidence="Attestation 2026 vue",
        checked_at=timezone.now(), valid_until=timezone.now().date() + dt.timedelta(days=30),
    )  # fmt: skip
    _, html = page_of(client, practitioner)
    assert "Attestation 2026 vue" in html
    ApplicationItem.objects.update(valid_until=timezone.now().date() - dt.timedelta(days=1))
    _, html = page_of(client, practitioner)
    assert "Attestation 2026 vue" not in html


@pytest.mark.parametrize(
    ("status", "expected"),
    [("applying", 404), ("submitted", 404), ("refused", 404), ("suspended", 410), ("ended", 410)],
)
@pytest.mark.parametrize("live", [True, False])
def test_only_listed_practitioners_are_public(client, status, expected, live):
    practitioner = PractitionerFactory(page__word="Un mot secret")
    Practitioner.objects.filter(pk=practitioner.pk).update(status=status)
    practitioner.page.live = live
    practitioner.page.save()
    response, html = page_of(client, practitioner)
    assert response.status_code == expected
    assert "Un mot secret" not in html
    assert practitioner.full_name not in html
    if expected == 410:
        assert "pratique=sophrologie" in html


def test_the_index_leads_to_the_search(client):
    PractitionerFactory()
    response = client.get("/praticiens/")
    assert (response.status_code, response["Location"]) == (301, "/recherche/")
    assert client.get("/praticiens/personne/").status_code == 404


def test_panels_of_higher_apps_are_rendered_and_plain_text_is_escaped(client, monkeypatch):
    practitioner = PractitionerFactory()
    monkeypatch.setattr(profile_panels, "_items", {})
    profile_panels.register("test", lambda context: f"<b>{context['practitioner'].pk}</b>")
    _, html = page_of(client, practitioner)
    assert f"&lt;b&gt;{practitioner.pk}&lt;/b&gt;" in html


def test_the_number_of_queries_does_not_grow_with_what_is_shown(client, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(profile_panels, "_items", {})
    practitioner = PractitionerFactory()
    for number in range(12):
        ReviewFactory(practitioner=practitioner)
        practice = PracticeFactory(name=f"Pratique {number}")
        practitioner.practice_links.create(
            practice=practice, position=number + 1, certificate_checked_at=timezone.now()
        )
        ServiceFactory(practitioner=practitioner, practice=practice)
    page_of(client, practitioner)
    with django_assert_max_num_queries(24):
        page_of(client, practitioner)
