"""Where personal data live: each table and column, from what the code declares. Needs no database."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from common import privacy
from common.privacy import Activity, Fate
from common.retention import rules
from common.sealed import sealed_fields
from common.sealed_files import private_storage

HEAD = """# Where personal data live

Written by `manage.py data_map` from the activities of the register, the rules of retention and the sealed columns, as the code
declares them; `make check` fails when it is not up to date. Times are those delivered: the legal team may have changed them in the
register (CMS → Processing), which prevails. Activities are explained there.

- **sealed**: encrypted with `FIELD_KEYS`, which are not in the database ([operations](operations.md#keys)). **sealed file**: so is the
  file, in the private storage. **hash**: only a digest is kept. **salted**: commitments and their salts. What is left is in clear
  within the database, whose disk and backups are encrypted by the host.
- **ends**: *erase*, *anonymise*; after the time, the rules of the nightly run that do it (`legal.retention`), or – where
  none is named – what ends it is said by the activity. A star: provisional, the Annexe A of the specification does not name it.
"""
_NEVER_IN_PRODUCTION = "demo"
_FATES = {Fate.ERASE: "erase", Fate.ANONYMISE: "anonymise"}


@dataclass(frozen=True)
class Column:
    table: str
    name: str
    encryption: str
    activities: tuple[Activity, ...]


def page() -> str:
    found: dict[str, list[Column]] = {}
    for column in columns():
        found.setdefault(column.table, []).append(column)
    parts = [HEAD]
    for label in sorted({_app(table) for table in found}):
        parts.append(f"## {label}\n\n| table | column | activity | kept as |\n|---|---|---|---|")
        parts += [
            f"| {table} | {column.name} | {', '.join(activity.key for activity in column.activities)} | {column.encryption} |"
            for table in sorted(found)
            if _app(table) == label
            for column in found[table]
        ]
        parts.append("")
    parts.append("## How long\n\n| activity | role | time | from | ends | rules |\n|---|---|---|---|---|---|")
    lasting = [each for each in privacy.activities if any(not _of_the_demo(binding) for binding in each.bindings)]
    parts += [_time(activity) for activity in sorted(lasting, key=lambda each: each.key)]
    return "\n".join(parts) + "\n"


def columns() -> Iterator[Column]:
    """In the order of the tables, then of the model's fields."""
    bound: dict[tuple[str, str], list[Activity]] = {}
    for activity in privacy.activities:
        for binding in activity.bindings:
            for name in binding.fields:
                bound.setdefault((apps.get_model(binding.model)._meta.label, name), []).append(activity)
    for model in sorted(apps.get_models(), key=lambda each: each._meta.db_table):
        if model._meta.app_label == _NEVER_IN_PRODUCTION:
            continue
        for field in [*model._meta.fields, *model._meta.many_to_many]:
            activities = bound.get((model._meta.label, field.name), [])
            if activities or f"{model._meta.label}.{field.name}" in sealed_fields:
                table, name = model._meta.db_table, str(field.column)
                if isinstance(field, models.ManyToManyField):
                    table, name = str(field.remote_field.through._meta.db_table), "each row"  # type: ignore[union-attr]
                yield Column(table, name, _kept_as(field), tuple(dict.fromkeys(activities)))


def _of_the_demo(binding: privacy.Binding) -> bool:
    return apps.get_model(binding.model)._meta.app_label == _NEVER_IN_PRODUCTION


def _kept_as(field: models.Field) -> str:
    owner = field.model._meta.label
    sealed = f"{owner}.{field.name}"
    if sealed in sealed_fields:
        inside = sealed_fields.get(sealed).inside
        return f"sealed ({', '.join(inside)})" if inside else "sealed"
    if isinstance(field, models.FileField) and field.deconstruct()[3].get("storage") is private_storage:
        return "sealed file"
    if field.name == "password" or field.name.endswith("_hash"):
        return "hash"
    return "salted" if field.name in {"commitment", "salt"} else ""


def _app(table: str) -> str:
    return table.split("_", 1)[0]


def _time(activity: Activity) -> str:
    kept = activity.retention
    time = "–" if kept.months is None else f"{kept.months} months"
    if kept.archive_months:
        time += f", then {kept.archive_months} in archive"
    named = ", ".join(f"`{rule.key}`" for rule in rules if rule.activity == activity.key)
    note = " *" if activity.provisional else ""
    return f"| {activity.key}{note} | {activity.role} | {time} | {kept.starts} | {_FATES[kept.fate]} | {named} |"
