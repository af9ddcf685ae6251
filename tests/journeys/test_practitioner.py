"""A practitioner keeps the own page, services and hours, and sees what an appointment brought."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from booking.models import Appointment, Payment
from practitioners.models import Practitioner, ProfilePage
from tests.journeys.staff import Staff
from tests.journeys.test_visitor import cents
from tests.journeys.visitor import Visitor

HEADLINE = "Un pas après l’autre, à voix basse"


def own() -> Practitioner:
    return Practitioner.objects.get(user__email="practitioner@demo.example")


def test_the_own_page_is_edited_with_a_preview_and_nobody_elses_opens(
    open_browser: Callable[..., Page], site: str
) -> None:
    edwige, reader = Staff(open_browser(), site), Visitor(open_browser(), site)
    edwige.sign_in("practitioner", to="/espace-praticien/")
    page = ProfilePage.objects.get(practitioner=own())
    edwige.open("/espace-praticien/ma-page/")
    expect(edwige.page).to_have_url(re.compile(rf"/cms/pages/{page.pk}/edit/"))
    edwige.page.locator("[name=headline]").fill(HEADLINE)

    edwige.press("Afficher/masquer la prévisualisation")
    frame = edwige.page.frame_locator("iframe[title]").first
    expect(frame.get_by_text(HEADLINE)).to_be_visible(timeout=15_000)
    reader.open(page.get_url())
    expect(reader.page.get_by_text(HEADLINE)).to_have_count(0)
    edwige.press("Publier")
    expect(edwige.page).to_have_url(re.compile(rf"/cms/pages/{page.pk}/edit/"))
    reader.open(page.get_url())
    expect(reader.page.get_by_text(HEADLINE).first).to_be_visible()

    other = ProfilePage.objects.live().exclude(pk=page.pk).first()
    for act in ("edit/", "delete/", "unpublish/", "move/", "copy/", "view_draft/", "history/"):
        answer = edwige.page.goto(f"{site}/cms/pages/{other.pk}/{act}")
        assert answer is not None
        assert answer.status in {403, 404}, f"{act}: {answer.status}"


def test_services_and_hours_change_the_times_offered(open_browser: Callable[..., Page], site: str) -> None:
    edwige, reader = Staff(open_browser(), site), Visitor(open_browser(), site)
    edwige.sign_in("practitioner", to="/espace-praticien/seances/")
    edwige.follow("Ajouter une séance")
    edwige.page.locator("[name=name]").fill("Marche lente au parc")
    edwige.page.locator("[name=mode]").select_option("cabinet")
    edwige.page.locator("[name=duration_minutes]").fill("45")
    edwige.page.locator("[name=price_cents]").fill("prix")
    edwige.press("Enregistrer")
    expect(edwige.page).to_have_title(re.compile("^Erreur"))
    expect(edwige.page.locator("[name=name]")).to_have_value("Marche lente au parc")
    edwige.page.locator("[name=price_cents]").fill("48,50 €")
    edwige.page.locator("[name=payment][value=none]").check()
    edwige.page.locator("[name=bookable]").check()
    edwige.press("Enregistrer")
    expect(edwige.page.get_by_role("link", name="Marche lente au parc", exact=True)).to_be_visible()
    reader.open(f"/rendez-vous/avec/{own().slug}/")
    expect(reader.page.get_by_text("48,50 €")).to_be_visible()

    # One range alone, on Tuesdays: the times offered follow.
    edwige.open("/espace-praticien/horaires/")
    for field in edwige.page.locator("input[type=time][name^=d]:visible").all():
        field.fill("")
    edwige.page.locator("summary", has_text="Ajouter une plage mardi").click()
    edwige.page.locator("[name=d1r0-start]").fill("07:15")
    edwige.page.locator("[name=d1r0-end]").fill("08:00")
    edwige.press("Voir l’effet, puis enregistrer")
    expect(edwige.page.locator("#effet")).to_contain_text("horaires en moins")
    edwige.press("Enregistrer la semaine")
    expect(edwige.page.get_by_text("Votre semaine est enregistrée.")).to_be_visible()
    reader.press("Voir les horaires")
    service = own().services.get(name="Marche lente au parc")
    reader.open(f"/rendez-vous/avec/{own().slug}/horaires/?service={service.pk}&du=")
    see = reader.page.get_by_role("link", name="Voir ces horaires")
    if see.count():
        see.click()
    expect(reader.page.locator("button.slot").first).to_be_visible()
    reader.page.wait_for_load_state()
    hours = {text.split(",")[0].strip() for text in reader.page.locator("button.slot").all_inner_texts()}
    assert hours == {"07:15"}


def test_an_appointment_says_what_was_paid_and_the_fee_taken(page: Page, site: str) -> None:
    edwige = Staff(page, site)
    edwige.sign_in("practitioner", to="/espace-praticien/agenda/")
    booked = Appointment.objects.filter(practitioner=own(), status="confirmed", payments__status="paid").earliest(
        "starts_at"
    )
    payment = Payment.objects.get(appointment=booked)
    edwige.open(f"/espace-praticien/agenda/?jour={booked.starts_at:%Y-%m-%d}")
    edwige.page.locator(f"a[href$='/{booked.reference}/']").first.click()
    edwige.sees_title(booked.contact_name)
    # 3 % of the price and 0,65 €.
    fee = round(booked.price_cents * 0.03) + 65
    assert payment.fee_cents == fee
    page.wait_for_load_state()
    shown = cents(page.locator("main").inner_text())
    assert {booked.price_cents, payment.amount_cents, fee, payment.amount_cents - fee} <= set(shown)
    other = Appointment.objects.exclude(practitioner=own()).earliest("pk")
    answer = page.goto(f"{site}/espace-praticien/rendez-vous/{other.reference}/")
    assert answer is not None
    assert answer.status == 404
