# ruff: noqa: T201 (a script: its output is its purpose)
"""How long a file of SIRENE takes to import, and how much memory: `python tests/bench/structures.py 1000000`.

Every line is an invented establishment that is kept, the worst case: of the published file's lines, one in fifty is. The command runs
as an operator runs it, in a process of its own, whose peak memory is the kernel's word. Needs DATABASE_URL with the gazetteer.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from figures import keep, milliseconds, p95, show

from places.models import Commune
from practitioners.models import Structure
from practitioners.structure_import.interests import ACTIVITIES
from tests.practitioners.structure_files import SIRENE_COLUMNS, sirene_line, siret

ROOT = Path(__file__).resolve().parents[2]
WORDS = (
    "ESPACE", "CENTRE", "CABINET", "MAISON", "ATELIER", "STUDIO", "JARDIN", "INSTITUT", "LILAS", "OLIVIER", "LOTUS", "ZEN",
    "SOUFFLE", "EQUILIBRE", "HARMONIE", "SOURCE", "YOGA", "MASSAGE", "SOPHROLOGIE", "REFLEXOLOGIE", "BIEN", "ETRE", "LUMIERE",
    "TERRE", "MARAIS", "PARC", "RIVIERE", "MOULIN", "PRAIRIE", "HORIZON",
)  # fmt: skip


def lines(count: int, *, changed: bool) -> Iterator[str]:
    """The same count gives the same lines; `changed` renames one in ten and closes one in fifty."""
    chance = random.Random(7)
    communes = [
        (insee, codes[0], people) for insee, codes, people in Commune.objects.order_by("insee").values_list("insee", "postal_codes", "population")
    ]  # fmt: skip
    drawn = chance.choices(communes, [people + 1 for *_rest, people in communes], k=count)
    activities = [f"{code[:2]}.{code[2:]}" for code in ACTIVITIES]
    yield ",".join(SIRENE_COLUMNS) + "\n"
    blank = sirene_line()
    for number, (insee, postal, _people) in enumerate(drawn):
        name = " ".join(chance.choices(WORDS, k=3))
        own = siret(10_000_000 + number)
        blank |= {
            "siren": own[:9],
            "nic": own[9:],
            "siret": own,
            "numeroVoieEtablissement": str(1 + number % 90),
            "codePostalEtablissement": postal,
            "codeCommuneEtablissement": insee,
            "etatAdministratifEtablissement": "F" if changed and number % 50 == 1 else "A",
            "denominationUsuelleEtablissement": f"NOUVEAU {name}" if changed and number % 10 == 0 else name,
            "activitePrincipaleEtablissement": activities[number % len(activities)],
        }
        yield ",".join(blank.values()) + "\n"


def imported(path: Path) -> tuple[float, float]:
    """(seconds, peak memory in MB) of the command, from its start to its end."""
    command = [
        sys.executable,
        str(ROOT / "manage.py"),
        "import_structures",
        "--source",
        "sirene",
        str(path),
        "--verbosity",
        "0",
    ]
    started = time.monotonic()
    process = subprocess.Popen(command)
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(process.returncode)
    return time.monotonic() - started, used.ru_maxrss / 1024


def search() -> None:
    """One word of the name, in a town drawn by its people: what the page of results and the list of centres ask."""
    chance = random.Random(11)
    towns = list(Commune.objects.order_by("insee").values_list("insee", "population"))
    taken = []
    for insee, _people in chance.choices(towns, [people + 1 for _insee, people in towns], k=200):
        found = (
            Structure.objects.open().named(chance.choice(WORDS)).filter(commune=insee).select_related("commune", "page")
        )
        taken.append(milliseconds(lambda found=found: list(found.order_by("folded", "pk")[:24])))  # type: ignore[misc]
    show("a word and a town", taken)
    keep("structures found p95", p95(taken))
    everywhere = []
    for _n in range(50):
        found = Structure.objects.open().named(f"{chance.choice(WORDS)} {chance.choice(WORDS)}")
        everywhere.append(milliseconds(lambda found=found: list(found.order_by("folded", "pk")[:24])))  # type: ignore[misc]
    show("two words, everywhere", everywhere)


def main(count: int) -> None:
    scale = 1_000_000 / count
    peak = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "StockEtablissement_utf8.csv"
        for name, changed in (("first", False), ("again", False), ("changed", True)):
            if name != "again":
                with path.open("w", encoding="utf-8") as file:
                    file.writelines(lines(count, changed=changed))
            seconds, memory = imported(path)
            peak = max(peak, memory)
            print(f"{name}: {count} lines in {seconds:.1f} s, {memory:.0f} MB at most", flush=True)
            keep(f"structures {name}", seconds * scale)
    keep("structures memory", peak)
    print(f"{Structure.objects.count()} structures, {Structure.objects.exclude(closed_on=None).count()} of them closed")
    search()


if __name__ == "__main__":
    main(int(sys.argv[1]))
