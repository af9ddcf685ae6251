# ruff: noqa: E402, T201 (a script: settings first, its output is its purpose)
"""The claims check: precision and recall on the written set, overall, held out and by rule; the time of a profile of 2 000 words."""

import os
import statistics
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

import django

django.setup()

from legal.claims import shipped
from tests.bench.figures import keep
from tests.claims.test_figures import Figures, is_held, measure, sentences


def line(name: str, figures: Figures) -> str:
    return (
        f"{name:28} precision {figures.precision:6.3f}   recall {figures.recall:6.3f}"
        f"   ({figures.true} seen, {figures.false} wrongly, {figures.missed} missed)"
    )


def main() -> None:
    started = time.perf_counter()
    rules = shipped.rule_set()
    print(f"{len(rules.rules)} rules compiled in {time.perf_counter() - started:.2f} s")
    rows = sentences()
    total, each = measure(rows)
    held, _of_rules = measure([row for row in rows if is_held(row[1])])
    print(line(f"{len(rows)} sentences", total))
    print(line("the third held out", held))
    for slug in sorted(each):
        print(line(f"  {slug}", each[slug]))
    keep("claims precision", total.precision)
    keep("claims recall", total.recall)
    keep("claims held precision", held.precision)
    keep("claims held recall", held.recall)
    words = " ".join(text for wanted, text in rows if wanted == "ok").split()
    profile = " ".join((words * 2)[:2000])
    taken = []
    for _pass in range(40):
        started = time.perf_counter()
        rules.check(profile)
        taken.append((time.perf_counter() - started) * 1000)
    print(f"2 000 words: p50 {statistics.median(taken):.1f} ms, worst {max(taken):.1f} ms")
    keep("claims 2000 words", statistics.median(taken))


if __name__ == "__main__":
    main()
