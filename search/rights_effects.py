"""What restricting means in the search."""

from legal.rights import effects
from legal.rights.effects import Effect


def register() -> None:
    effects.freeze(Effect("search-alerts", "Vos alertes sont gardées, et ne cherchent ni n’écrivent."))
    effects.leave(effects.ASKED, "client-favourites")
    effects.leave(effects.COURT, "search-alert-consents")
    effects.leave("Qui n’est plus montré n’est plus classé : son rang disparaît avec sa page.", "search-ranking")
