"""The practitioner's agenda in a browser: by mouse, by keys alone, by a finger, and without scripts."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from playwright.sync_api import Locator, Page, expect

from booking.actions import client_records
from booking.models import Appointment, Closure, Status
from common.clock import now
from practitioners.models import Practitioner
from tests.factories.booking import AppointmentFactory, open_every_day
from tests.journeys.test_accessibility import enter, problems_of

AGENDA = "/espace-praticien/agenda/"
PARIS = ZoneInfo("Europe/Paris")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


class Agenda:
    """A week of the demo's practitioner with nothing in it but what the journey puts there."""

    def __init__(self) -> None:
        self.practitioner = Practitioner.objects.get(user__email="practitioner@demo.example")
        self.zone = ZoneInfo(self.practitioner.places.first().timezone)
        self.practitioner.opening_rules.all().delete()
        self.practitioner.closures.all().delete()
        self.practitioner.external_busy.all().delete()
        self.practitioner.group_sessions.update(status="cancelled")
        open_every_day(self.practitioner)
        today = now().astimezone(self.zone).date()
        self.monday = today - dt.timedelta(days=today.weekday()) + dt.timedelta(weeks=20)
        self.tuesday = self.monday + dt.timedelta(days=1)

    def at(self, hour: int, minute: int = 0, day: int = 1) -> dt.datetime:
        return dt.datetime.combine(self.monday + dt.timedelta(days=day), dt.time(hour, minute), self.zone)

    def book(self, hour: int, first_name: str, last_name: str, day: int = 1) -> Appointment:
        service = self.practitioner.services.order_by("position").first()
        return AppointmentFactory(
            practitioner=self.practitioner, service=service, starts_at=self.at(hour, day=day),
            contact_first_name=first_name, contact_last_name=last_name, contact_email=f"{last_name.lower()}@exemple.fr",
        )  # fmt: skip

    def week(self, view: str = "semaine", **more: str) -> str:
        query = "".join(f"&{name}={value}" for name, value in more.items())
        return f"{AGENDA}?vue={view}&jour={self.tuesday}{query}"


@pytest.fixture
def agenda(site: str) -> Iterator[Agenda]:
    return Agenda()


def item(page: Page, appointment: Appointment) -> Locator:
    return page.locator(f"#rdv-{appointment.reference}")


def drag(page: Page, here: tuple[float, float], there: tuple[float, float]) -> None:
    page.mouse.move(*here)
    page.mouse.down()
    page.mouse.move(here[0], here[1] + 8)
    page.mouse.move(*there, steps=6)


def middle(locator: Locator) -> tuple[float, float]:
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + 14


def hour_height(page: Page) -> float:
    box = page.locator(".axis-hour").nth(3).bounding_box()
    assert box is not None
    return box["height"]


def test_by_mouse_with_the_consequence_shown_before(page: Page, site: str, agenda: Agenda) -> None:
    lea, marc = agenda.book(10, "Léa", "Bernard"), agenda.book(15, "Marc", "Petit")
    page.set_viewport_size({"width": 1280, "height": 1500})
    enter(page, site, "practitioner")
    page.goto(site + agenda.week())
    expect(page.locator(".day-items .item")).to_have_count(2)

    # Two hours later, a day later: nothing happens before it is said and accepted.
    x, y = middle(item(page, lea))
    width = page.locator("[data-day]").first.bounding_box()["width"]
    drag(page, (x, y), (x + width, y + 2 * hour_height(page)))
    expect(page.locator(".ghost")).to_have_text("12:00–13:00")
    page.mouse.up()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Déplacer la séance avec Léa Bernard\u00a0?")
    expect(dialog).to_contain_text("10:00–11:00")
    expect(dialog).to_contain_text("12:00–13:00")
    expect(dialog.get_by_label("Prévenir Léa Bernard par e-mail")).to_be_checked()
    assert not problems_of_dialog(page)
    lea.refresh_from_db()
    assert lea.starts_at == agenda.at(10)
    mail.outbox.clear()
    dialog.get_by_role("button", name="Déplacer").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#annonce")).to_contain_text("La séance avec Léa Bernard est maintenant")
    expect(item(page, lea)).to_contain_text("12:00–13:00")
    lea.refresh_from_db()
    assert lea.starts_at == agenda.at(12, day=2)
    assert [message.to for message in mail.outbox] == [["bernard@exemple.fr"]]

    # Onto another appointment: refused, both are named.
    here, there = middle(item(page, lea)), middle(item(page, marc))
    drag(page, here, (there[0], there[1] + 10))
    page.mouse.up()
    expect(page.get_by_role("dialog")).to_contain_text("deux ne se chevauchent jamais")
    expect(page.get_by_role("dialog")).to_contain_text("Marc Petit")
    page.get_by_role("dialog").get_by_role("button", name="Fermer").click()
    expect(page.locator(".ghost")).to_have_count(0)

    # Its lower edge stretched by half an hour.
    box = item(page, marc).bounding_box()
    drag(
        page,
        (box["x"] + 30, box["y"] + box["height"] - 4),
        (box["x"] + 30, box["y"] + box["height"] - 4 + hour_height(page) / 2),
    )
    expect(page.locator(".ghost")).to_have_text("15:00–16:30")
    page.mouse.up()
    expect(page.get_by_role("dialog")).to_contain_text("90 minutes")
    page.get_by_role("dialog").get_by_role("button", name="Déplacer").click()
    expect(item(page, marc)).to_contain_text("15:00–16:30")


