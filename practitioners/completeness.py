"""How complete a profile is (P4), out of what a public page carries (P2), and what to add next.

Ranking reads the percentage (S4), so it depends on facts alone. Higher apps add their criteria: booking, the opening hours.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.registry import Registry
from practitioners.models import Practitioner

CMS = "cms"


@dataclass(frozen=True)
class Criterion:
    """`weight` counts relative to the others; `where` is the name of the page that mends it, or `CMS` for the profile page."""

    key: str
    label: str | Promise
    advice: str | Promise
    weight: int
    is_met: Callable[[Practitioner], bool]
    where: str = CMS

    def url_for(self, practitioner: Practitioner) -> str:
        if self.where == CMS:
            return edit_url(practitioner)
        try:
            return reverse(self.where)
        except NoReverseMatch:
            return reverse("office_home")


@dataclass(frozen=True)
class Missing:
    criterion: Criterion
    gain: int
    url: str


@dataclass(frozen=True)
class Completeness:
    percentage: int
    missing: list[Missing]

    @property
    def next(self) -> Missing | None:
        return self.missing[0] if self.missing else None


criteria: Registry[Criterion] = Registry("criteria of completeness")


def percentage_of(practitioner: Practitioner) -> int:
    """0 to 100, rounded down, so that 100 means everything. Give a row of `Practitioner.objects.with_profile()` when there are many."""
    total = sum(criterion.weight for criterion in criteria)
    return 100 * sum(criterion.weight for criterion in criteria if criterion.is_met(practitioner)) // total


def completeness_of(practitioner: Practitioner) -> Completeness:
    """With what is missing, the most valuable first."""
    total = sum(criterion.weight for criterion in criteria)
    lacking = sorted((c for c in criteria if not c.is_met(practitioner)), key=lambda c: -c.weight)
    return Completeness(
        percentage=100 * (total - sum(c.weight for c in lacking)) // total,
        missing=[Missing(c, max(1, 100 * c.weight // total), c.url_for(practitioner)) for c in lacking],
    )


def edit_url(practitioner: Practitioner) -> str:
    """Where the owner edits the page in the CMS; the office until there is one."""
    page_id = getattr(getattr(practitioner, "page", None), "pk", None)
    return reverse("wagtailadmin_pages:edit", args=[page_id]) if page_id else reverse("office_home")


def register_own() -> None:
    for order, criterion in enumerate(_OWN):
        criteria.register(criterion.key, criterion, order=order)


def _on_page(name: str) -> Callable[[Practitioner], bool]:
    def is_met(practitioner: Practitioner) -> bool:
        page = getattr(practitioner, "page", None)
        return bool(page and getattr(page, name))

    return is_met


def _active_services(practitioner: Practitioner) -> bool:
    return any(service.archived_at is None for service in practitioner.services.all())


_OWN = [
    Criterion(
        "portrait",
        _("Portrait"),
        _("Add a photograph of yourself: people look for a face first."),
        15,
        _on_page("portrait_id"),
    ),
    Criterion(
        "word", _("My way of working"), _("Tell in a few sentences how you work and with whom."), 15, _on_page("word")
    ),
    Criterion(
        "approach", _("How a session goes"), _("Describe a session from beginning to end."), 10, _on_page("approach")
    ),
    Criterion("headline", _("Headline"), _("Write one sentence that says what you do."), 10, _on_page("headline")),
    Criterion(
        "services",
        _("Services"),
        _("Add a service with its length and its price."),
        15,
        _active_services,
        where="office:services",
    ),
    Criterion(
        "places",
        _("Place"),
        _("Say where you receive, and how to come."),
        10,
        lambda p: any(place.access for place in p.places.all()) or p.home_radius_km is not None,
        where="office_facts",
    ),
    Criterion(
        "payment",
        _("Payment methods"),
        _("Say how one can pay."),
        5,
        lambda p: bool(p.payment_methods),
        where="office_facts",
    ),
    Criterion(
        "languages",
        _("Languages"),
        _("Say which languages you speak."),
        5,
        lambda p: bool(p.languages),
        where="office_facts",
    ),
    Criterion(
        "training",
        _("Training"),
        _("Give the school and the year of each practice."),
        5,
        lambda p: bool(p.practice_links.all()) and all(link.school and link.year for link in p.practice_links.all()),
        where="office_facts",
    ),
    Criterion(
        "faq", _("Questions and answers"), _("Answer three questions you are often asked."), 5, lambda p: _faq(p) >= 3
    ),
    Criterion("gallery", _("Gallery"), _("Show the place where you receive."), 5, _on_page("gallery")),
]


def _faq(practitioner: Practitioner) -> int:
    page = getattr(practitioner, "page", None)
    return len(page.faq) if page else 0
