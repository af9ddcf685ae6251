# ruff: noqa: T201 (a script: its output is its purpose)
"""`make bench`: every figure of the search, the agenda, the money, the law and the public registers, on embedded services, with the table of what must be reached at the end.

The corpora of 1 000 and 100 000 generated practitioners are written once and kept in `.services/bench` (FRESH=1 writes them
anew); FULL=1 adds a million, which takes some ten minutes and 8 GB the first time. With ELASTICSEARCH_URL set, Elasticsearch is
measured too. Figures depend on the machine and on what else it does: ratios are taken within one run, one question after the other.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg

from demo.embedded import Folder, Postgres, Valkey
from demo.embedded.folder import free_port

ROOT = Path(__file__).resolve().parents[2]
SMALL, MIDDLE, LARGE = 1_000, 100_000, 1_000_000
FULL, FRESH = (os.environ.get(name) == "1" for name in ("FULL", "FRESH"))
ONLY = os.environ.get("ONLY", "")


class Bench:
    def __init__(self, postgres: Postgres, valkey: Valkey, figures: Path) -> None:
        self.postgres = postgres
        self.elasticsearch = os.environ.get("ELASTICSEARCH_URL", "")
        self.env = {
            **os.environ,
            # For its own script alone: it would answer the others' questions.
            "ELASTICSEARCH_URL": "",
            "REDIS_URL": valkey.url(),
            "DJANGO_SETTINGS_MODULE": "config.settings.demo",
            "BENCH_FIGURES": str(figures),
            "STATIC_ROOT": str(ROOT / ".services" / "bench" / "static"),
        }

    def of(self, database: str) -> dict[str, str]:
        return {**self.env, "DATABASE_URL": self.postgres.url(database)}

    def manage(self, database: str, *arguments: str) -> None:
        subprocess.run([sys.executable, str(ROOT / "manage.py"), *arguments], env=self.of(database), check=True)

    def script(self, database: str, name: str, *arguments: str, **env: str) -> None:
        print(f"\n— {name} {' '.join(arguments)} ({database})", flush=True)
        path = str(ROOT / "tests" / "bench" / name)
        subprocess.run([sys.executable, path, *arguments], env={**self.of(database), **env}, check=True)

    def databases(self, sizes: list[int]) -> None:
        """One without entries, and a copy of it for each size. Migrated at each run; corpora are of the day they were written."""
        self.postgres.create_database("bench")
        self.manage("bench", "migrate", "--verbosity", "0")
        self.manage("bench", "import_gazetteer")
        self.manage("bench", "collectstatic", "--no-input", "--verbosity", "0")
        for size in sizes:
            name = f"bench_{size}"
            with psycopg.connect(self.postgres.url("postgres"), autocommit=True) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
                if not known:
                    connection.execute(
                        psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE bench").format(psycopg.sql.Identifier(name))
                    )
            if known:
                self.manage(name, "migrate", "--verbosity", "0")
            if not known or FRESH:
                print(f"\n— {size} entries are written", flush=True)
                self.manage(name, "search_corpus", str(size))
            self.manage(name, "shell", "--no-imports", "-c", "from search.actions import tally; tally.roll_up()")

    @contextmanager
    def served(self, database: str, *options: str, **settings: str):  # type: ignore[no-untyped-def]
        """The address of a server on this database: one worker, or as in production with that configuration in `options`."""
        port = free_port()
        options = options or ("--workers", "1", "--threads", "1")
        command = ["-m", "gunicorn", *options, "--bind", f"127.0.0.1:{port}", "config.wsgi"]
        env = {**self.of(database), **settings, "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)])}
        server = subprocess.Popen([sys.executable, *command], env=env, stderr=subprocess.DEVNULL)
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def _wait_for(port: int, seconds: float = 60) -> None:
    """Until the server listens: it loads the whole site first."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


@contextmanager
def services(name: str, *, durable: bool):  # type: ignore[no-untyped-def]
    """PostgreSQL and Valkey of their own, in `.services/<name>`."""
    folder = Folder(ROOT / ".services" / name).open("the benchmarks")
    postgres, valkey = Postgres(folder, durable=durable, connections=120), Valkey(folder, durable=False)
    # Three quarters of a million entries' table: what a machine for so many has for it.
    postgres.options["shared_buffers"] = "512MB"
    processes = [postgres.start(), valkey.start()]
    try:
        yield postgres, valkey
    finally:
        for process in processes:
            process.ask_to_stop()
        for process in processes:
            process.stop()
        folder.close()


