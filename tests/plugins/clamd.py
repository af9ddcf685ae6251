"""A real virus scanner: Debian's `clamd`, started by the run that needs it with one signature of our own, that of EICAR.

It refuses to start without any signature, and the official ones are 200 MB fetched from the network; with one it takes 0.2 s.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.processes import Process
from tests.plugins.requirements import lacking

# In two parts, so that no scanner takes this file for the test's virus.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CONFIG = """LocalSocket {folder}/socket
DatabaseDirectory {folder}/signatures
OfficialDatabaseOnly no
Foreground yes
"""


@pytest.fixture(scope="session")
def requires_clamd() -> Iterator[str]:
    """The path of its socket."""
    binary = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
    if binary is None:
        lacking("clamd (Debian's clamav-daemon) is not installed: no virus scanner to test with")
    # The name of a socket has 107 characters at most, fewer than pytest's folders take.
    with tempfile.TemporaryDirectory(prefix="clamd-") as name:
        folder = Path(name)
        (folder / "signatures").mkdir()
        (folder / "signatures" / "own.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
        (folder / "config").write_text(CONFIG.format(folder=folder))
        server = Process.start("clamd", [binary, f"--config-file={folder / 'config'}"], log=folder / "log")
        for _attempt in range(100):
            if (folder / "socket").exists():
                break
            assert server.returncode() is None, server.tail()
            time.sleep(0.1)
        yield str(folder / "socket")
        server.stop()
