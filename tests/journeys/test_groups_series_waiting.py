"""A weekly group, a session repeated, a freed time taken from the waiting list: on a phone, on a wide screen, without scripts."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from booking import waiting_links
from booking.actions import appointments
from booking.models import Appointment, GroupSession, Status, WaitingEntry, WaitingOffer
from common.clock import now
from demo.stripe.server import StandIn
from tests.factories.booking import AppointmentFactory, bookable_practitioner
from tests.factories.legal import Kind, make_document, make_version
from tests.journeys.visitor import Visitor
from tests.plugins.browser import PHONE

Opened = Callable[..., Visitor]


@pytest.fixture
def stripe_standin(tmp_path: Path) -> Iterator[StandIn]:
    """Nothing is paid here: a stand-in without the demo's content, and an agenda made for these tests."""
    stand_in = StandIn(state=str(tmp_path / "stripe.sqlite3")).start()
    yield stand_in
    stand_in.stop()


@pytest.fixture(params=["desktop", "phone"])
def screen(request: pytest.FixtureRequest, open_browser: Callable[..., Page]) -> Page:
    return open_browser(**PHONE) if request.param == "phone" else open_browser()


def fill_in(claire: Visitor) -> None:
    claire.field("Prénom").fill(claire.first_name)
    claire.field("Nom").fill(claire.last_name)
    claire.field("E-mail").fill(claire.email)
    claire.field("J’ai au moins 18 ans").check()
    claire.press("Continuer")


def accept_all(page: Page) -> None:
    for box in page.locator(".consents input[type=checkbox]").all():
        box.check()


def test_a_session_is_repeated_booked_and_ended(
    screen: Page, visitor: Opened, site: str, assert_accessible: Callable[[Page], None]
) -> None:
    make_version(make_document(Kind.CGU))
    practitioner, service = bookable_practitioner()
    claire = visitor(screen)
    claire.open(f"/rendez-vous/avec/{practitioner.slug}/horaires/?service={service.pk}")
    screen.locator("button.slot:visible").first.click()
    claire.follow("Répéter cette séance")
    assert_accessible(screen)
    screen.get_by_label("Combien de séances en tout").select_option("4")
    claire.press("Voir les dates")
    expect(screen.locator(".dates input:checked")).to_have_count(3)
    screen.locator(".dates input:checked").last.uncheck()
    assert_accessible(screen)
    claire.press("Garder ces dates")
    fill_in(claire)
    expect(screen.get_by_text("Et 2 autres dates")).to_be_visible()
    assert_accessible(screen)
    accept_all(screen)
    claire.press(re.compile("Réserver 3 séances avec obligation de paiement"))
    claire.sees_title("C’est réservé")
    assert Appointment.objects.filter(practitioner=practitioner, status=Status.CONFIRMED).count() == 3

    claire.follow(re.compile("voir ses dates"))
    assert_accessible(screen)
    claire.follow("Mettre fin à la série")
    expect(screen.locator("tbody tr")).to_have_count(3)
    assert_accessible(screen)
    claire.press("Mettre fin à la série")
    expect(screen.get_by_text("0 date à venir")).to_be_visible()
    assert Appointment.objects.filter(practitioner=practitioner, status=Status.CANCELLED_BY_CLIENT).count() == 3
    assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_freed_time_is_offered_and_taken_without_scripts(without_scripts: Page, visitor: Opened, site: str) -> None:
    make_version(make_document(Kind.CGU))
    practitioner, service = bookable_practitioner()
    start = (now() + dt.timedelta(days=4)).replace(hour=12, minute=0, second=0, microsecond=0)
    appointment = AppointmentFactory(practitioner=practitioner, service=service, starts_at=start)
    claire = visitor(without_scripts)
    claire.open(f"/rendez-vous/avec/{practitioner.slug}/liste-d-attente/?service={service.pk}")
    claire.field("Prénom").fill(claire.first_name)
    claire.field("Nom").fill(claire.last_name)
    claire.field("E-mail").fill(claire.email)
    claire.press("M’inscrire sur la liste")
    claire.sees_title("Encore un clic, dans vos e-mails")
    claire.open(waiting_links.entry_path(WaitingEntry.objects.get()))
    claire.press("M’inscrire sur la liste")
    claire.sees_title("Vous êtes sur la liste d’attente")

    appointments.cancel_by_client(appointment_id=appointment.pk, announced_cents=0, now=now())
    offer = WaitingOffer.objects.get()
    claire.open(waiting_links.offer_path(offer))
    claire.sees_title("Un horaire est libre pour vous")
    claire.press("Réserver cet horaire")
    expect(claire.field("Prénom")).to_have_value(claire.first_name)
    claire.field("J’ai au moins 18 ans").check()
    claire.press("Continuer")
    accept_all(without_scripts)
    claire.press(re.compile("Réserver avec obligation de paiement"))
    claire.sees_title("C’est réservé")
    offer.refresh_from_db()
    assert (offer.state, offer.appointment.status) == ("booked", Status.CONFIRMED)


