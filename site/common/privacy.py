"""What an app declares about personal data: one `privacy.py` an app, with these dataclasses.

The legal app iterates `activities`; a test fails when a model holds personal data that no activity covers.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from common.registry import Registry
from common.wording import spaced


class Role(StrEnum):
    CONTROLLER = "controller"
    PROCESSOR = "processor"


class Fate(StrEnum):
    ERASE = "erase"
    ANONYMISE = "anonymise"


@dataclass(frozen=True)
class Retention:
    """`months` after `starts` (a phrase a reader understands), then, where the law asks for it, `archive_months` more
    in restricted archive (read with a reason, which is recorded), then `fate`."""

    months: int | None
    starts: str
    fate: Fate = Fate.ERASE
    archive_months: int = 0


@dataclass(frozen=True)
class Binding:
    """The rows an activity concerns: `model` is `app_label.ModelName`, `fields` those that hold personal data."""

    model: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Activity:
    """One line of the register of processing (GDPR art. 30). Texts are in French: the register is a French document."""

    key: str
    purpose: str
    people: tuple[str, ...]
    legal_basis: str
    retention: Retention
    bindings: tuple[Binding, ...]
    recipients: tuple[str, ...] = ()
    role: Role = Role.CONTROLLER
    transfers: str = "Aucun transfert hors de l’Union européenne."
    security: str = "Accès nominatif, second facteur pour les équipes, chiffrement en transit, journal des accès."
    provisional: bool = field(default=False)


activities: Registry[Activity] = Registry("processing activities")
# Models that hold no personal data, with the reason, where the automatic guess of the test is wrong.
exempt_models: Registry[tuple[str, str]] = Registry("models without personal data")
# Fields that hold no personal data, with the reason, where the guess is wrong for one field.
exempt_fields: Registry[tuple[str, str]] = Registry("fields without personal data")
# Models that stand for a person, besides the account: a link to one of them is personal.
people_models: Registry[str] = Registry("models of people")


def declare(*declared: Activity) -> None:
    for activity in declared:
        activities.register(activity.key, _spaced(activity))


def _spaced(activity: Activity) -> Activity:
    return replace(
        activity,
        purpose=spaced(activity.purpose),
        people=tuple(map(spaced, activity.people)),
        legal_basis=spaced(activity.legal_basis),
        recipients=tuple(map(spaced, activity.recipients)),
        retention=replace(activity.retention, starts=spaced(activity.retention.starts)),
        transfers=spaced(activity.transfers),
        security=spaced(activity.security),
    )


def exempt_field(model: str, *names: str, reason: str) -> None:
    for name in names:
        exempt_fields.register(f"{model}.{name}", (f"{model}.{name}", reason))


def stands_for_people(*models: str) -> None:
    for model in models:
        people_models.register(model, model)


def exempt(model: str, reason: str) -> None:
    exempt_models.register(model, (model, reason))
