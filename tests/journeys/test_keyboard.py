"""A client books and pays with the keyboard alone: every step is reached by Tab, seen, and acted on by Enter or Space."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from booking.models import Appointment, Payment, Status
from tests.journeys.visitor import CARD, Visitor

Opened = Callable[..., Visitor]
# A page of results has a hundred stops before its end.
MOST_STOPS = 250
SEEN = """element => {
  const box = element.getBoundingClientRect(), style = getComputedStyle(element);
  const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none";
  const inside = box.bottom > 0 && box.top < innerHeight;
  const hidden = element.matches("input[type=radio], input[type=checkbox]");
  return inside && (marked || hidden);
}"""


def go_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus is there, where it can be seen."""
    expect(target).to_be_attached()
    for _press in range(MOST_STOPS):
        if target.evaluate("element => element === document.activeElement"):
            # A page that scrolls gently is on its way for a moment.
            for _moment in range(20):
                if target.evaluate(SEEN):
                    return
                page.wait_for_timeout(50)
            raise AssertionError(f"the focus on {target} is not seen")
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached with Tab")


def write(page: Page, target: Locator, text: str) -> None:
    go_to(page, target)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def enter(page: Page, target: Locator) -> None:
    go_to(page, target)
    page.keyboard.press("Enter")


def test_from_a_profile_to_a_paid_booking(page: Page, visitor: Opened) -> None:
    claire = visitor(page)
    claire.open("/praticiens/edwige-meunier/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Contenu")

    enter(page, page.locator("button.slot:visible").first)
    expect(page).to_have_url(re.compile(r"/coordonnees/$"))

    for label, value in (("Prénom", claire.first_name), ("Nom", claire.last_name), ("E-mail", claire.email)):
        write(page, claire.field(label), value)
    go_to(page, page.get_by_label(re.compile("au moins 18 ans")))
    page.keyboard.press("Space")
    enter(page, page.get_by_role("button", name="Continuer"))
    expect(page).to_have_url(re.compile(r"/verifier/$"))

    page.wait_for_load_state()
    for box in page.locator(".consents").get_by_role("checkbox").all():
        go_to(page, box)
        page.keyboard.press("Space")
        expect(box).to_be_checked()
    enter(page, page.get_by_role("button", name=re.compile("^Réserver et payer")))
    expect(page).to_have_url(re.compile(r"/c/pay/"))

    # The page of the payment is Stripe's own.
    claire.pay(CARD)
    reference = claire.sees_booked()
    booked = Appointment.objects.get(reference=reference)
    assert booked.status == Status.CONFIRMED
    assert Payment.objects.get(appointment=booked).status == Payment.Status.PAID