def test_the_pages_of_who_waits_are_accessible(
    screen: Page, visitor: Opened, site: str, assert_accessible: Callable[[Page], None]
) -> None:
    practitioner, service = bookable_practitioner()
    entry = WaitingEntry.objects.create(
        practitioner=practitioner, service=service, email="zoe@exemple.fr", first_name="Zoé", last_name="Faure",
        state="waiting", created_at=now(), first_day=now().date(), until=now().date() + dt.timedelta(days=30),
    )  # fmt: skip
    start = (now() + dt.timedelta(days=4)).replace(hour=12, minute=0, second=0, microsecond=0)
    appointment = AppointmentFactory(practitioner=practitioner, service=service, starts_at=start)
    appointments.cancel_by_client(appointment_id=appointment.pk, announced_cents=0, now=now())
    zoe = visitor(screen)
    for path in (
        f"/rendez-vous/avec/{practitioner.slug}/liste-d-attente/?service={service.pk}",
        waiting_links.offer_path(WaitingOffer.objects.get()),
        waiting_links.entry_path(entry),
        waiting_links.entry_path(entry, "waiting_leave"),
    ):
        zoe.open(path)
        assert_accessible(screen)
        assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")
    zoe.press("Quitter la liste")
    zoe.sees_title("Vous n’êtes plus sur la liste")


@pytest.mark.usefixtures("seeded_site")
class TestTheOffice:
    @pytest.fixture
    def stripe_standin(self, seeded_site: StandIn) -> StandIn:
        return seeded_site

    def test_a_weekly_group_from_the_first_date_to_its_cancellation(
        self, screen: Page, visitor: Opened, site: str, assert_accessible: Callable[[Page], None]
    ) -> None:
        from tests.journeys.test_accessibility import enter

        claire = visitor(screen)
        enter(screen, site, "practitioner")
        claire.open("/espace-praticien/seances-de-groupe/")
        assert_accessible(screen)
        claire.follow("Programmer des séances")
        before = GroupSession.objects.count()
        day = (now() + dt.timedelta(days=3)).date()
        screen.locator("#id_day").fill(day.isoformat())
        screen.locator("#id_hour").fill("21:30")
        screen.locator("#id_weeks").fill("3")
        assert_accessible(screen)
        claire.press("Ouvrir ces séances")
        claire.sees_title("Séances de groupe")
        assert GroupSession.objects.count() > before
        made = GroupSession.objects.order_by("-pk").first()
        assert made is not None
        for path in ("", "annuler/"):
            claire.open(f"/espace-praticien/seances-de-groupe/{made.pk}/{path}")
            assert_accessible(screen)
        claire.press("Annuler cette séance")
        expect(screen.get_by_text("La séance est annulée")).to_be_visible()
        made.refresh_from_db()
        assert made.status == GroupSession.Status.CANCELLED
        for path in ("liste-d-attente/", "series/nouvelle/?q=ma"):
            claire.open(f"/espace-praticien/{path}")
            assert_accessible(screen)
            assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")
