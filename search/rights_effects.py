"""What restricting means in the search."""

from legal.rights import effects
from legal.rights.effects import Effect


def register() -> None:
    effects.freeze(Effect("search-alerts", "Vos alertes sont gardées, et ne cherchent ni n’écrivent."))