def main() -> int:
    with tempfile.TemporaryDirectory() as temporary:
        figures = Path(temporary) / "figures"
        if ONLY in {"", "search"}:
            with services("bench", durable=False) as (postgres, valkey):
                _measure(Bench(postgres, valkey, figures), [SMALL, MIDDLE, *([LARGE] if FULL else [])])
        if ONLY in {"", "agenda"}:
            # Written to the disk as in production: that is part of what a booking costs.
            with services("bench-agenda", durable=True) as (postgres, valkey):
                _measure_agenda(Bench(postgres, valkey, figures))
        if ONLY in {"", "money"}:
            with services("bench-money", durable=False) as (postgres, valkey):
                _measure_money(Bench(postgres, valkey, figures))
        if ONLY in {"", "law"}:
            with services("bench-law", durable=True) as (postgres, valkey):
                _measure_law(Bench(postgres, valkey, figures))
        if ONLY in {"", "registers"}:
            with services("bench-registers", durable=False) as (postgres, valkey):
                _measure_registers(Bench(postgres, valkey, figures))
        if ONLY in {"", "structures"}:
            with services("bench-structures", durable=True) as (postgres, valkey):
                _measure_structures(Bench(postgres, valkey, figures))
        if ONLY in {"", "kills"}:
            _kill(os.environ.get("KILLS", "10"))
        if ONLY in {"", "claims"}:
            path, env = str(ROOT / "tests" / "bench" / "claims.py"), {**os.environ, "BENCH_FIGURES": str(figures)}
            subprocess.run([sys.executable, path], env=env, check=True)
        _conclude(figures)
    return 0


def _measure(bench: Bench, sizes: list[int]) -> None:
    bench.databases(sizes)
    middle = f"bench_{MIDDLE}"
    bench.script("bench", "places.py")
    for size in sizes:
        bench.script(f"bench_{size}", "search.py")
    bench.script(middle, "bare.py")
    bench.script(middle, "wagtail_search.py")
    bench.script(middle, "suggestions.py")
    with bench.served(middle) as full, bench.served("bench") as empty:
        bench.script(middle, "pages.py", full, empty)
    if bench.elasticsearch:
        for size in sizes:
            bench.script(f"bench_{size}", "elastic.py", ELASTICSEARCH_URL=bench.elasticsearch)


def _measure_agenda(bench: Bench) -> None:
    bench.databases([])
    name, production = "bench_agenda", ("-c", "python:config.gunicorn")
    with psycopg.connect(bench.postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f"drop database if exists {name}")
        connection.execute(f"create database {name} template bench")
    bench.script(name, "agenda.py")
    with (
        bench.served(name, *production) as keeping,
        bench.served(name, *production, AGENDA_KEEPS_ANSWERS="0") as computing,
    ):
        bench.script(name, "agenda.py", keeping, computing)
    # Every visitor of the bench comes from one address.
    limits = {"HOLDS_PER_ADDRESS": "0", "HOLDS_PER_ADDRESS_AND_PRACTITIONER": "0"}
    with bench.served(name, *production, **limits) as server:
        bench.script(name, "booking.py", server)
        bench.script(name, "intake.py", server)
    bench.script(name, "attempts.py", "100000" if FULL else "5000")


def _measure_money(bench: Bench) -> None:
    bench.databases([])
    name = "bench_money"
    with psycopg.connect(bench.postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f"drop database if exists {name}")
        connection.execute(f"create database {name} template bench")
    bench.script(name, "ledger.py", "1000000")
    bench.script(name, "simulation.py", os.environ.get("SIMULATED_HISTORIES", "2000"))


def _measure_law(bench: Bench) -> None:
    """`LAW_ACCEPTANCES` and `LAW_ROWS` say how many; a million and five million are what is promised."""
    bench.databases([])
    sizes = os.environ.get("LAW_ACCEPTANCES", "1000000"), os.environ.get("LAW_ROWS", "5000000" if FULL else "200000")
    for name, what, size in (("bench_law", "acceptances", sizes[0]), ("bench_nights", "retention", sizes[1])):
        with psycopg.connect(bench.postgres.url("postgres"), autocommit=True) as connection:
            connection.execute(f"drop database if exists {name}")
            connection.execute(f"create database {name} template bench")
        if what == "acceptances":
            bench.script(name, "law.py", what, size)
        else:
            with bench.served(name, "-c", "python:config.gunicorn") as server:
                bench.script(name, "law.py", what, size, server)


def _measure_registers(bench: Bench) -> None:
    bench.databases([])
    name = "bench_registers"
    with psycopg.connect(bench.postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f"drop database if exists {name}")
        connection.execute(f"create database {name} template bench")
    bench.script(name, "registers.py", os.environ.get("REGISTERS", "100000"))


def _measure_structures(bench: Bench) -> None:
    bench.databases([])
    name = "bench_structures"
    with psycopg.connect(bench.postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f"drop database if exists {name}")
        connection.execute(f"create database {name} template bench")
    bench.script(name, "structures.py", os.environ.get("STRUCTURES", "1000000"))


def _kill(times: str) -> None:
    """The tests that kill processes and PostgreSQL, at every moment they know of and so often at random ones."""
    print(f"\n— killed {times} times at random, and at each statement of each step", flush=True)
    env = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "tests/booking/test_killed.py", "--timeout=3600"]
    subprocess.run(command, cwd=ROOT, env={**env, "KILLS": times}, check=True)


def _conclude(path: Path) -> None:
    sys.path.insert(0, str(ROOT / "tests" / "bench"))
    from figures import kept, table

    figures = kept(path)
    for engine in ("embedded", "elasticsearch"):
        ends = [figures.get(f"{engine} {size} keyword + town p95") for size in (SMALL, LARGE)]
        if all(ends):
            figures[f"{engine} growth"] = ends[1] / ends[0]  # type: ignore[operator]
    print("\n" + table(figures))


if __name__ == "__main__":
    sys.exit(main())
