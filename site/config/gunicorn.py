"""gunicorn -c python:config.gunicorn config.wsgi"""

import os

from config.settings.parts.logging import LOGGING

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Loaded once and forked: half the start-up and less memory. Nothing opens a connection while it is imported.
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
# Requests are logged once, by our middleware, with the request's id; never with gunicorn's access log besides.
accesslog = None
logconfig_dict = {
    **LOGGING,
    "loggers": LOGGING["loggers"]
    | {"gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True, "qualname": "gunicorn.error"}},
}
