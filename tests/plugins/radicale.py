"""A real CalDAV server: Radicale, from its wheel, in a process of its own on this machine. One a run; an account a test.

Its storage is plain files, so that a test can see what is really there, whatever the server says.
"""

import itertools
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import requests

from demo.processes import Process
from tests.plugins.requirements import lacking

PASSWORD = "mot de passe d’application"
CONFIG = """[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {folder}/data
[logging]
level = warning
"""
_numbers = itertools.count(1)


@dataclass
class Radicale:
    """An account with one empty calendar, and what another program would do to it."""

    url: str
    user: str
    folder: Path

    @property
    def calendar(self) -> str:
        return f"{self.url}/{self.user}/agenda/"

    def ask(self, method: str, path: str = "", **more: Any) -> requests.Response:
        more.setdefault("auth", (self.user, PASSWORD.encode()))
        return requests.request(method, path if "://" in path else self.calendar + path, timeout=20, **more)

    def make_calendar(self, name: str = "agenda") -> None:
        made = self.ask("MKCALENDAR", f"{self.url}/{self.user}/{name}/")
        assert made.status_code == 201, made.text

    def put(self, name: str, *lines: str, uid: str = "", etag: str = "") -> requests.Response:
        event = ["BEGIN:VEVENT", f"UID:{uid or name}", "DTSTAMP:20261001T000000Z", *lines, "END:VEVENT"]
        text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:autre", *event, "END:VCALENDAR", ""])
        headers = {"If-Match": etag} if etag else {}
        written = self.ask("PUT", f"{name}.ics", data=text.encode(), headers=headers)
        assert written.status_code in {201, 204, 412}, written.text
        return written

    def files(self) -> dict[str, str]:
        """What the server really keeps."""
        found = (self.folder / "data/collection-root" / self.user / "agenda").glob("*.ics")
        return {path.name: path.read_bytes().decode() for path in found}


@pytest.fixture(scope="session")
def requires_radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    if find_spec("radicale") is None:
        lacking("Radicale is not installed: no CalDAV server to test with")
    folder = tmp_path_factory.mktemp("radicale")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    users = "".join(f"praticien{number}:{PASSWORD}\n" for number in range(1, 400))
    (folder / "users").write_text(users)
    (folder / "config").write_text(CONFIG.format(port=port, folder=folder))
    command = [sys.executable, "-m", "radicale", "--config", str(folder / "config")]
    server = Process.start("radicale", command, log=folder / "log")
    url = f"http://127.0.0.1:{port}"
    for _attempt in range(100):
        try:
            requests.get(url, timeout=2)
            break
        except requests.ConnectionError:
            assert server.returncode() is None, server.tail()
            time.sleep(0.1)
    yield url, folder
    server.stop()


@pytest.fixture
def radicale(requires_radicale: tuple[str, Path], settings: Any) -> Radicale:
    settings.CALENDARS_MAY_BE_PRIVATE = True
    account = Radicale(requires_radicale[0], f"praticien{next(_numbers)}", requires_radicale[1])
    account.make_calendar()
    return account
