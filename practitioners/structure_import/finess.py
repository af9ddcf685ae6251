"""FINESS: `etalab-cs1100502-stock-….csv`, the open extraction of establishments published every two months by the ministry of health
(data.gouv.fr, « FINESS Extraction du Fichier des établissements »). Semicolons, no line of names, ISO 8859-1 or UTF-8. The first line
is `finess;etalab;<version>;<date>`; the others are `structureet` lines of 32 columns, in the order of `COLUMNS`; the edition with
coordinates (cs1100507) adds `geolocalisation` lines, which are passed over.

It is a full extraction: an establishment that is no longer in it has closed.
"""

import csv
import datetime as dt
import re
from collections.abc import Iterator
from operator import itemgetter

from practitioners.structure_import.facts import OPEN, THERE, Communes, Facts, Refused, named, street
from practitioners.structure_import.interests import CATEGORIES
from practitioners.structure_import.reading import REPLACED, BadLine, UnreadableFile, rows

# Quotation marks are part of names in this publication: they enclose nothing.
DELIMITER, QUOTING, FALLBACK = ";", csv.QUOTE_NONE, "cp1252"
COLUMNS = (
    "section", "nofinesset", "nofinessej", "rs", "rslongue", "complrs", "compldistrib", "numvoie", "typvoie", "voie", "compvoie",
    "lieuditbp", "commune", "departement", "libdepartement", "ligneacheminement", "telephone", "telecopie", "categetab",
    "libcategetab", "categagretab", "libcategagretab", "siret", "codeape", "codemft", "libmft", "codesph", "libsph", "dateouv",
    "dateautor", "maj", "numuai",
)  # fmt: skip
_READ = (
    "nofinesset", "rs", "rslongue", "numvoie", "typvoie", "voie", "compvoie", "lieuditbp", "commune", "departement",
    "ligneacheminement", "telephone", "categetab", "siret", "codeape",
)  # fmt: skip
_PICK = itemgetter(*map(COLUMNS.index, _READ))
_NUMBER = re.compile(r"[0-9][0-9AB][0-9]{7}", re.ASCII)
_POSTAL = re.compile(r"([0-9]{5}) ", re.ASCII)
_SECTION = "structureet"


class Finess:
    """Reads lines after `begin` has read the first."""

    closes_the_absent = True

    def __init__(self, communes: Communes) -> None:
        self._communes = communes

    def begin(self, text: Iterator[str]) -> tuple[Iterator[tuple[int, list[str] | None]], str]:
        """The lines, and the date of the extraction (YYYY-MM-DD). Raises UnreadableFile when it is another file."""
        found = rows(text, delimiter=DELIMITER, quoting=QUOTING)
        first = [field.strip() for field in next(found, (0, None))[1] or []]
        if len(first) != 4 or first[0] != "finess":
            raise UnreadableFile(
                "not an etalab-cs1100502 extraction of FINESS: its first line is finess;etalab;<version>;<date> "
                f"(columns missing: {', '.join(('finess', 'etalab', 'version', 'date')[len(first) :]) or 'none'})"
            )
        try:
            dt.date.fromisoformat(first[3])
        except ValueError as error:
            raise UnreadableFile(f"the first line says no date: {first[3][:20]!r}") from error
        return self._establishments(found), first[3]

    @staticmethod
    def _establishments(
        found: Iterator[tuple[int, list[str] | None]],
    ) -> Iterator[tuple[int, list[str] | None]]:
        return ((number, row) for number, row in found if row is None or row[0] != "geolocalisation")

    def read(self, number: int, row: list[str]) -> Facts:
        """Raises BadLine, or Refused with the reason."""
        key = row[1].strip() if len(row) > 1 and _NUMBER.fullmatch(row[1].strip()) else ""
        if row[0] != _SECTION:
            raise BadLine(f"neither structureet nor geolocalisation: {row[0][:20]!r}", key)
        if len(row) != len(COLUMNS):
            names = ", ".join(COLUMNS[len(row) :][:5])
            raise BadLine(f"{len(row)} columns instead of {len(COLUMNS)}{f' (missing: {names})' if names else ''}", key)
        if not key:
            raise BadLine(f"no FINESS number: {row[1][:20]!r}")
        line = dict(zip(_READ, map(_unquoted, _PICK(row)), strict=True))
        if line["categetab"] not in CATEGORIES:
            raise Refused("other category", key)
        name = line["rslongue"] or line["rs"]
        where = street(
            line["numvoie"], line["compvoie"][:1] if len(line["compvoie"]) == 1 else "", line["typvoie"], line["voie"]
        )
        where = where or line["lieuditbp"]
        if not name:
            raise Refused("no public name", key)
        if REPLACED in name + where or "\x00" in name + where:
            raise BadLine("unreadable characters", key)
        postal = _POSTAL.match(line["ligneacheminement"] + " ")
        postal_code = postal[1] if postal else ""
        insee = self._communes.find(_insee(line["departement"], line["commune"]), postal_code)
        if insee is None:
            raise Refused("unknown commune", key, THERE)
        siret, activity = line["siret"], line["codeape"].replace(".", "")
        return Facts(
            line=number,
            state=OPEN,
            key=key,
            siret=siret if len(siret) == 14 and siret.isascii() and siret.isdigit() else "",
            finess=key,
            phone=_phone(line["telephone"]),
            street=where,
            postal_code=postal_code,
            insee=insee,
            activity=activity[:6],
            category=line["categetab"],
            **named(name, key),
        )


def _unquoted(field: str) -> str:
    field = field.strip()
    return field[1:-1].replace('""', '"') if len(field) > 1 and field[0] == field[-1] == '"' else field


def _insee(department: str, commune: str) -> str:
    """FINESS numbers the overseas départements 9A to 9F; the commune's three digits hold what INSEE's third one is."""
    return f"97{commune}" if department[:1] == "9" and department[1:2].isalpha() else f"{department}{commune}"


def _phone(digits: str) -> str:
    digits = "".join(filter(str.isdigit, digits))
    # The register drops the first zero now and then.
    national = digits[1:] if len(digits) == 10 and digits[0] == "0" else digits if len(digits) == 9 else ""
    return f"+33{national}" if national.isascii() and national[:1] not in {"", "0"} else ""
