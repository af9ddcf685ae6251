"""What is asked and written at every booking, without building its SQL anew each time: that costs Django more than asking does.

A `Compiled` query is an ordinary queryset whose SQL Django writes once in a process; values stand in it as `Given("name")` and
come with each reading. `insert` and `update` write one row as `save()` does, of models to whose rows nobody listens.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from inspect import getattr_static
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    Expression,
    Field,
    IntegerField,
    Model,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    QuerySet,
    SmallIntegerField,
    TextField,
)
from django.db.models.base import ModelState
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init
from django.db.transaction import TransactionManagementError

from common.postgres.statements import Row, Values

M = TypeVar("M", bound=Model)


def ask(sql: str, values: Values) -> tuple[list[Row], int]:
    """For SQL that never changes: PostgreSQL keeps its plan. The rows of the answer, and how many were read or written.

    Values are sent beside the SQL, so each needs a type: `%s::date` where nothing near it says which.
    """
    answer: tuple[list[Row], int] = connections[DEFAULT_DB_ALIAS].ask(sql, values)  # type: ignore[attr-defined]
    return answer


class Given(Expression):
    """A value of a compiled query: `filter(pk=Given("pk"))`. Sent as it is: nothing converts or checks it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:  # type: ignore[override]
        return "%s", [self]


class _Plan(NamedTuple):
    sql: str
    params: tuple[Any, ...]
    converters: list[tuple[int, tuple[list[Any], Any]]]
    make: Callable[[tuple[Any, ...]], Any]


class Compiled(Generic[M]):
    """`Compiled(lambda: Place.objects.filter(pk=Given("pk")))`, of models with `select_related` and annotations, or of `values_list`.

    Nothing is prefetched, and `None` given is never `IS NULL`. A query that locks is asked inside a transaction, as ever.
    """

    def __init__(self, queryset: Callable[[], "QuerySet[M, Any]"]) -> None:
        self._queryset = queryset

    def all(self, **given: Any) -> list[Any]:
        return list(self._made(given))

    def first(self, **given: Any) -> Any:
        """Its first row; which one that is, and that no more are read, the query says."""
        return next(self._made(given), None)

    def exists(self, **given: Any) -> bool:
        return bool(self._fetched(given))

    def _made(self, given: dict[str, Any]) -> Iterator[Any]:
        rows = self._fetched(given)
        converters, make = self._plan.converters, self._plan.make
        for row in rows:
            if converters:
                values = list(row)
                for place, (converts, expression) in converters:
                    for convert in converts:
                        values[place] = convert(values[place], expression, connection)
                row = tuple(values)
            yield make(row)

    def _fetched(self, given: dict[str, Any]) -> list[tuple[Any, ...]]:
        if self._locks and not connection.in_atomic_block:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        sql, params, _converters, _make = self._plan
        return ask(sql, [given[one.name] if isinstance(one, Given) else one for one in params])[0]

    @cached_property
    def _locks(self) -> bool:
        return bool(self._queryset().query.select_for_update)

    @cached_property
    def _plan(self) -> _Plan:
        queryset = self._queryset()
        if queryset._prefetch_related_lookups:  # type: ignore[attr-defined]
            raise TypeError("a compiled query prefetches nothing")
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        columns = [column[0] for column in compiler.select[: compiler.col_count]]
        converters = list(compiler.get_converters(columns).items())
        return _Plan(sql, tuple(params), converters, _maker(queryset, compiler))


