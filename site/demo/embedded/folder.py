"""The folder that holds the data of one set of services, used by one owner at a time."""

import fcntl
import os
import secrets
import shutil
import socket
from pathlib import Path
from typing import IO


class FolderBusy(RuntimeError):
    """Another process uses this folder; the message says which."""


class Folder:
    """Locked from `open` to `close`; the kernel gives the lock back when the process dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._lock: IO[str] | None = None

    def open(self, owner: str) -> "Folder":
        self.path.mkdir(parents=True, exist_ok=True)
        lock = (self.path / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            with lock:
                lock.seek(0)
                raise FolderBusy(lock.read().strip() or "another process") from error
        lock.truncate(0)
        lock.write(f"{owner}, process {os.getpid()}\n")
        lock.flush()
        self._lock = lock
        return self

    def empty(self) -> None:
        """Remove everything but the lock itself."""
        for child in self.path.iterdir():
            if child.name == "lock":
                continue
            if child.is_dir() and not child.is_symlink():
                shutil.rmtree(child)
            else:
                child.unlink()

    def secret(self, name: str) -> str:
        """A random password made on first use, readable by its owner only."""
        path = self.path / f"{name}.secret"
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(24))
        return path.read_text()

    def close(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None


def free_port() -> int:
    """A port of the loopback interface that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
