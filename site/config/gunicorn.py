"""gunicorn -c python:config.gunicorn config.wsgi"""

import gc
import os

from gunicorn.glogging import Logger

from config.settings.parts.logging import LOGGING

bind = os.environ.get("BIND", "127.0.0.1:8000")
# Behind a proxy that keeps slow clients and open connections to itself (docs/operations.md), a worker answers one request at a time:
# a booking waits for the database some thirty times, and threads then pass the interpreter to one another for a fifth more of a
# processor. Whoever serves browsers directly names threads, for their connections stay open.
threads = 1
# Twice as many as cores: some wait for Stripe while others answer.
workers = int(os.environ.get("WEB_CONCURRENCY", str(max(4, 2 * (os.cpu_count() or 1)))))
# Loaded once and forked, addresses and views too (config.wsgi): half the start-up and less memory. Nothing opens a connection
# while it is imported.
preload_app = True
# The site is served at the root: a prefix in a header would come from a visitor, through a proxy that passes it on.
forwarder_headers = ""
timeout = 60
graceful_timeout = 10
max_requests = 5000
max_requests_jitter = 500
# A worker's heartbeat file on a slow disk would block it.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
# Nobody steers it by its socket, which two sites of one user would share.
control_socket_disable = True


class RequestsLoggedOnce(Logger):
    """Requests are logged once, by our middleware, with their id: gunicorn would write its own line whenever `logconfig_dict` is set."""

    access_log_enabled = False


logger_class = RequestsLoggedOnce
logconfig_dict = {
    **LOGGING,
    "loggers": LOGGING["loggers"]
    | {"gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True, "qualname": "gunicorn.error"}},
}


def when_ready(_server: object) -> None:
    """What is loaded stays: workers neither look through it for garbage, nor copy its pages by doing so."""
    gc.collect()
    gc.freeze()
    # What a request leaves dies with it by itself: cycles are looked for after some requests, not several times in each.
    gc.set_threshold(20_000, 20, 20)
