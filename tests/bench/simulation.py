# ruff: noqa: T201 (a script: its output is its purpose)
"""Histories of money against a hostile Stripe, on as many workers as there are cores: `python tests/bench/simulation.py HISTORIES`.

It is the test `test_money_simulation.py`, with many more histories, in shares that tell a failure at once, each with another seed.
At the end: in how many histories each kind of thing happened, so that one that was never reached is seen.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from figures import keep

ROOT = Path(__file__).resolve().parents[2]
A_SHARE = 25


def main() -> int:
    histories = int(sys.argv[1])
    workers = int(os.environ.get("SIMULATED_WORKERS", "0")) or max(1, min(4, os.cpu_count() or 1))
    own_seed = int(os.environ.get("SIMULATED_SEED", "0")) or int(time.time())
    shares = -(-histories // A_SHARE)
    with tempfile.TemporaryDirectory() as counts:
        given = {
            "SIMULATED_HISTORIES": str(histories),
            "SIMULATED_SHARES": str(shares),
            "SIMULATED_SEED": str(own_seed),
            "SIMULATED_COUNTS": counts,
        }
        env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"} | given
        began = time.perf_counter()
        command = ["-m", "pytest", "tests/booking/test_money_simulation.py", "-k", "every_cent", "--no-header"]
        command += ["-p", "no:cacheprovider", "--tb=short", "--dist", "load", "-n", str(workers)]
        done = subprocess.run([sys.executable, *command], env=env, cwd=ROOT, check=False)
        took = time.perf_counter() - began
        seen, shares_done = _counted(Path(counts))
    print(f"{shares_done * A_SHARE} histories in {took:.0f} s on {workers} workers, seed {own_seed}")
    for kind, count in sorted(seen.items(), key=lambda each: -each[1]):
        print(f"{count:6}  {kind}")
    keep("simulated histories", min(histories, shares_done * A_SHARE))
    keep("simulated wrong", 1 if done.returncode else 0)
    keep("simulated kinds never reached", sum(not count for count in seen.values()))
    return 0


def _counted(folder: Path) -> tuple[Counter[str], int]:
    """Over the shares that ended well; a kind that none of them reached is there with 0."""
    files = list(folder.glob("*.json"))
    seen: Counter[str] = Counter()
    for file in files:
        for kind, count in json.loads(file.read_text(encoding="utf-8")).items():
            seen[kind] += count
    return seen, len(files)


if __name__ == "__main__":
    sys.exit(main())
