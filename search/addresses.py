"""The search's addresses: one spelling for one question, so that a shared link says what was asked and nothing else."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from search import vocabulary

SEARCH = "/recherche/"
# Their order in every address; the form sends them in the same one.
ORDER = (
    "q",
    "exact",
    "lieu",
    "autour",
    "rayon",
    "bbox",
    "pratique",
    "theme",
    "mode",
    "disponible",
    "moment",
    "prix_max",
    "note_min",
    "langue",
    "paiement",
    "acces",
    "tri",
    "page",
)
# A choice that is "another one" takes its value from a field beside it: (choice, word, field).
OWN_VALUES = (("disponible", "date", "jour"), ("prix_max", "autre", "prix"))
SAID_DISTANCE = re.compile(r"\d\s*k", re.IGNORECASE)
DEFAULTS = {"rayon": str(vocabulary.DEFAULT_RADIUS), "tri": "classement", "page": "1"}


class Parameters(Protocol):
    def lists(self) -> Iterable[tuple[str, list[str]]]: ...


@dataclass(frozen=True)
class Address:
    """A question as an address. Values are kept in the order they came, parameters in theirs."""

    values: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, Sequence[str]]) -> "Address":
        """Of what was understood (`Parsed.raw`): the page is not carried along."""
        return cls(tuple((name, value) for name, found in values.items() for value in found if name != "page"))

    def without(self, *names: str) -> "Address":
        return Address(tuple(pair for pair in self.values if pair[0] not in names))

    def drop(self, name: str, value: str) -> "Address":
        return Address(tuple(pair for pair in self.values if pair != (name, value)))

    def only(self, *names: str) -> "Address":
        return Address(tuple(pair for pair in self.values if pair[0] in names))

    def setting(self, **changes: str) -> "Address":
        """With these single values in place of what was there; an empty one drops the parameter."""
        kept = self.without(*changes)
        return Address(kept.values + tuple((name, value) for name, value in changes.items() if value))

    def get(self, name: str) -> str:
        return next((value for key, value in self.values if key == name), "")

    @property
    def query(self) -> str:
        known = [pair for name in ORDER for pair in self.values if pair[0] == name and not self._is_usual(*pair)]
        return urlencode(known, safe=":,")

    def _is_usual(self, name: str, value: str) -> bool:
        # A distance said in the words (« à 10 km ») is overruled by the usual one only when that is said.
        return value == DEFAULTS.get(name) and not (name == "rayon" and SAID_DISTANCE.search(self.get("q")))

    def __str__(self) -> str:
        return f"{SEARCH}?{self.query}" if self.query else SEARCH


def tidied(parameters: Parameters) -> Address | None:
    """The address to go to instead, when a form without a script sent empty fields or a value of one's own; else nothing.

    Parameters that mean nothing here are left to the parser, which says that it ignored them.
    """
    given = [(name, value) for name, values in parameters.lists() for value in values]
    fields = {field for _choice, _word, field in OWN_VALUES}
    words = {(choice, word) for choice, word, _field in OWN_VALUES}
    values = [pair for pair in given if pair[1].strip() and pair[0] not in fields and pair not in words]
    for choice, word, field in OWN_VALUES:
        typed = next((value.strip() for name, value in given if name == field and value.strip()), "")
        chosen = [value for name, value in given if name == choice and value.strip()]
        if typed and (not chosen or chosen == [word]):
            values.append((choice, typed))
    named = {name for name, _value in values}
    if "lieu" in named:
        values = [pair for pair in values if pair[0] != "autour"]
    if len(values) == len(given):
        return None
    return Address(tuple(values))