def _maker(queryset: "QuerySet[Any, Any]", compiler: Any) -> Callable[[tuple[Any, ...]], Any]:
    """How `ModelIterable` makes a model of a row; a row of values is itself."""
    if queryset._iterable_class is not ModelIterable:  # type: ignore[attr-defined]
        return tuple
    info, select = compiler.klass_info, compiler.select
    places = info["select_fields"]
    start, end = places[0], places[-1] + 1
    make_one = _from_db(info["model"], [column[0].target.attname for column in select[start:end]])
    related = get_related_populators(info, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
    _quicken(related)
    annotations = list((compiler.annotation_col_map or {}).items())

    def make(row: tuple[Any, ...]) -> Any:
        made = make_one(row[start:end])
        for one in related:
            one.populate(row, made)
        for name, place in annotations:
            setattr(made, name, row[place])
        return made

    return make


def _from_db(model: type[Model], names: Sequence[str]) -> Callable[[Sequence[Any]], Model]:
    """`model.from_db` of these fields, written for a plain model as what it comes to: its values, and that it was read.

    Plain: nobody listens to its making, nothing is done there but by `note_read` (the names and the values), which such a model
    is told. A field whose class wants to see each value (a telephone number, a file) sees it.
    """
    listened = pre_init.has_listeners(model) or post_init.has_listeners(model)
    own = model.from_db.__func__ is not Model.from_db.__func__  # type: ignore[attr-defined]
    note_read = getattr(model, "note_read", None)
    if listened or model.__init__ is not Model.__init__ or (own and note_read is None):
        return partial(model.from_db, DEFAULT_DB_ALIAS, names)
    watched = [
        name
        for name in names
        if type(getattr_static(model, name)) not in {DeferredAttribute, ForeignKeyDeferredAttribute}
    ]

    def make(values: Sequence[Any]) -> Model:
        made = model.__new__(model)
        state = ModelState()
        state.adding, state.db = False, DEFAULT_DB_ALIAS
        made.__dict__.update(zip(names, values, strict=True), _state=state)
        for name in watched:
            setattr(made, name, made.__dict__.pop(name))
        if note_read is not None:
            note_read(made, names, values)
        return made

    return make


class _Quick:
    """What a populator asks of a model."""

    def __init__(self, model: type[Model], names: Sequence[str]) -> None:
        self._make = _from_db(model, names)

    def from_db(self, _db: str, _names: Sequence[str], values: Sequence[Any]) -> Model:
        return self._make(values)


def _quicken(populators: Iterable[Any]) -> None:
    for one in populators:
        one.model_cls = _Quick(one.model_cls, one.init_list)
        _quicken(one.related_populators)


class _Written(NamedTuple):
    """The beginning of an insert, the marks of a row, the return of its key."""

    into: str
    marks: str
    returning: str
    fields: tuple["Field[Any, Any]", ...]
    key: "Field[Any, Any]"


@lru_cache(maxsize=64)
def _written(model: type[Model]) -> _Written:
    """An insert says every field that the database does not fill in."""
    meta = model._meta
    key = meta.pk
    assert key is not None
    fields = tuple(
        one for one in meta.concrete_fields if one is not key and not one.generated and not one.has_db_default()
    )
    columns = ", ".join(_quoted(one) for one in fields)
    marks = ", ".join(["%s"] * len(fields))
    into = f"INSERT INTO {connection.ops.quote_name(meta.db_table)} ({columns}) VALUES "  # noqa: S608 (names of columns)
    return _Written(into, f"({marks})", f" RETURNING {_quoted(key)}", fields, key)


def _quoted(field: "Field[Any, Any]") -> str:
    return connection.ops.quote_name(str(field.column))


def insert(row: Model) -> None:
    """A new row whose key the database gives, and what else it fills in. No signal is sent."""
    into, marks, returning, fields, _key = _written(type(row))
    (((row.pk,),), _count) = ask(into + marks + returning, _values(row, fields, adding=True))
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def insert_new(rows: Sequence[Model]) -> None:
    """Several of one model at once, but those that are there already. Their keys are not asked for; no signal is sent."""
    if not rows:
        return
    into, marks, _returning, fields, _key = _written(type(rows[0]))
    values = [value for row in rows for value in _values(row, fields, adding=True)]
    ask(into + ", ".join([marks] * len(rows)) + " ON CONFLICT DO NOTHING", values)


# What such a field would hand on as it is.
_AS_IT_IS: dict[type["Field[Any, Any]"], type] = {
    BigIntegerField: int, BooleanField: bool, CharField: str, IntegerField: int, PositiveIntegerField: int,
    PositiveSmallIntegerField: int, SmallIntegerField: int, TextField: str,
}  # fmt: skip


def _values(row: Model, fields: Iterable["Field[Any, Any]"], *, adding: bool) -> list[Any]:
    values = []
    for field in fields:
        value = field.pre_save(row, adding)
        if type(value) is not _AS_IT_IS.get(type(field)):
            value = field.get_db_prep_save(value, connection)
        values.append(value)
    return values


def update(row: Model, names: Collection[str]) -> None:
    """Only these fields of a row that exists. No signal is sent."""
    fields: list[Field[Any, Any]] = [row._meta.get_field(name) for name in names]  # type: ignore[misc]
    if not fields:
        return
    sets = ", ".join(f"{_quoted(field)} = %s" for field in fields)
    values = _values(row, fields, adding=False)
    key = _written(type(row)).key
    table = connection.ops.quote_name(row._meta.db_table)
    _rows, count = ask(f"UPDATE {table} SET {sets} WHERE {_quoted(key)} = %s", [*values, row.pk])  # noqa: S608 (likewise)
    if not count:
        raise DatabaseError(f"no {type(row).__name__} {row.pk} to update")
