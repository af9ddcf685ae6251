"""`make demo`: starts every part of the site on this machine, says what it does, and stops all of it together."""

import argparse
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

from demo.embedded import Folder, FolderBusy, Postgres, Valkey
from demo.embedded.folder import free_port
from demo.embedded.postgres import PostgresFailed
from demo.embedded.valkey import ValkeyFailed
from demo.fingerprint import Fingerprint
from demo.processes import Process
from demo.readiness import answers

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    ("the site", ""),
    ("every role, one click away", "demo/"),
    ("the CMS", "cms/"),
    ("the mails sent", "demo/mailbox/"),
    ("the Stripe stand-in", "demo/stripe/"),
)


class DemoFailed(RuntimeError):
    """The demo cannot go on; the message is for the person who typed `make demo`."""


class Stopped(Exception):
    """Ctrl-C, a signal, or the end of the process that started the demo."""


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Demo:
    def __init__(self, port: int, folder: Folder) -> None:
        self.port, self.folder = port, folder
        self.url = f"http://127.0.0.1:{port}/"
        self.logs = folder.path / "logs"
        self.children: list[Process] = []
        self.parent = os.getppid()
        self.env = dict(os.environ)

    def start(self) -> None:
        self.logs.mkdir(exist_ok=True)
        self._start_services()
        self._start_stand_in()
        self._set_environment()
        self._prepare()
        if not is_free(self.port):
            raise DemoFailed(
                f"Port {self.port} was taken by another program meanwhile: stop it, or choose another with PORT="
            )
        say("· starting the site, the worker and the clock")
        celery = [sys.executable, "-m", "celery", "-A", "config.celery"]
        beat = self.folder.path / "beat-schedule"
        # Browsers reach it directly, and keep their connections open.
        site = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "--threads", "4", "config.wsgi"]
        self._child("the site", site, "site")
        self._child(
            "the worker", [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"], "worker"
        )
        self._child("the clock", [*celery, "beat", "--schedule", str(beat), "--pidfile", ""], "beat")
        self._wait_for(f"{self.url}healthz", "The site")

    def run(self) -> NoReturn:
        """Until something ends."""
        while True:
            self._check()
            time.sleep(0.3)

    def stop(self) -> None:
        """The last started first; all are asked at once, so that the wait is the longest one and not the sum."""
        services = [child for child in self.children if child.name in {"PostgreSQL", "Valkey"}]
        others = [child for child in self.children if child not in services]
        for group in (others, services):
            for child in reversed(group):
                child.ask_to_stop()
            for child in reversed(group):
                child.stop()

    def _start_services(self) -> None:
        if "DATABASE_URL" in self.env:
            say("· PostgreSQL: the one of DATABASE_URL")
        else:
            say("· starting PostgreSQL")
            postgres = Postgres(self.folder)
            self.children.append(postgres.start())
            postgres.create_database("directory")
            self.env["DATABASE_URL"] = postgres.url("directory")
        if "REDIS_URL" in self.env:
            say("· Valkey: the one of REDIS_URL")
        else:
            say("· starting Valkey")
            valkey = Valkey(self.folder)
            self.children.append(valkey.start())
            self.env["REDIS_URL"] = valkey.url()

    def _start_stand_in(self) -> None:
        say("· starting the Stripe stand-in")
        # The same port each time: pages of payments begun before a restart stay valid.
        remembered = self.folder.path / "stripe-port"
        port = int(remembered.read_text()) if remembered.exists() else 0
        if not port or not is_free(port):
            port = free_port()
            remembered.write_text(str(port))
        self.stand_in = f"http://127.0.0.1:{port}"
        self.env["STRIPE_API_BASE"] = self.stand_in
        self.env["STRIPE_API_KEY"] = "sk_test_demo"
        self.env["STRIPE_WEBHOOK_SECRET"] = f"whsec_{self.folder.secret('stripe-webhook')}"
        arguments = [
            "--port",
            str(port),
            "--state",
            str(self.folder.path / "stripe.sqlite3"),
            "--public-url",
            self.stand_in,
        ]
        arguments += ["--webhook-url", f"{self.url}webhooks/stripe/"]
        arguments += ["--webhook-secret", self.env["STRIPE_WEBHOOK_SECRET"]]
        self._child("the Stripe stand-in", [sys.executable, "-m", "demo.stripe", *arguments], "stripe")

    def _set_environment(self) -> None:
        path = self.folder.path
        self.env |= {
            "DJANGO_SETTINGS_MODULE": "config.settings.demo",
            "PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}",
            "PYTHONUNBUFFERED": "1",
            "SECRET_KEY": self.folder.secret("django"),
            "BASE_URL": self.url.rstrip("/"),
            "BIND": f"127.0.0.1:{self.port}",
            "STATIC_ROOT": str(path / "static"),
            "MEDIA_ROOT": str(path / "media"),
            "PRIVATE_ROOT": str(path / "private"),
        }
        (path / "static").mkdir(exist_ok=True)

    def _prepare(self) -> None:
        """Tables, static files and content; skipped when nothing they are made from has changed since the last time."""
        fingerprint = Fingerprint(self.folder.path / "prepared", ROOT, self.env["DATABASE_URL"].rpartition("@")[2])
        if fingerprint.is_current():
            return
        self._wait_for(f"{self.stand_in}/_control/state", "The Stripe stand-in")
        done = subprocess.run([sys.executable, "-m", "demo.prepare"], env=self.env, cwd=ROOT, check=False)
        self._check()
        if done.returncode:
            raise DemoFailed("The preparation failed: see above.")
        fingerprint.remember()

    def _child(self, name: str, command: list[str], log: str) -> None:
        path = self.logs / f"{log}.log"
        path.unlink(missing_ok=True)
        self.children.append(Process.start(name, command, log=path, env=self.env, cwd=ROOT))

    def _wait_for(self, url: str, name: str, seconds: float = 90) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._check()
            if answers(url):
                self._check()
                return
            time.sleep(0.1)
        raise DemoFailed(f"{name} did not answer at {url} within {seconds:.0f} s.")

    def _check(self) -> None:
        for child in self.children:
            code = child.returncode()
            if code is not None:
                raise DemoFailed(f"{child.name} stopped (exit {code}). The end of {child.log}:\n\n{child.tail()}\n")
        # A `make` that was killed cannot pass the signal on.
        if "MAKELEVEL" in os.environ and os.getppid() != self.parent:
            raise Stopped


def is_free(port: int) -> bool:
    """Whether one can listen on `port`; a connection that just ended does not count as taking it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            return False
    return True


def open_folder(path: Path, port: int, *, reset: bool) -> Folder:
    try:
        folder = Folder(path).open(f"the demo on port {port}")
    except FolderBusy as busy:
        raise DemoFailed(
            f"{path} is used by {busy}. Stop that one, or give this one its own data: make demo PORT={port} DEMO_DIR=.demo-{port}"
        ) from busy
    if not is_free(port):
        other = next(
            (candidate for candidate in range(port + 1, min(port + 100, 65536)) if is_free(candidate)), free_port()
        )
        folder.close()
        raise DemoFailed(f"Port {port} is taken. Choose another, for example: make demo PORT={other}")
    if reset:
        say(f"· removing the data in {path}")
        folder.empty()
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--folder", type=Path, default=ROOT / ".demo")
    parser.add_argument("--reset", action="store_true")
    options = parser.parse_args()

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    demo = None
    try:
        started = time.monotonic()
        demo = Demo(options.port, open_folder(options.folder, options.port, reset=options.reset))
        demo.start()
        say(
            f"\nReady in {time.monotonic() - started:.0f} s. Ctrl-C stops everything; data stays in {options.folder}.\n"
        )
        for name, path in PAGES:
            say(f"  {demo.url + path:<36} {name}")
        say("")
        demo.run()
    except Stopped:
        say("\n· stopping")
        return 0
    except (DemoFailed, PostgresFailed, ValkeyFailed) as failure:
        say(f"\n{failure}")
        return 1
    finally:
        # A second Ctrl-C must not leave anything behind.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if demo:
            demo.stop()
            demo.folder.close()


if __name__ == "__main__":
    sys.exit(main())
