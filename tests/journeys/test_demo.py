"""/demo/: one click on a card, and one works as that role, second factor included."""

import re

import pytest
from playwright.sync_api import Page, expect

from demo.roles import ROLES
from tests.journeys.visitor import Visitor


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.slug)
def test_each_card_enters_as_its_role(page: Page, site: str, role) -> None:
    person = Visitor(page, site)
    person.open("/demo/")
    card = page.locator("li.demo-role").filter(has=page.locator(f"form[action='/demo/login/{role.slug}/']"))
    with page.expect_navigation() as arrived:
        card.get_by_role("button", name=re.compile("^Entrer comme")).click()
    expect(page).to_have_url(f"{site}{role.landing}")
    assert arrived.value.status in {200, 302}
    assert page.request.get(page.url).status == 200
