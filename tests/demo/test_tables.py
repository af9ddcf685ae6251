"""The quick way of making the tables runs the SQL that Django's own would."""

from collections.abc import Callable

import pytest
from django.contrib.postgres.operations import TrigramExtension
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from demo import tables

OURS = {"accounts", "booking", "common", "demo", "editorial", "legal", "places", "practitioners", "search"}
NEWEST = 8


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None)


@pytest.fixture(scope="module")
def plan(loader: MigrationLoader) -> list[migrations.Migration]:
    """All migrations, each after those that it needs, ours at the end."""
    keys: dict[tuple[str, str], None] = {}
    for leaf in sorted(loader.graph.leaf_nodes(), key=lambda leaf: (leaf[0] in OURS, leaf)):
        keys.update(dict.fromkeys(loader.graph.forwards_plan(leaf)))
    return [loader.graph.nodes[key] for key in keys]


def sql_of(plan: list[migrations.Migration], state: ProjectState) -> list[str]:
    state.apps  # noqa: B018 - as Django does before the first
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        for migration in plan:
            state = migration.apply(state, editor, collect_sql=True)
    return list(editor.collected_sql)


@pytest.mark.django_db
def test_the_newest_migrations_run_the_same_sql(plan: list[migrations.Migration]) -> None:
    before, newest = ProjectState(), plan[-NEWEST:]
    for migration in plan[:-NEWEST]:
        before = migration.mutate_state(before, preserve=False)
    slowly = sql_of(newest, before.clone())
    with tables.rendering_what_changes():
        quickly = sql_of(newest, before.clone())
    assert quickly == slowly
    assert sum(line.startswith(("CREATE TABLE", "ALTER TABLE")) for line in quickly) > NEWEST


def beginning() -> list[migrations.operations.base.Operation]:
    return [
        migrations.CreateModel("Town", [("id", models.BigAutoField(primary_key=True)), ("code", models.TextField(unique=True))]),
        migrations.CreateModel(
            "House",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("town", models.ForeignKey("apart.Town", models.CASCADE, to_field="code")),
                ("others", models.ManyToManyField("apart.Town", related_name="+")),
            ],
        ),
        migrations.CreateModel("Castle", [("towers", models.IntegerField())], bases=("apart.house",)),
    ]  # fmt: skip


def steps(*operations: migrations.operations.base.Operation) -> list[migrations.Migration]:
    found = []
    for number, some in enumerate([beginning(), *([operation] for operation in operations)]):
        migration = migrations.Migration(f"step_{number}", "apart")
        migration.operations = some
        found.append(migration)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    "made",
    [
        lambda: migrations.AddField("House", "name", models.TextField(default="")),
        lambda: migrations.AddField("Town", "name", models.CharField(max_length=10, default="")),
        lambda: migrations.AlterField("Town", "code", models.CharField(max_length=30, unique=True)),
        lambda: migrations.AlterField("House", "town", models.ForeignKey("apart.Town", models.PROTECT, null=True)),
        lambda: migrations.RemoveField("House", "others"),
        lambda: migrations.RenameField("Town", "code", "insee"),
        lambda: migrations.RenameModel("House", "Home"),
        lambda: migrations.AddConstraint("Castle", models.CheckConstraint(condition=models.Q(towers__gt=0), name="some")),
        lambda: migrations.AddIndex("House", models.Index("town", name="by_town")),
        TrigramExtension,
    ],
    ids=lambda made: type(made()).__name__,
)  # fmt: skip
def test_each_kind_of_change_after_others(made: Callable[[], migrations.operations.base.Operation]) -> None:
    def several() -> list[migrations.Migration]:
        return steps(migrations.AlterModelOptions("Town", {"ordering": ["code"]}), made())

    slowly = sql_of(several(), ProjectState())
    with tables.rendering_what_changes():
        quickly = sql_of(several(), ProjectState())
    assert quickly == slowly
    assert any(line.startswith(("CREATE", "ALTER", "DROP")) for line in quickly)


@pytest.mark.django_db
def test_only_what_changed_is_rendered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    reloaded: list[set[tuple[str, str]]] = []
    django = ProjectState._reload

    def counted(state: ProjectState, models: set[tuple[str, str]]) -> None:
        reloaded.append(set(models))
        django(state, models)

    monkeypatch.setattr(ProjectState, "_reload", counted)
    with tables.rendering_what_changes():
        sql_of(steps(migrations.AlterModelOptions("Town", {})), ProjectState())
    assert reloaded[-1] == {("apart", "town")}
