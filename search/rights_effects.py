"""What restricting means in the search."""

from legal.rights import effects
from legal.rights.effects import Effect


def register() -> None:
    effects.freeze(Effect("search-alerts", "Vos alertes sont gardées, et ne cherchent ni n’écrivent."))
    effects.goes_on("Ces nombres ne disent rien de qui a cherché : il n’y a personne à en retirer.", "usual-searches")
    effects.leave("Ces nombres ne disent rien de qui a cherché.", "usual-searches")
    effects.leave(effects.ASKED, "client-favourites")
    effects.leave(effects.COURT, "search-alert-consents")
    effects.leave("Qui n’est plus montré n’est plus classé : son rang disparaît avec sa page.", "search-ranking")
