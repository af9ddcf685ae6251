"""A practitioner who leaves in ten days, and a formal notice that waits to be met."""

import datetime as dt

from accounts.models import User
from common import clock
from practitioners.actions import ends
from practitioners.models import Practitioner


def story(*, people: list[Practitioner], verifier: User) -> None:
    """Of the last ones, whom no other story counts on."""
    now = clock.now()
    leaving, noticed = people[-1], people[-2]
    ends.leave(practitioner=leaving, reasons="Je pars m’installer à l’étranger.", now=now - dt.timedelta(days=5))
    ends.give_notice(
        practitioner=noticed,
        text="Votre page cite une formation qui ne figure pas dans votre dossier. Retirez-la, ou envoyez le certificat.",
        rule="Contrat du praticien, article 6",
        by=verifier,
        now=now - dt.timedelta(days=3),
    )
