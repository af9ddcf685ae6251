"""Child processes that never outlive their owner.

Each child leads its own process group, so that it is stopped with everything it started, and so that Ctrl-C in the terminal
reaches the owner alone, who stops them in order. A guardian process holds one end of a pipe: when the owner dies without
saying goodbye (kill -9), the guardian stops the groups that are left.
"""

import atexit
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

TAIL = 25


class Process:
    def __init__(self, name: str, popen: subprocess.Popen[bytes], log: Path, stop_signal: signal.Signals) -> None:
        self.name, self.log, self.stop_signal = name, log, stop_signal
        self._popen = popen

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        cwd: Path | None = None,
    ) -> Self:
        """Start `command` in its own group, with its output appended to `log`."""
        with log.open("ab") as output:
            popen = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env=env, cwd=cwd, start_new_session=True,
            )  # fmt: skip
        _guardian().watch(popen.pid, stop_signal)
        return cls(name, popen, log, stop_signal)

    @property
    def pid(self) -> int:
        return self._popen.pid

    def returncode(self) -> int | None:
        return self._popen.poll()

    def wait(self, seconds: float) -> int | None:
        try:
            return self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def tail(self, lines: int = TAIL) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def ask_to_stop(self) -> None:
        """The leader alone gets the signal first: servers end their own children in good order."""
        if self.returncode() is None:
            self._popen.send_signal(self.stop_signal)

    def stop(self, seconds: float = 10) -> None:
        """Stop the whole group and wait for it; what does not end in time is killed."""
        self.ask_to_stop()
        self.wait(seconds)
        kill_group(self.pid)
        self._popen.wait()
        _guardian().forget(self.pid)


def kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # the group ended by itself, as it should
    except PermissionError:  # pragma: no cover - macOS says so for a group that only has zombies
        pass


def group_is_alive(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Guardian:
    """The owner's side: a pipe to a small process that outlives the owner by as long as it takes to stop the groups."""

    def __init__(self) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, "-S", __file__], stdin=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        atexit.register(self.close)

    def watch(self, pid: int, stop_signal: signal.Signals) -> None:
        self._say(f"+ {pid} {int(stop_signal)}\n")

    def forget(self, pid: int) -> None:
        self._say(f"- {pid} 0\n")

    def close(self) -> None:
        """The guardian stops what is still watched, then ends."""
        if self._popen.stdin and not self._popen.stdin.closed:
            self._popen.stdin.close()
        self._popen.wait()

    def _say(self, line: str) -> None:
        if self._popen.stdin is None or self._popen.poll() is not None:
            raise RuntimeError("The guardian of the child processes is gone.")
        self._popen.stdin.write(line.encode())
        self._popen.stdin.flush()


_the_guardian: Guardian | None = None


def _guardian() -> Guardian:
    global _the_guardian
    if _the_guardian is None:
        _the_guardian = Guardian()
    return _the_guardian


def guard(lines: Sequence[str] | None = None, patience: float = 10) -> None:
    """The guardian itself: read who is watched until the owner's end of the pipe closes, then stop who is left."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    watched: dict[int, int] = {}
    for line in sys.stdin if lines is None else lines:
        sign, leader, stop_signal = line.split()
        if sign == "+":
            watched[int(leader)] = int(stop_signal)
        else:
            watched.pop(int(leader), None)
    # The last started goes first: the site before the database that it uses.
    for pid, number in reversed(watched.items()):
        if group_is_alive(pid):
            os.kill(pid, number) if _leads(pid) else kill_group(pid)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and any(group_is_alive(pid) for pid in watched):
        time.sleep(0.1)
    for pid in watched:
        kill_group(pid)


def _leads(pid: int) -> bool:
    try:
        return os.getpgid(pid) == pid
    except ProcessLookupError:
        return False


if __name__ == "__main__":
    guard()
