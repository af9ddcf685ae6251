"""SIRENE: `StockEtablissement_utf8.csv`, published monthly by INSEE (data.gouv.fr, « Base Sirene des entreprises et de leurs
établissements »), comma separated, UTF-8, with a line of column names. Only the columns below are read, by name: INSEE adds others.

Left out, whatever else they say: establishments whose holder objected to their publication (statutDiffusionEtablissement `P` or `N`),
and those without a public name of their own. This file has no person's name: a sole trader without a sign or a usual name would have
to be looked up elsewhere, and is not.
"""

import csv
from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple

from practitioners.structure_import.facts import CLOSED, OPEN, THERE, WITHDRAWN, Communes, Facts, Refused, named, street
from practitioners.structure_import.interests import ACTIVITIES
from practitioners.structure_import.reading import REPLACED, BadLine, UnreadableFile, rows

DELIMITER, QUOTING, FALLBACK = ",", csv.QUOTE_MINIMAL, None
_HIDDEN = "[ND]"  # what INSEE writes in place of what is not to be published


class _Line(NamedTuple):
    """The columns that are read, under their published names."""

    siret: str
    statutDiffusionEtablissement: str
    numeroVoieEtablissement: str
    indiceRepetitionEtablissement: str
    typeVoieEtablissement: str
    libelleVoieEtablissement: str
    codePostalEtablissement: str
    codeCommuneEtablissement: str
    etatAdministratifEtablissement: str
    enseigne1Etablissement: str
    denominationUsuelleEtablissement: str
    activitePrincipaleEtablissement: str


class Sirene:
    """Reads lines after `begin` has read their names."""

    closes_the_absent = False

    def __init__(self, communes: Communes) -> None:
        self._communes = communes
        self._width = 0
        self._pick = itemgetter(0)

    def begin(self, text: Iterator[str]) -> tuple[Iterator[tuple[int, list[str] | None]], str]:
        """The lines under the names; the file says no date of its own. Raises UnreadableFile for columns that are missing."""
        found = rows(text, delimiter=DELIMITER, quoting=QUOTING)
        header = [name.strip() for name in next(found, (0, None))[1] or []]
        missing = [name for name in _Line._fields if name not in header]
        if missing:
            hint = "; its columns are separated by semicolons" if len(header) == 1 and ";" in header[0] else ""
            raise UnreadableFile(f"not a StockEtablissement file: columns missing: {', '.join(missing)}{hint}")
        self._width = len(header)
        self._pick = itemgetter(*map(header.index, _Line._fields))  # type: ignore[assignment]
        return found, ""

    def read(self, number: int, row: list[str]) -> Facts:
        """Raises BadLine, or Refused with the reason."""
        if len(row) != self._width:
            raise BadLine(f"{len(row)} columns instead of {self._width}")
        line = _Line._make(self._pick(row))
        key = line.siret
        if len(key) != 14 or not (key.isascii() and key.isdigit()):
            raise BadLine(f"no SIRET: {key[:20]!r}")
        if line.statutDiffusionEtablissement != "O":
            raise Refused("not public", key, WITHDRAWN)
        activity = line.activitePrincipaleEtablissement.replace(".", "")
        if activity not in ACTIVITIES:
            raise Refused("other activity", key)
        if line.etatAdministratifEtablissement == "F":
            raise Refused("closed", key, CLOSED)
        if line.etatAdministratifEtablissement != "A":
            raise BadLine(f"unknown state {line.etatAdministratifEtablissement[:10]!r}", key)
        name = line.denominationUsuelleEtablissement.strip() or line.enseigne1Etablissement.strip()
        if not name or _HIDDEN in name:
            raise Refused("no public name", key, WITHDRAWN)
        where = street(
            line.numeroVoieEtablissement,
            line.indiceRepetitionEtablissement,
            line.typeVoieEtablissement,
            line.libelleVoieEtablissement,
        )
        if REPLACED in name or REPLACED in where:
            raise BadLine("not in UTF-8", key)
        if "\x00" in name or "\x00" in where:
            raise BadLine("a control character", key)
        postal_code = line.codePostalEtablissement[:5]
        insee = self._communes.find(line.codeCommuneEtablissement, postal_code)
        if insee is None:
            raise Refused("unknown commune", key, THERE)
        if not _holds(key):
            raise BadLine(f"wrong SIRET {key}", key)
        return Facts(
            line=number,
            state=OPEN,
            key=key,
            siret=key,
            street="" if _HIDDEN in where else where,
            postal_code=postal_code if postal_code.isdigit() else "",
            insee=insee,
            activity=activity,
            **named(name, key),
        )


_DOUBLED = tuple(sum(divmod(2 * digit, 10)) for digit in range(10))
_LA_POSTE = "356000000"


def _holds(siret: str) -> bool:
    """Luhn's sum of the SIRET; the establishments of La Poste have numbers of another arithmetic."""
    digits = [int(digit) for digit in siret]
    total = sum(digits[1::2]) + sum(_DOUBLED[digit] for digit in digits[::2])
    return total % 10 == 0 or siret.startswith(_LA_POSTE)
