"""The office of a practitioner, and how complete a page is."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from common.clock import today
from common.registry import office_nav
from practitioners.actions import applications, pages
from practitioners.completeness import Criterion, completeness_of, criteria, percentage_of
from practitioners.models import ApplicationItem, Practitioner, ProfilePage
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PracticePlaceFactory, PractitionerFactory, ReviewFactory, ServiceFactory
from tests.practitioners import papers

pytestmark = pytest.mark.django_db

PAGES = ["office_home", "office_facts", "office_file", "office_reviews"]


def with_profile(practitioner):
    return Practitioner.objects.with_profile().get(pk=practitioner.pk)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("applying", [True, False])
def test_pages_of_the_office_answer_whatever_the_status(as_user, name, applying):
    practitioner = PractitionerFactory(applying=applying)
    response = as_user(practitioner.user).get(reverse(name))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("name", PAGES)
def test_the_office_is_for_practitioners(client, login_as, name):
    assert client.get(reverse(name)).status_code == 302
    login_as("client")
    response = client.get(reverse(name))
    assert response.status_code == 403
    assert "Cet espace est réservé aux praticiens" in response.content.decode()


def test_the_overview_shows_tasks_completeness_and_the_navigation(as_user):
    practitioner = PractitionerFactory(page__word="")
    ReviewFactory(practitioner=practitioner)
    html = as_user(practitioner.user).get("/espace-praticien/").content.decode()
    assert "1 avis sans réponse" in html
    assert "Dites en quelques phrases comment vous travaillez" in html
    assert f"Complète à {percentage_of(with_profile(practitioner))}\u00a0%" in html
    for key in ("home", "page", "facts", "file", "reviews"):
        assert reverse(office_nav.get(key).url_name) in html


def test_my_page_is_made_once_and_leads_to_the_cms(as_user):
    practitioner = PractitionerFactory(applying=True, page=False)
    from tests.factories.practitioners import profile_index

    profile_index()
    browser = as_user(practitioner.user)
    first, second = browser.get("/espace-praticien/ma-page/"), browser.get("/espace-praticien/ma-page/")
    page = ProfilePage.objects.get(practitioner=practitioner)
    assert first["Location"] == second["Location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert not page.live
    practitioner.refresh_from_db()
    assert practitioner.media is not None


def contact(practitioner, **changes):
    return {
        "professional_email": practitioner.professional_email, "phone": "06 12 34 56 78", "street": "1 rue A", "postal_code": "69001",
        "town": "Lyon", "languages": ["fr"], "payment_methods": ["carte"], "home_radius_km": "20", **changes,
    }  # fmt: skip


def test_contact_details_are_saved_and_checked_facts_are_not_touched(as_user):
    practitioner = PractitionerFactory()
    data = contact(practitioner, siret="1", first_name="Pirate", insurer="x", status="ended", partner_software="on")
    response = as_user(practitioner.user).post(reverse("office_facts"), data)
    assert response.status_code == 302
    after = Practitioner.objects.get(pk=practitioner.pk)
    assert (after.phone, after.street, after.home_radius_km) == ("+33612345678", "1 rue A", 20)
    for name in ("siret", "first_name", "insurer", "status", "partner_software", "slug"):
        assert getattr(after, name) == getattr(practitioner, name)


@pytest.mark.parametrize(
    "changes",
    [{"professional_email": "pas un e-mail"}, {"postal_code": "6900"}, {"postal_code": "٦٩٠٠١"}, {"phone": "12"}, {"languages": ["xx"]},
     {"payment_methods": ["bitcoin"]}, {"home_radius_km": "21"}, {"home_radius_km": "x"}, {"street": "a" * 10_000}, {"professional_email": ""}],
)  # fmt: skip
def test_bad_details_are_refused_and_kept_on_the_page(as_user, changes):
    practitioner = PractitionerFactory()
    response = as_user(practitioner.user).post(
        reverse("office_facts"), contact(practitioner, town="Villeurbanne", **changes)
    )
    html = response.content.decode()
    assert response.status_code == 422
    assert "Villeurbanne" in html
    assert "error-summary" in html
    assert Practitioner.objects.get(pk=practitioner.pk).town == "Lyon"


def test_places_of_others_are_not_found(as_user):
    mine, other = PractitionerFactory(), PractitionerFactory()
    browser = as_user(mine.user)
    url = reverse("office_place", args=[mine.places.get().pk])
    assert browser.post(url, {"access": "Deuxième cour", "step_free": "on"}).status_code == 302
    assert mine.places.get().access == "Deuxième cour"
    assert browser.get(reverse("office_place", args=[other.places.get().pk])).status_code == 404


def pdf(name="a.pdf", content=None):
    return SimpleUploadedFile(name, papers.pdf() if content is None else content, content_type="application/pdf")


def test_a_refused_item_is_corrected_and_checked_again(as_user):
    practitioner = PractitionerFactory(applying=True)
    item = next(i for i in applications.open_file(practitioner=practitioner) if i.kind == "insurance")
    ApplicationItem.objects.filter(pk=item.pk).update(status="refused", refusal_reason="Trop ancienne")
    browser = as_user(practitioner.user)
    url = reverse("office_item", args=[item.pk])
    assert "Trop ancienne" in browser.get(url).content.decode()
    assert browser.post(url, {"value": "Assureur, RC-2", "document": pdf("../../mal.pdf")}).status_code == 302
    item.refresh_from_db()
    assert (item.status, item.refusal_reason, item.value) == ("provided", "", "Assureur, RC-2")
    assert item.document.name.startswith("applications/")
    assert item.document.name.endswith(".pdf")
    response = browser.get(reverse("office_item_document", args=[item.pk]))
    assert response.getvalue().startswith(b"%PDF")
    other = PractitionerFactory()
    assert as_user(other.user).get(reverse("office_item_document", args=[item.pk])).status_code == 404
    assert as_user(other.user).get(url).status_code == 404


@pytest.mark.parametrize(
    ("kind", "data"),
    [("insurance", {"value": "", "document": "pdf"}), ("insurance", {"value": "x"}), ("insurance", {"value": "x", "document": b""}),
     ("insurance", {"value": "x", "document": b"<svg onload=alert(1)>"}), ("insurance", {"value": "x", "document": b"MZ\x90"}),
     ("siret", {"value": "123", "document": "pdf"}), ("insurance", {"value": "x" * 10_000, "document": "pdf"}),
     ("insurance", {"value": "x", "document": b"RIFF\x00\x00\x00\x00WAVEfmt "})],
)  # fmt: skip
def test_bad_items_are_refused_with_words(as_user, kind, data):
    practitioner = PractitionerFactory(applying=True)
    item = next(i for i in applications.open_file(practitioner=practitioner) if i.kind == kind)
    sent = dict(data)
    if "document" in sent:
        sent["document"] = pdf() if sent["document"] == "pdf" else pdf(content=sent["document"])
    response = as_user(practitioner.user).post(reverse("office_item", args=[item.pk]), sent)
    assert response.status_code == 422
    item.refresh_from_db()
    assert item.status == "missing"


def test_a_file_is_handed_in_when_every_item_is_given(as_user):
    practitioner = PractitionerFactory(applying=True)
    browser = as_user(practitioner.user)
    browser.post(reverse("office_file_submit"))
    practitioner.refresh_from_db()
    assert practitioner.status == Practitioner.Status.APPLYING
    applications.open_file(practitioner=practitioner)
    practitioner.items.update(status="provided")
    browser.post(reverse("office_file_submit"))
    practitioner.refresh_from_db()
    assert practitioner.status == Practitioner.Status.SUBMITTED
    browser.post(reverse("office_file_submit"))
    assert practitioner.events.filter(kind="submitted").count() == 1


def test_a_reply_is_published_once_and_never_on_the_reviews_of_others(as_user):
    review, foreign = ReviewFactory(), ReviewFactory()
    browser = as_user(review.practitioner.user)
    url = reverse("office_review_reply", args=[review.pk])
    refused = browser.post(url, {f"avis{review.pk}-text": "x" * 2_001})
    assert refused.status_code == 422
    assert "x" * 2_001 in refused.content.decode()
    assert browser.post(url, {f"avis{review.pk}-text": "Merci à vous"}).status_code == 302
    review.refresh_from_db()
    assert review.reply == "Merci à vous"
    browser.post(url, {f"avis{review.pk}-text": "Autre"})
    review.refresh_from_db()
    assert review.reply == "Merci à vous"
    assert browser.post(reverse("office_review_reply", args=[foreign.pk]), {}).status_code == 404


def test_a_corrected_name_reaches_the_page_and_the_address_stays(client):
    practitioner = PractitionerFactory()
    Practitioner.objects.filter(pk=practitioner.pk).update(last_name="Nouveau")
    pages.rename(practitioner=Practitioner.objects.get(pk=practitioner.pk))
    page = ProfilePage.objects.get(practitioner=practitioner)
    assert (page.title, page.slug) == ("Claire Nouveau", practitioner.slug)
    assert page.live


def test_an_empty_profile_is_0_and_says_first_what_counts_most():
    practitioner = PractitionerFactory(
        applying=True, services=False, place=False, practices=[], languages=[], payment_methods=[],
        page__word="", page__headline="", page__approach="",
    )  # fmt: skip
    found = completeness_of(with_profile(practitioner))
    assert found.percentage == 0
    assert len(found.missing) == len(criteria.keys())
    weights = [missing.criterion.weight for missing in found.missing]
    assert weights == sorted(weights, reverse=True)
    assert all(missing.url.startswith("/") for missing in found.missing)


def test_what_is_added_raises_completeness_and_archived_services_do_not_count():
    practitioner = PractitionerFactory(services=False)
    before = percentage_of(with_profile(practitioner))
    service = ServiceFactory(practitioner=practitioner)
    assert percentage_of(with_profile(practitioner)) > before
    service.archived_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    service.save()
    assert percentage_of(with_profile(practitioner)) == before


def test_higher_apps_add_criteria(monkeypatch):
    practitioner = with_profile(PractitionerFactory())
    before = percentage_of(practitioner)
    monkeypatch.setattr(criteria, "_items", dict(criteria._items))
    criteria.register("test", Criterion("test", "Horaires", "Ouvrez des horaires", 1000, lambda p: False))
    assert percentage_of(practitioner) < before
    assert completeness_of(practitioner).next.criterion.key == "test"


def test_completeness_of_many_reads_nothing_more(django_assert_num_queries):
    for _number in range(3):
        PracticePlaceFactory(practitioner=PractitionerFactory())
    rows = list(Practitioner.objects.with_profile())
    with django_assert_num_queries(0):
        assert all(0 < percentage_of(row) <= 100 for row in rows)


def test_current_items_are_those_checked_and_not_past():
    item = ApplicationItem(status="accepted", valid_until=today())
    assert item.is_current(today())
    item.valid_until = today() - dt.timedelta(days=1)
    assert not item.is_current(today())
    assert not ApplicationItem(status="provided").is_current(today())


def test_a_user_of_the_role_without_a_file_is_told(as_user):
    from accounts.roles import Role

    assert as_user(UserFactory(roles=[Role.PRACTITIONER])).get("/espace-praticien/").status_code == 403
