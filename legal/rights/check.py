"""Whether a copy is whole: against the register of this site, against what it says itself, and against the rows where they are here."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import IO, Any

from accounts.models import User
from common.personal_rows import Way, ways
from legal.rights import export, held, values
from legal.rights.people import person_of


def check(file: str | Path | IO[bytes], *, user: User | None = None) -> list[str]:
    """What misses or is wrong, each in a sentence; nothing for a whole copy.

    Without `user` nothing is read but the register that the code declares: an empty site can check a copy.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            content = json.loads(archive.read(export.DATA))
            wrong = _files(archive, content)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        return [f"{export.DATA} cannot be read: {error}"]
    if not isinstance(content, dict) or content.get("format") != export.FORMAT:
        return ["this is not a copy of personal data of this site"]
    return [*wrong, *_register(content), *_counts(content), *(_rows(content, user) if user else [])]


def _files(archive: zipfile.ZipFile, content: Any) -> list[str]:
    names = set(archive.namelist())
    wrong = [f"{name}: missing" for name in (export.INDEX,) if name not in names]
    declared = content.get("files", {}) if isinstance(content, dict) else {}
    for name, sha256 in declared.items():
        if name not in names:
            wrong.append(f"{name}: missing")
        elif hashlib.sha256(archive.read(name)).hexdigest() != sha256:
            wrong.append(f"{name}: changed")
    extra = names - set(declared) - {export.DATA, export.INDEX}
    return [*wrong, *(f"{name}: not declared" for name in sorted(extra))]


def _tables(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{activity['key']}/{table['model']}:{table['role']}": table
        for activity in content["activities"]
        for table in activity["tables"]
    }


def _ways(content: dict[str, Any]) -> list[Way]:
    """Those the person may have rows by: of a practitioner's, when the copy is a practitioner's."""
    of_practitioner = any(key.endswith(":practitioner") for key in content["held"])
    return [way for way in ways() if of_practitioner or way.trail.role not in held.OF_PRACTITIONERS]


def _register(content: dict[str, Any]) -> list[str]:
    """Every binding of every activity is there, and every field of each row."""
    tables, wrong = _tables(content), []
    for way in _ways(content):
        key = f"{way.activity.key}/{way.trail.key}"
        table = tables.get(key)
        if table is None:
            wrong.append(f"{key}: missing")
            continue
        said = set(table["withheld"]["fields"]) if table["withheld"] else set()
        for name in way.bound:
            if name not in way.given:
                if name not in said or not table["withheld"]["reason"]:
                    wrong.append(f"{key}: {name} is kept back without a reason")
            elif any(name not in row["fields"] for row in table["rows"]):
                wrong.append(f"{key}: {name} is missing")
    return wrong


def _counts(content: dict[str, Any]) -> list[str]:
    tables = _tables(content)
    return [
        f"{key}: {len(tables[key]['rows'])} rows of {number}"
        for key, number in content["held"].items()
        if key in tables and len(tables[key]["rows"]) != number
    ]


def _rows(content: dict[str, Any], user: User) -> list[str]:
    """Each row that is held now, by its key."""
    tables, person, wrong = _tables(content), person_of(user), []
    if content["person"]["account"] != user.pk:
        return ["this copy is another person's"]
    for way in held.ways_of(person):
        key = f"{way.activity.key}/{way.trail.key}"
        given = {row["key"] for row in tables.get(key, {"rows": []})["rows"]}
        here = {values.row_key(pk, way) for pk in way.trail.rows(person).values_list("pk", flat=True)}
        wrong += [f"{key}: row {pk} is missing" for pk in sorted(here - given)]
        wrong += [f"{key}: row {pk} is not held" for pk in sorted(given - here)]
    return wrong
