"""A Stripe stand-in for tests: one server a process, emptied before each test.

Import the fixtures in a conftest: `from tests.plugins.stripe_standin import stripe_standin, stripe_standin_server  # noqa: F401`.
`stripe_standin.api_base`, `.webhook_secret` and `.control` (see `demo.stripe.client.Control`) are what a test needs.
"""

from collections.abc import Iterator

import pytest

from demo.stripe.server import SECRET, StandIn


@pytest.fixture(scope="session")
def stripe_standin_server() -> Iterator[StandIn]:
    stand_in = StandIn().start()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def stripe_standin(stripe_standin_server: StandIn) -> StandIn:
    stripe_standin_server.control.reset()
    stripe_standin_server.control.send_webhooks_to("", SECRET)
    return stripe_standin_server
