"""The register as a spreadsheet, in the layout of the CNIL's model: a list of the activities, then a sheet for each."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from odfdo import Cell, Document, Row, Table

from legal.entries import Entry

BASE = "Registre des activités de traitement (article 30 du RGPD)"
LIST = ("N°", "Activité", "Finalité", "Personnes concernées", "Catégories de données", "Données sensibles", "Base légale",
        "Durée de conservation", "Destinataires", "Transferts hors de l’Union européenne", "Mesures de sécurité", "Rôle", "Version",
        "Mis à jour le")  # fmt: skip
NOBODY = "Les équipes chargées de l’activité, personne d’autre"
# What a spreadsheet would run as a formula.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Holder:
    """Whose register it is, as the first lines say."""

    name: str
    contact: str
    role: str


def rows(found: Sequence[Entry]) -> list[list[str]]:
    return [
        [
            str(number),
            entry.key,
            entry.purpose,
            ", ".join(entry.people),
            ", ".join(entry.data),
            "Oui" if entry.is_sensitive else "Non",
            entry.legal_basis,
            entry.kept,
            ", ".join(entry.recipients) or NOBODY,
            entry.transfers,
            entry.security,
            "Sous-traitant" if entry.of_processor else "Responsable de traitement",
            str(entry.number or "1 (code)"),
            f"{entry.version.written_at:%d/%m/%Y}" if entry.version else "",
        ]
        for number, entry in enumerate(found, start=1)
    ]


def as_csv(holder: Holder, found: Sequence[Entry], mark: str = "") -> bytes:
    """With the byte order mark and the semicolons that spreadsheets in France expect. `mark`: who of the team took it, when, why."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([BASE])
    writer.writerow([holder.role, plain(holder.name), plain(holder.contact)])
    writer.writerow([mark] if mark else [])
    writer.writerow(LIST)
    writer.writerows([plain(text) for text in row] for row in rows(found))
    return out.getvalue().encode("utf-8-sig")


def as_ods(holder: Holder, found: Sequence[Entry], mark: str = "") -> bytes:
    document = Document("spreadsheet")
    document.body.clear()
    marked = [[mark]] if mark else [[]]
    head = [[BASE], [holder.role, holder.name, holder.contact], *marked]
    document.body.append(sheet("Liste des traitements", [*head, [*LIST], *rows(found)]))
    for number, entry in enumerate(found, start=1):
        document.body.append(sheet(f"{number} {entry.key}"[:31], [*_form(number, holder, entry), *marked]))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _form(number: int, holder: Holder, entry: Entry) -> list[list[str]]:
    """The CNIL's form of one activity, part by part."""
    updated = f"{entry.version.written_at:%d/%m/%Y}" if entry.version else ""
    return [
        ["Description du traitement"],
        ["Nom", entry.purpose],
        ["N° / référence", f"{number} – {entry.key}"],
        ["Mise à jour", updated],
        [],
        ["Acteurs"],
        [holder.role, holder.name],
        ["Contact", holder.contact],
        [],
        ["Finalités du traitement effectué"],
        ["Finalité principale", entry.purpose],
        ["Base légale", entry.legal_basis],
        [],
        ["Catégories de personnes concernées"],
        *[["", each] for each in entry.people],
        [],
        ["Catégories de données personnelles concernées", "Description", "Délai d’effacement"],
        *[[each, "", entry.kept] for each in entry.data],
        ["Données sensibles", "Oui" if entry.is_sensitive else "Non"],
        [],
        ["Destinataires"],
        *[["", each] for each in entry.recipients or [NOBODY]],
        [],
        ["Transferts hors de l’Union européenne"],
        ["", entry.transfers],
        [],
        ["Mesures de sécurité techniques et organisationnelles"],
        ["", entry.security],
    ]


def sheet(name: str, lines: Sequence[Sequence[str]]) -> Table:
    table = Table(name.replace("/", "-"))
    for line in lines:
        row = Row()
        for text in line:
            row.append_cell(Cell(text, cell_type="string"))
        table.append_row(row)
    return table


def plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULAS) else text


FORMS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "ods": (as_ods, "application/vnd.oasis.opendocument.spreadsheet"),
}
