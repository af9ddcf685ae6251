"""Personal data of the register of breaches."""

import datetime as dt
from collections.abc import Sequence

from common.personal_rows import Trail, lead
from common.privacy import Activity, Binding, Retention, declare, exempt_field
from common.retention import Rule, ending, keep_until
from legal.models import Breach, BreachEvent, BreachMessage

TEAM = "Travail des équipes : seul figure ce qui dit que c’était vous."


def register() -> None:
    declare(
        Activity(
            key="breaches",
            purpose="Documenter les violations de données, prévenir la CNIL, les praticiens et les personnes",
            people=("clients", "praticiens", "équipes"),
            legal_basis="Obligation légale (articles 33 et 34 du RGPD)",
            retention=Retention(months=60, starts="clôture"),
            recipients=("CNIL", "le praticien dont les clients sont concernés"),
            bindings=(
                Binding("legal.BreachPerson", ("user",)),
                Binding("legal.Breach", ("opened_by",)),
                Binding("legal.BreachEvent", ("by", "words", "facts")),
                Binding("legal.BreachMessage", ("asked_by", "words")),
            ),
            provisional=True,
        )
    )
    keep_until(
        Rule(
            key="breaches",
            activity="breaches",
            model="legal.Breach",
            says="Violations closes : effacées du registre, avec leurs étapes, leurs messages et la liste des personnes.",
            expired=lambda moment: Breach.objects.filter(closed_at__lt=moment),
            end=_end,
        )
    )
    lead(
        Trail("legal.BreachPerson", links=("user_id",), also=("clients", "told_person_at", "told_controller_at")),
        Trail("legal.Breach", role="team", links=("opened_by_id",), fields=("opened_by",), withheld=TEAM, also=("reference",)),
        Trail("legal.BreachEvent", role="team", links=("by_id",), fields=("by",), withheld=TEAM, also=("at",)),
        Trail("legal.BreachMessage", role="team", links=("asked_by_id",), fields=("asked_by",), withheld=TEAM, also=("asked_at",)),
    )  # fmt: skip
    words = "Faits de l’incident, sans personne : qui est concerné se trouve dans une table à part."
    exempt_field("legal.Breach", "title", "facts", "natures", "categories", "consequences", "measures", reason=words)
    exempt_field(
        "legal.Breach", "cnil_reference", "cnil_late_reason", "not_notified_reason", "lessons", reason=words
    )  # fmt: skip


def _end(keys: Sequence[int], now: dt.datetime) -> None:
    with ending():
        BreachEvent._base_manager.filter(breach__in=keys).delete()
        BreachMessage.objects.filter(breach__in=keys).delete()
        Breach.objects.filter(pk__in=keys).delete()
