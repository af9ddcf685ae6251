"""Which columns are sealed with `FIELD_KEYS`: each app says so in its privacy module, and a test fails for one that is not said.

Sealing again with the first key (`rotate_field_keys`) reads this list. Files of the private storage are sealed as a whole
(common.sealed_files) and need no line here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from common.registry import Registry


@dataclass(frozen=True)
class Sealed:
    """`inside`: the column is a JSON object, of which these values are sealed (a text, or a list of texts)."""

    model: str
    field: str
    inside: tuple[str, ...] = ()

    @property
    def rows(self) -> Any:
        return apps.get_model(self.model)._base_manager

    def tokens(self, value: Any) -> Iterator[str]:
        """What is sealed in one value of the column."""
        for part in [value] if not self.inside else [value.get(name) for name in self.inside if value]:
            yield from (token for token in (part if isinstance(part, list) else [part]) if token)


sealed_fields: Registry[Sealed] = Registry("sealed columns")


def seals(model: str, field: str, *, inside: tuple[str, ...] = ()) -> None:
    sealed_fields.register(f"{model}.{field}", Sealed(model, field, inside))
