"""python -m demo.stripe --port 8100 --state var/stripe.sqlite3 --webhook-url http://127.0.0.1:8000/webhooks/stripe/ --webhook-secret whsec_…"""

import argparse
import logging
import signal
import sys
from types import FrameType

from demo.stripe.server import SECRET, StandIn


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m demo.stripe", description="A stand-in for Stripe, on loopback, for the demo and the tests."
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", default=":memory:", help="SQLite file that keeps the state; in memory without it")
    parser.add_argument("--webhook-url", default="", help="where events are posted; without it they wait")
    parser.add_argument("--webhook-secret", default=SECRET)
    parser.add_argument(
        "--public-url", default="", help="how a browser reaches the hosted pages, if not at the port itself"
    )
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    for number in (signal.SIGTERM, signal.SIGINT):  # SIGINT too: a parent in the background may have had it ignored
        signal.signal(number, _stop)
    stand_in = StandIn(
        port=options.port,
        state=options.state,
        webhook_url=options.webhook_url,
        webhook_secret=options.webhook_secret,
        public_url=options.public_url,
    )
    logging.getLogger("demo.stripe").info("Stripe stand-in on %s", stand_in.api_base)
    try:
        stand_in.serve()
    finally:
        stand_in.stop()


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main()