def problems_of_dialog(page: Page) -> list[str]:
    return problems_of(page, inside="dialog[open]")


def test_a_time_drawn_on_an_empty_part_is_blocked(page: Page, site: str, agenda: Agenda) -> None:
    inside = agenda.book(9, "Léa", "Bernard", day=3)
    enter(page, site, "practitioner")
    page.goto(site + agenda.week())
    grid = page.locator(f"[data-day='{agenda.at(0, day=3).date()}'] [data-grid]")
    grid.scroll_into_view_if_needed()
    top = grid.locator(".open").bounding_box()
    hour = hour_height(page)
    drag(page, (top["x"] + 50, top["y"] + 3 * hour + 2), (top["x"] + 50, top["y"] + 4 * hour))
    page.mouse.up()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("12:00 à 13")
    sheet.get_by_role("link", name="Du temps personnel").click()
    expect(page.get_by_role("dialog").get_by_label("De (heure)")).to_have_value("12:00")
    page.get_by_role("dialog").get_by_label("Note privée").fill("Déjeuner")
    # Stretched over what is booked: kept, and said before.
    page.get_by_role("dialog").get_by_label("De (heure)").fill("09:30")
    page.get_by_role("dialog").get_by_role("button", name="Bloquer").click()
    expect(page.get_by_role("dialog")).to_contain_text("Léa Bernard")
    page.get_by_role("dialog").get_by_role("button", name="Bloquer quand même").click()
    expect(page.locator(".item.is-block")).to_contain_text("Déjeuner")
    block = Closure.objects.get(practitioner=agenda.practitioner, kind="block", note="Déjeuner")
    assert block.start == dt.time(9, 30)
    inside.refresh_from_db()
    assert inside.status == Status.CONFIRMED


def test_by_keys_alone(page: Page, site: str, agenda: Agenda) -> None:
    lea = agenda.book(10, "Léa", "Bernard")
    enter(page, site, "practitioner")
    page.goto(site + agenda.week())
    said = page.locator("#annonce")
    item(page, lea).locator(".item-link").focus()
    page.keyboard.press("Tab")
    expect(item(page, lea).locator("[data-handle]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(said).to_contain_text("Flèches")
    for key, words in (
        ("ArrowDown", "10:15 à 11:15"),
        ("ArrowDown", "10:30 à 11:30"),
        ("Shift+ArrowDown", "10:30 à 11:45"),
    ):
        page.keyboard.press(key)
        expect(said).to_contain_text(words)
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text(re.compile("^mercredi .*10:30 à 11:45"))
    page.keyboard.press("Escape")
    expect(said).to_have_text("Laissé à sa place.")
    expect(page.locator(".ghost")).to_have_count(0)

    item(page, lea).locator(".item-link").focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_be_focused()
    expect(dialog).to_contain_text("10:15–11:15")
    while page.evaluate("document.activeElement.textContent.trim()") != "Déplacer":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(item(page, lea)).to_contain_text("10:15–11:15")
    expect(item(page, lea).locator(".item-link")).to_be_focused()
    lea.refresh_from_db()
    assert lea.starts_at == agenda.at(10, 15)

    # The weeks follow one another and the focus stays on what leads to them.
    page.locator("#agenda-apres").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"jour={agenda.tuesday + dt.timedelta(weeks=1) - dt.timedelta(days=1)}"))
    expect(page.locator("#agenda-apres")).to_be_focused()
    page.go_back()
    expect(item(page, lea)).to_be_visible()


