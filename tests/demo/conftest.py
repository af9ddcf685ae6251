"""What the tests of the Stripe stand-in share: the real SDK, a merchant, a session, a receiver of webhooks."""

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from stripe import StripeClient
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from demo.stripe.server import StandIn
from tests.factories.stripe import ACCOUNT, session_params
from tests.plugins.stripe_standin import stripe_standin, stripe_standin_server  # noqa: F401


@pytest.fixture
def sdk(stripe_standin: StandIn) -> StripeClient:  # noqa: F811
    return StripeClient("sk_test_house", base_addresses={"api": stripe_standin.api_base}, max_network_retries=0)


@pytest.fixture
def merchant(stripe_standin: StandIn, sdk: StripeClient) -> str:  # noqa: F811
    """A connected account that may take cards; what its creation announced is out of the way."""
    account = sdk.v2.core.accounts.create(ACCOUNT)
    stripe_standin.control.set_account(account.id)
    stripe_standin.control.take()
    return account.id


@pytest.fixture
def open_session(sdk: StripeClient, merchant: str) -> Callable[..., Any]:
    def create(**changed: Any) -> Any:
        return sdk.v1.checkout.sessions.create(session_params(**changed), {"stripe_account": merchant})

    return create


@pytest.fixture
def receiver() -> Iterator[SimpleNamespace]:
    """An address for webhooks: `.received` are their (body, signature); `.answers` are statuses to give, then 200."""
    seen = SimpleNamespace(received=[], answers=[], url="")

    def application(environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        seen.received.append((request.get_data(), request.headers["Stripe-Signature"]))
        return Response(status=seen.answers.pop(0) if seen.answers else 200)(environ, start_response)

    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    seen.url = f"http://127.0.0.1:{server.port}/webhooks/stripe/"
    yield seen
    server.shutdown()
    thread.join()
    server.server_close()
