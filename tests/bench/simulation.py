# ruff: noqa: T201 (a script: its output is its purpose)
"""Histories of money against a hostile Stripe, on as many workers as there are cores: `python tests/bench/simulation.py HISTORIES`.

It is the test `test_money_simulation.py`, with many more histories and another seed each time.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from figures import keep

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    histories, workers = int(sys.argv[1]), max(1, min(4, os.cpu_count() or 1))
    own_seed = int(os.environ.get("SIMULATED_SEED", "0")) or int(time.time())
    given = {
        "SIMULATED_HISTORIES": str(histories),
        "SIMULATED_SHARES": str(workers),
        "SIMULATED_SEED": str(own_seed),
    }
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"} | given
    began = time.perf_counter()
    command = ["-m", "pytest", "tests/booking/test_money_simulation.py", "-q", "--no-header", "-p", "no:cacheprovider"]
    done = subprocess.run([sys.executable, *command, "-n", str(workers)], env=env, cwd=ROOT, check=False)
    print(f"{histories} histories in {time.perf_counter() - began:.0f} s, seed {own_seed}")
    keep("simulated histories", histories)
    keep("simulated wrong", 1 if done.returncode else 0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
