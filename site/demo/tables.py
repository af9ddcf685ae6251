"""`migrate` in a fifth of the time, for databases that are made anew: the demo's, the tests'.

After each operation Django renders again every model related to the one that changed, and what is related to those: here nearly
all of them, some 30 000 times. An operation that only touches one table needs that table's model alone. Migrations that do
more (rename, delete, change what foreign keys point at) go Django's way, on models all rendered anew; so do functions that
read or write rows, for Django gives those fresh models by itself (`clear_delayed_apps_cache`). The SQL that is run is the same:
`tests/demo/test_tables.py`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.contrib.postgres.operations import CreateExtension
from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Model

Key = tuple[str, str]
# What reads nothing but the model it names.
OF_ONE_TABLE = (
    CreateExtension,
    migrations.AddConstraint,
    migrations.AddField,
    migrations.AddIndex,
    migrations.AlterModelManagers,
    migrations.AlterModelOptions,
    migrations.AlterUniqueTogether,
    migrations.CreateModel,
    migrations.RemoveConstraint,
    migrations.RemoveField,
    migrations.RemoveIndex,
    migrations.RunPython,
    migrations.RunSQL,
)


def make(verbosity: int = 0) -> None:
    with rendering_what_changes():
        call_command("migrate", verbosity=verbosity, interactive=False)


@contextmanager
def rendering_what_changes() -> Iterator[None]:
    project_state: Any = ProjectState
    found_by_django, applied_by_django = project_state._find_reload_model, migrations.Migration.apply
    one_table = False

    def find(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[Key]:
        if not one_table:
            return set(found_by_django(state, app_label, model_name, delay))
        # Others are stale from now on: Django renders them anew for who needs them.
        state.is_delayed = True
        return {(app_label, model_name), *_bound_to(state, app_label, model_name)}

    def apply(
        migration: migrations.Migration,
        state: ProjectState,
        editor: BaseDatabaseSchemaEditor,
        collect_sql: bool = False,
    ) -> ProjectState:
        nonlocal one_table
        one_table = all(_touches_one_table(migration.app_label, operation, state) for operation in migration.operations)
        if not one_table:
            state.clear_delayed_apps_cache()
            state.apps  # noqa: B018 - rendered here, so that Django keeps it in line
        return applied_by_django(migration, state, editor, collect_sql)

    with (
        mock.patch.object(ProjectState, "_find_reload_model", find),
        mock.patch.object(migrations.Migration, "apply", apply),
    ):
        yield


def _touches_one_table(app_label: str, operation: Operation, state: ProjectState) -> bool:
    if not isinstance(operation, migrations.AlterField):
        return isinstance(operation, OF_ONE_TABLE)
    model = state.models.get((app_label, operation.model_name.lower()))
    known: Any = model and model.fields.get(operation.name)
    # Foreign keys point at what is unique. A field that this very migration makes is not known yet.
    return known is not None and not any(field.primary_key or field.unique for field in (known, operation.field))


def _bound_to(state: ProjectState, app_label: str, model_name: str) -> Iterator[Key]:
    """Models that inherit from this one, and its automatic tables between two: they are made with its class."""
    try:
        model: type[Model] = state.apps.get_model(app_label, model_name)
    except LookupError:
        return
    for heir in model.__subclasses__():
        key = (heir._meta.app_label, str(heir._meta.model_name))
        if state.apps.all_models[key[0]].get(key[1]) is heir:
            yield key
            yield from _bound_to(state, *key)
    for field in model._meta.local_many_to_many:
        through: Any = field.remote_field.through
        # None: the model is swapped for another, as Django's own user is.
        if through is not None and through._meta.auto_created:
            yield through._meta.app_label, through._meta.model_name
