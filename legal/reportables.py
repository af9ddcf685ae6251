"""What can be reported (V3). Apps above register their models in `ready()`; this app knows none of them.

    from legal.reportables import Reportable, reportables

    reportables.register("avis", Reportable(key="avis", model="practitioners.Review", …))

The key is part of the public address: `/signaler/<key>/<pk>/`.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils.functional import Promise

from common.registry import Registry


@dataclass(frozen=True)
class Reportable:
    """`carry_out(obj, decision=, reason=, now=)` runs in the transaction of the decision: `keep`, `suspend` or `delete`.

    After a complaint it also takes `lifts`, the reason of the decision that is put aside, and answers False when something else
    than that decision keeps the object as it is.
    """

    key: str
    model: str
    name: str | Promise  # what it is called in a sentence: "review", "profile"
    label: Callable[[Any], str]  # how this one is called: "Review of 3 October on Claire Morel"
    url: Callable[[Any], str]
    is_public: Callable[[Any], bool]  # what the public cannot see cannot be reported, nor its existence guessed
    author_email: Callable[[Any], str]  # who receives the other copy of the decision; empty when nobody can be reached
    carry_out: Callable[..., bool | None]
    grounds: tuple[str, ...] = ()  # values of Report.Ground; empty means all

    @property
    def model_class(self) -> type[Model]:
        return apps.get_model(self.model)

    def find(self, pk: int) -> Model | None:
        """The object if the public may see it."""
        found = self.model_class._default_manager.filter(pk=pk).first()
        return found if found is not None and self.is_public(found) else None

    def apply(self, obj: Model, *, decision: str, reason: str, now: dt.datetime, lifts: str = "") -> bool:
        """Whether it was done."""
        more = {"lifts": lifts} if lifts else {}
        return self.carry_out(obj, decision=decision, reason=reason, now=now, **more) is not False


reportables: Registry[Reportable] = Registry("reportable models")


def reportable(key: str) -> Reportable | None:
    return reportables.get(key) if key in reportables else None


def reportable_of(model: type[Model]) -> Reportable | None:
    """The registration that covers rows of `model`, None when its app withdrew it."""
    return next((item for item in reportables if item.model_class is model), None)
