"""JSON that keeps moments: what a message will say is frozen with it, dates included."""

import datetime as dt
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


class FrozenEncoder(DjangoJSONEncoder):
    """Moments and days are written under a name of their own; lazy texts and the rest as Django does."""

    def default(self, o: Any) -> Any:
        if isinstance(o, dt.datetime):
            return {"$moment": o.isoformat()}
        if isinstance(o, dt.date):
            return {"$day": o.isoformat()}
        return super().default(o)


def _thaw(found: dict[str, Any]) -> Any:
    if "$moment" in found:
        return dt.datetime.fromisoformat(found["$moment"])
    if "$day" in found:
        return dt.date.fromisoformat(found["$day"])
    return found


class FrozenDecoder(json.JSONDecoder):
    def __init__(self, **options: Any) -> None:
        super().__init__(object_hook=_thaw, **options)
