"""Playwright on the machine's own Chromium, against the site in this process."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Of what axe would look at beside the page: the length of films, and no style sheet again (only a rule on trial reads those).
_HOW = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
AXE_OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, **_HOW}
# What another theme can change.
AXE_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}, **_HOW}
# What the browser itself says of an answer that a journey wants: a refused form, a page that is not found.
EXPECTED = ("Failed to load resource: the server responded with a status of 4",)
# The site and the stand-in; anything else is a third party.
OURS = {"localhost", "127.0.0.1"}
# As long as a machine that runs three tests at once may take for a page; nobody waits for it but a test that fails.
PATIENCE_MS = 20_000
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict, requires_chromium: str) -> dict:
    # Playwright runs its own event loop in this thread, where Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE_MS)
    # Pages are drawn once, by the processor: a graphics card imitated by it costs much more.
    # x
    return browser_type_launch_args | {"executable_path": requires_chromium, "args": ["--no-sandbox", "--disable-gpu"]}


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


@contextmanager
def watched(page: Page) -> Iterator[Page]:
    """Fails when a script throws, the content security policy blocks something, or a third party is asked for anything."""
    problems: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            problems.append(message.text)

    def asked(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.hostname not in OURS:
            problems.append(f"a request to {address.hostname}: {request.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", asked)
    page.set_default_timeout(PATIENCE_MS)
    yield page
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    with watched(page):
        yield page


@pytest.fixture
def open_browser(browser: Browser, browser_context_args: dict) -> Iterator[Callable[..., Page]]:
    """Another person's browser: `open_browser()`, or with other arguments of its context."""
    opened = []

    def another(**changed: object) -> Page:
        context = browser.new_context(**browser_context_args | changed)
        watch = watched(context.new_page())
        opened.append((context, watch))
        return watch.__enter__()

    yield another
    problems = []
    for context, watch in opened:
        try:
            watch.__exit__(None, None, None)
        except AssertionError as error:
            problems.append(str(error))
        context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def phone(open_browser: Callable[..., Page]) -> Page:
    return open_browser(**PHONE)


@pytest.fixture
def without_scripts(open_browser: Callable[..., Page]) -> Page:
    return open_browser(java_script_enabled=False)


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Axe finds nothing on the page as it is shown now."""
    axe = Axe()

    def check(page: Page) -> None:
        results = axe.run(page, options=AXE_OPTIONS)
        lines = [
            f"{violation['id']}: {violation['help']}: {', '.join(node['html'][:120] for node in violation['nodes'][:3])}"
            for violation in results.response["violations"]
        ]
        assert not lines, f"{page.url}\n" + "\n".join(lines)

    return check
