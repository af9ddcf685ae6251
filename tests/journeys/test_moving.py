"""A client moves an appointment from the mail's link, with the keyboard alone; the time of one's own clock beside the place's."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from booking import access
from booking.actions import policy_versions
from booking.models import Appointment, Status
from booking.slots import next_slots
from common import clock
from practitioners.models import Practitioner
from tests.factories.booking import AppointmentFactory, PaymentFactory
from tests.journeys.mailbox import mail_to
from tests.journeys.test_accessibility import problems_of
from tests.plugins.browser import PHONE


@pytest.fixture
def booked(site: str) -> Appointment:
    """Sixty euros paid online, in some days, with the demo's practitioner."""
    now, practitioner = clock.now(), Practitioner.objects.get(slug="edwige-meunier")
    found = next_slots([practitioner.pk], now=now, days=9, per_day=30)[practitioner.pk]
    slot = next(slot for day in found for slot in day.slots if slot.start > now + dt.timedelta(days=4))
    policy = policy_versions.current(practitioner=practitioner, now=now)
    appointment = AppointmentFactory(
        practitioner=practitioner,
        service=practitioner.services.get(pk=slot.service_id),
        client=User.objects.get(email="client@demo.example"),
        starts_at=slot.start,
        ends_at=slot.end,
        policy=policy,
        cancellation_tiers=policy.cancellation_tiers,
        advance_cents=6000,
        fee_cents=245,
        timezone=slot.zone,
    )
    PaymentFactory(appointment=appointment)
    return appointment


def press_enter_on(page: Page, selector: str) -> None:
    page.locator(selector).first.focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_moved_from_the_mails_link_with_the_keyboard_alone(
    screen: str, open_browser: Callable[..., Page], booked: Appointment
) -> None:
    page = open_browser(**PHONE) if screen == "phone" else open_browser()
    page.goto(access.cannot_come_url(booked))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vous ne pouvez plus venir")
    found = problems_of(page)
    press_enter_on(page, ".move-instead a")
    expect(page.get_by_role("heading", level=1)).to_have_text("Déplacer votre rendez-vous", timeout=15_000)
    found += problems_of(page)
    press_enter_on(page, "button.slot:visible >> nth=-1")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Déplacer votre rendez-vous au", timeout=15_000)
    found += problems_of(page)
    assert Appointment.objects.get(pk=booked.pk).moves == 0
    press_enter_on(page, ".actions button.btn-primary")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre rendez-vous est déplacé", timeout=20_000)
    expect(page.get_by_text(re.compile(r"^Annuler maintenant\s*: vous récupérez"))).to_be_visible()
    found += problems_of(page)
    row = Appointment.objects.get(pk=booked.pk)
    assert (row.status, row.moves) == (Status.CONFIRMED, 1)
    assert row.starts_at != booked.starts_at
    mail_to(booked.contact_email, "Déplacé")
    assert not found, "\n".join(found)


def test_ones_own_clock_stands_beside_that_of_the_place(open_browser: Callable[..., Page], booked: Appointment) -> None:
    for zone, words in (("Europe/Paris", 0), ("Indian/Reunion", 1)):
        page = open_browser(timezone_id=zone)
        page.goto(access.manage_url(booked))
        page.goto(page.url + "deplacer/")
        said = page.locator("button.slot:visible").first.locator(".own-clock")
        expect(said).to_have_count(words)
        if words:
            there, here = re.findall(r"\d\d:\d\d", page.locator("button.slot:visible").first.inner_text())
            # La Réunion has no summer time: three hours ahead of Paris in winter, two in summer.
            assert (int(here[:2]) - int(there[:2])) % 24 in {2, 3}
            expect(said).to_have_text(re.compile(r"^\d\d:\d\d chez vous$"))
