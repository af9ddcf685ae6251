# ruff: noqa: T201 (a script: its output is its purpose)
"""`make bench`: every script of this folder, on embedded services with the gazetteer, each at two sizes or against a baseline."""

import os
import subprocess
import sys
from pathlib import Path

from demo.embedded import Folder, Postgres, Valkey

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = (["places.py"], ["search.py", "2000"], ["search.py", "20000"])


def main() -> int:
    folder = Folder(ROOT / ".services" / "bench").open("the benchmarks")
    postgres, valkey = Postgres(folder, durable=False), Valkey(folder, durable=False)
    processes = [postgres.start(), valkey.start()]
    try:
        postgres.create_database("bench")
        env = {
            **os.environ,
            "DATABASE_URL": postgres.url("bench"),
            "REDIS_URL": valkey.url(),
            "DJANGO_SETTINGS_MODULE": "config.settings.demo",
        }
        for command in (["migrate", "--verbosity", "0"], ["import_gazetteer"]):
            subprocess.run([sys.executable, str(ROOT / "manage.py"), *command], env=env, check=True)
        for script, *arguments in SCRIPTS:
            print(f"\n— {script} {' '.join(arguments)}", flush=True)
            path = str(ROOT / "tests" / "bench" / script)
            subprocess.run([sys.executable, path, *arguments], env=env, check=True)
    finally:
        for process in processes:
            process.ask_to_stop()
        for process in processes:
            process.stop()
        folder.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
