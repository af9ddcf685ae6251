"""The copy of everything that is held about a person: one ZIP with data.json, the files and a page to read it all without the site."""

import datetime as dt
import json
import tempfile
import zipfile
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User
from common.personal_rows import Person, Way
from legal import entries
from legal.rights import held, names, values
from legal.rights.people import person_of

FORMAT = "mon-pro-du-bien-etre/copie-des-donnees"
VERSION = 1
DATA, INDEX = "data.json", "index.html"
# Where a trail gives no reason of its own.
OTHERS = "Donnée d’une autre personne, ou du travail des équipes."
CNIL = {
    "name": "Commission nationale de l’informatique et des libertés (CNIL)",
    "url": "https://www.cnil.fr/fr/plaintes",
}


def build(*, user: User, now: dt.datetime) -> IO[bytes]:
    """A temporary file with the archive, at its start. Rows are read in one transaction: the copy is of one moment."""
    person = person_of(user)
    target: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    with (
        transaction.atomic(),
        translation.override("fr"),
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        files = values.Kept(add=archive.writestr)
        content = _content(person, user, files, now)
        archive.writestr(DATA, json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
        page = {"copy": content, "activities": _in_words(content), "site_name": settings.WAGTAIL_SITE_NAME}
        archive.writestr(INDEX, render_to_string("rights/copy_index.html", page))
    target.seek(0)
    return target


def _content(person: Person, user: User, files: values.Kept, now: dt.datetime) -> dict[str, Any]:
    by_activity: dict[str, list[Way]] = {}
    all_ways = held.ways_of(person)
    for way in all_ways:
        by_activity.setdefault(way.activity.key, []).append(way)
    activities = []
    for entry in entries.entries():
        tables = [_table(way, person, files) for way in by_activity.get(entry.key, [])]
        activities.append(
            {
                "key": entry.key,
                "purpose": entry.purpose,
                "legal_basis": entry.legal_basis,
                "kept": entry.kept,
                "recipients": entry.recipients,
                "role": "sous-traitant du praticien" if entry.of_processor else "responsable du traitement",
                "count": sum(len(table["rows"]) for table in tables),
                "tables": tables,
            }
        )
    counts = held.counted(all_ways, person)
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": now.isoformat(),
        "publisher": settings.WAGTAIL_SITE_NAME,
        "site": settings.BASE_URL,
        "authority": CNIL,
        "person": {"account": person.key, "email": user.email, "addresses": list(person.addresses)},
        # Counted apart from the rows above, by the database: the validator compares.
        "held": {f"{way.activity.key}/{way.trail.key}": counts.get(number, 0) for number, way in enumerate(all_ways)},
        "activities": activities,
        "files": files.sums,
    }


def _in_words(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The same activities, each row as pairs that a person reads."""
    return [
        {
            **activity,
            "tables": [
                {**table, "rows": [names.row_in_words(row, table["labels"]) for row in table["rows"]]}
                for table in activity["tables"]
            ],
        }
        for activity in content["activities"]
    ]


def _table(way: Way, person: Person, files: values.Kept) -> dict[str, Any]:
    trail = way.trail
    rows = trail.rows(person).order_by("pk")
    withheld = [name for name in way.bound if name not in way.given]
    model = rows.model
    return {
        "model": trail.model,
        "role": trail.role,
        "name": names.of_rows(model),
        "labels": values.labels(trail.model, (*way.given, *trail.also)),
        "withheld": {"fields": withheld, "reason": trail.withheld or OTHERS} if withheld else None,
        "rows": [values.row_facts(row, way, person, files) for row in rows.iterator(chunk_size=500)],
    }