def test_by_a_finger_on_a_phone(open_browser: Callable[..., Page], site: str, agenda: Agenda) -> None:
    lea = agenda.book(10, "Léa", "Bernard")
    page = open_browser(**PHONE)
    enter(page, site, "practitioner")
    page.goto(site + agenda.week("jour"))
    expect(page.get_by_role("link", name=re.compile("Libre 11:00–18:00"))).to_be_visible()
    for target in page.locator(".agenda-page a:visible, .agenda-page button:visible").all():
        box = target.bounding_box()
        assert box is None or box["height"] >= 24, target.inner_text()
    add = page.locator(".agenda-bottom .btn")
    assert add.bounding_box()["height"] >= 44
    add.click()
    expect(page.get_by_role("dialog").get_by_role("link", name="Un rendez-vous")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Fermer").click()

    page.get_by_role("link", name="En grille horaire").click()
    block = item(page, lea)
    block.evaluate("block => block.scrollIntoView({block: 'center'})")
    x, y = middle(block)
    height = hour_height(page)
    touch = page.context.new_cdp_session(page)

    def finger(kind: str, *points: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": px, "y": py} for px, py in points]})

    finger("touchStart", (x, y))
    expect(page.locator(".ghost")).to_be_visible()  # after a while: a long press
    for step in range(1, 7):
        finger("touchMove", (x, y + step * height / 6))
    finger("touchEnd")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("11:00–12:00")
    dialog.get_by_label("Prévenir").uncheck()
    dialog.get_by_role("button", name="Déplacer").click()
    expect(block).to_contain_text("11:00–12:00")
    lea.refresh_from_db()
    assert lea.starts_at == agenda.at(11)

    # A week folds on a phone; its days open one by one.
    page.goto(site + agenda.week())
    wednesday = page.locator(f"[data-day='{agenda.at(0, day=2).date()}']")
    expect(wednesday.locator(".day-grid")).to_be_hidden()
    wednesday.get_by_role("button").click()
    expect(wednesday.get_by_role("link", name=re.compile("Libre"))).to_be_visible()


def test_booking_for_a_client_found_by_two_letters(page: Page, site: str, agenda: Agenda) -> None:
    record = client_records.create(
        practitioner=agenda.practitioner, first_name="Zéphyrine", last_name="Quillard", email="z.quillard@exemple.fr", now=now()
    )  # fmt: skip
    enter(page, site, "practitioner")
    page.goto(f"{site}{AGENDA}rendez-vous/?jour={agenda.tuesday}")
    page.get_by_role("combobox", name="Pour qui").press_sequentially("qu")
    page.get_by_role("option", name=re.compile("Zéphyrine Quillard")).click()
    expect(page).to_have_url(re.compile(f"client={record.pk}"))
    # Beyond the horizon nothing is open for booking: a time is written.
    page.locator("[name=start]").fill("10:10")
    page.get_by_role("button", name="Réserver").click()
    booked = Appointment.objects.get(record=record)
    expect(page.get_by_text("C’est noté")).to_be_visible()
    expect(item(page, booked)).to_contain_text("Zéphyrine Quillard")
    assert booked.starts_at == agenda.at(10, 10)
    assert booked.booked_in_office


def test_without_scripts_everything_is_links_and_forms(without_scripts: Page, site: str, agenda: Agenda) -> None:
    page = without_scripts
    lea = agenda.book(10, "Léa", "Bernard")
    enter(page, site, "practitioner")
    page.goto(site + agenda.week("liste"))
    item(page, lea).get_by_role("link", name=re.compile("Déplacer")).click()
    page.get_by_label("De (heure)").fill("16:00")
    page.get_by_role("button", name="Voir ce que cela change").click()
    expect(page.get_by_text("16:00–17:00")).to_be_visible()
    page.get_by_role("button", name="Déplacer").click()
    expect(page.get_by_text(re.compile("La séance avec Léa Bernard est maintenant"))).to_be_visible()
    lea.refresh_from_db()
    assert lea.starts_at == agenda.at(16)

    page.goto(f"{site}{AGENDA}rendez-vous/?jour={agenda.tuesday}")
    page.get_by_label("Pour qui").fill("personne")
    page.get_by_role("button", name="Trouver").click()
    page.get_by_role("link", name="Nouveau client").click()
    expect(page.get_by_label("Prénom")).to_have_value("personne")
    page.locator("[name=last_name]").fill("Nouvelle")
    page.locator("[name=start]").fill("11:00")
    page.get_by_role("button", name="Réserver").click()
    expect(page.get_by_text("C’est noté")).to_be_visible()

    page.goto(f"{site}{AGENDA}blocages/?jour={agenda.tuesday}")
    page.get_by_label("De (heure)").fill("08:00")
    page.get_by_label("À (heure)").fill("08:30")
    page.get_by_role("button", name="Bloquer").click()
    expect(page.locator(".item.is-block")).to_be_visible()


def test_every_view_is_accessible(page: Page, site: str, agenda: Agenda) -> None:
    lea = agenda.book(10, "Léa", "Bernard")
    day = agenda.tuesday
    Closure.objects.create(
        practitioner=agenda.practitioner, kind="block", first_day=day, last_day=day, start=dt.time(10, 30), end=dt.time(12), note="Banque"
    )  # fmt: skip
    enter(page, site, "practitioner")
    found = []
    for path in (
        agenda.week(), agenda.week("jour"), agenda.week("jour", forme="grille"), agenda.week("mois"), agenda.week("liste"),
        agenda.week("jour", imprimer="1"), f"{AGENDA}rendez-vous/?q=be", f"{AGENDA}rendez-vous/?client=nouveau&jour={day}",
        f"{AGENDA}blocages/?jour={day}", f"/espace-praticien/rendez-vous/{lea.reference}/deplacer/",
        f"/espace-praticien/rendez-vous/{lea.reference}/deplacer/?day={day}&start=20:00",
    ):  # fmt: skip
        page.goto(site + path)
        found += problems_of(page)
    assert not found, "\n".join(found)
