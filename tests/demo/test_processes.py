"""Nothing that was started outlives who started it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo.embedded import Folder, FolderBusy
from demo.fingerprint import Fingerprint
from demo.processes import Process, group_is_alive
from demo.run import DemoFailed, is_free, open_folder

SLEEPS = [sys.executable, "-c", "import subprocess, sys; print('up', flush=True); subprocess.run(['sleep', '60'])"]
OWNER = """
import sys, time
from pathlib import Path
from demo.processes import Process
child = Process.start("child", ["sleep", "60"], log=Path(sys.argv[1]))
print(child.pid, flush=True)
time.sleep(60)
"""


def gone(pid: int, seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not group_is_alive(pid):
            return True
        time.sleep(0.05)
    return False


def test_stopping_a_process_stops_what_it_started(tmp_path):
    process = Process.start("sleeper", SLEEPS, log=tmp_path / "log")
    while "up" not in process.tail():
        time.sleep(0.02)
    process.stop(seconds=1)
    assert process.returncode() is not None
    assert gone(process.pid)


def test_a_child_does_not_outlive_an_owner_that_is_killed(tmp_path):
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path / "log")],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": "site"},
    )
    with owner:
        assert owner.stdout
        child = int(owner.stdout.readline())
        assert group_is_alive(child)
        owner.send_signal(signal.SIGKILL)
    assert gone(child)


def test_a_folder_has_one_owner_and_is_free_after_it(tmp_path):
    first = Folder(tmp_path).open("the first")
    with pytest.raises(FolderBusy, match="the first"):
        Folder(tmp_path).open("the second")
    first.close()
    Folder(tmp_path).open("the third").close()


def test_a_second_demo_is_told_to_take_its_own_data(tmp_path):
    first = Folder(tmp_path).open("the demo on port 8000")
    with pytest.raises(DemoFailed, match=r"the demo on port 8000.*DEMO_DIR=\.demo-8001"):
        open_folder(tmp_path, 8001, reset=False)
    first.close()


def test_a_port_that_is_taken_is_named_with_another_to_choose(tmp_path):
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert not is_free(port)
        with pytest.raises(DemoFailed, match=rf"Port {port} is taken.*make demo PORT=\d+"):
            open_folder(tmp_path, port, reset=False)


def test_a_secret_is_made_once_and_read_by_its_owner_only(tmp_path):
    folder = Folder(tmp_path)
    secret = folder.secret("x")
    assert len(secret) >= 24
    assert folder.secret("x") == secret
    assert (tmp_path / "x.secret").stat().st_mode & 0o077 == 0


def test_what_is_prepared_is_prepared_again_after_a_change(tmp_path):
    source = tmp_path / "site" / "a.py"
    source.parent.mkdir()
    source.write_text("a = 1")
    fingerprint = Fingerprint(tmp_path / "stamp", tmp_path, "127.0.0.1:1/directory")
    assert not fingerprint.is_current()
    fingerprint.remember()
    assert Fingerprint(tmp_path / "stamp", tmp_path, "127.0.0.1:2/directory").is_current(), (
        "the port is new at each start"
    )
    source.write_text("a = 22")
    assert not fingerprint.is_current()


def test_catalogues_are_compiled_without_gettext(tmp_path):
    from demo.catalogues import compile_catalogues

    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Search"\nmsgstr "Chercher"\n',
        encoding="utf-8",
    )
    assert compile_catalogues(tmp_path) == [folder / "django.mo"]
    assert compile_catalogues(tmp_path) == []
    import gettext

    with Path(folder / "django.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Search") == "Chercher"
