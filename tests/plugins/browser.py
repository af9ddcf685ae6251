"""Playwright on the machine's own Chromium, against the site in this process."""

import os
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What the browser itself says of an answer that a journey wants: a refused form, a page that is not found.
EXPECTED = ("Failed to load resource: the server responded with a status of 4",)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict, requires_chromium: str) -> dict:
    # Playwright runs its own event loop in this thread, where Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return browser_type_launch_args | {"executable_path": requires_chromium, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    return browser_context_args | {
        "locale": "fr-FR",
        "timezone_id": "Europe/Paris",
        "viewport": {"width": 1280, "height": 900},
    }


@pytest.fixture
def site(live_server, settings, stripe_standin) -> str:
    """The address of the site, with the Stripe stand-in behind it and tasks done at once."""
    settings.BASE_URL = settings.WAGTAILADMIN_BASE_URL = live_server.url
    settings.STRIPE_API_BASE = stripe_standin.api_base
    settings.STRIPE_WEBHOOK_SECRET = stripe_standin.webhook_secret
    stripe_standin.control.send_webhooks_to(f"{live_server.url}/webhooks/stripe/", stripe_standin.webhook_secret)
    return live_server.url


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page that fails its test when a script throws or the content security policy blocks something."""
    problems: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            problems.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_default_timeout(10_000)
    yield page
    assert not problems, "\n".join(problems)


@pytest.fixture
def phone(browser, browser_context_args) -> Iterator[Page]:
    context = browser.new_context(
        **browser_context_args | {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def without_scripts(browser, browser_context_args) -> Iterator[Page]:
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Axe finds nothing on the page as it is shown now."""
    axe = Axe()

    def check(page: Page) -> None:
        results = axe.run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        lines = [
            f"{violation['id']}: {violation['help']}: {', '.join(node['html'][:120] for node in violation['nodes'][:3])}"
            for violation in results.response["violations"]
        ]
        assert not lines, f"{page.url}\n" + "\n".join(lines)

    return check
