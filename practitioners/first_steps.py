"""What a newly listed practitioner does until the first appointment, each step with what it changes. Higher apps add theirs."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.registry import Registry
from practitioners.models import Practitioner


@dataclass(frozen=True)
class FirstStep:
    """`where` is the name of the page that takes it; one that `is_optional` is shown, and not counted."""

    label: str | Promise
    hint: str | Promise
    where: str
    is_done: Callable[[Practitioner], bool]
    is_optional: bool = False


@dataclass(frozen=True)
class Line:
    step: FirstStep
    url: str
    is_done: bool


@dataclass(frozen=True)
class FirstSteps:
    lines: list[Line]

    @property
    def total(self) -> int:
        return sum(not line.step.is_optional for line in self.lines)

    @property
    def done(self) -> int:
        return sum(line.is_done and not line.step.is_optional for line in self.lines)


first_steps: Registry[FirstStep] = Registry("first steps")
# What ends them: a first appointment, says the app that knows of appointments.
milestones: Registry[Callable[[Practitioner], bool]] = Registry("ends of the first steps")


def first_steps_of(practitioner: Practitioner) -> FirstSteps | None:
    """None before the listing, and once a milestone is reached."""
    if not practitioner.is_listed or any(reached(practitioner) for reached in milestones):
        return None
    return FirstSteps([Line(step, reverse(step.where), step.is_done(practitioner)) for step in first_steps])


def register_own() -> None:
    first_steps.register(
        "page",
        FirstStep(
            _("Tell who you are"),
            _("A portrait, one sentence and your way of working: it is what people read before they choose."),
            "office_page",
            _has_told,
        ),
        order=10,
    )
    first_steps.register(
        "place",
        FirstStep(
            _("Say how to come to you"),
            _("The door, the floor, the bus: nobody looks for you five minutes before the session."),
            "office_facts",
            lambda practitioner: any(place.access for place in practitioner.places.all()),
            is_optional=True,
        ),
        order=50,
    )


def _has_told(practitioner: Practitioner) -> bool:
    page = getattr(practitioner, "page", None)
    return bool(page and page.portrait_id and page.headline and page.word)
