"""What this app adds to the registries of the apps below: rights of the roles, pages of the office, what can be reported."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role, permissions
from common.registry import NavItem, office_nav
from common.wording import elided
from legal.middleware import keep_open
from legal.reportables import Reportable, reportables
from practitioners.models import Practitioner, Review
from practitioners.office_tasks import office_tasks, own_tasks


def register() -> None:
    permissions.register(
        "practitioners.verification",
        (
            Role.VERIFICATION,
            [
                "practitioners.view_practitioner",
                "practitioners.view_applicationitem",
                "practitioners.change_applicationitem",
                "practitioners.view_savedreply",
                "practitioners.add_savedreply",
                "practitioners.change_savedreply",
                "practitioners.delete_savedreply",
            ],
        ),
    )
    permissions.register(
        "practitioners.operator",
        (Role.OPERATOR, ["practitioners.view_practitioner", "practitioners.change_practitioner"]),
    )
    catalogue = [
        f"practitioners.{verb}_{model}" for verb in ("view", "add", "change") for model in ("theme", "practice")
    ]
    permissions.register("practitioners.catalogue", (Role.EDITOR, catalogue))
    # Leaving, the rights of clients, a sub-processor that one objects to, and evidence whose absence ends the listing.
    keep_open(
        "office_leaving",
        "office_right",
        "office_oversight",
        "office_provider_object",
        "office_item",
        "office_file_submit",
        "office_file_message",
    )
    office_nav.register("home", NavItem(gettext_lazy("Overview"), "office_home", "home"), order=10)
    page = gettext_lazy("My page")
    for order, key, item in [
        (50, "page", NavItem(page, "office_page", "user-circle", group=page)),
        (55, "sharing", NavItem(gettext_lazy("Share my page"), "office_sharing", "share", group=page)),
        (60, "facts", NavItem(gettext_lazy("My details"), "office_facts", "identification", group=page)),
        (70, "file", NavItem(gettext_lazy("My file"), "office_file", "document-check", group=page)),
        (
            75,
            "documents",
            NavItem(gettext_lazy("Terms of sale and privacy"), "office_documents", "document-text", group=page),
        ),
        (80, "reviews", NavItem(gettext_lazy("Reviews"), "office_reviews", "star", group=page)),
        (
            95,
            "oversight",
            NavItem(
                gettext_lazy("Instructions and audits"), "office_oversight", "clipboard-document-check", group=page
            ),
        ),
        (94, "providers", NavItem(gettext_lazy("Our providers"), "office_providers", "building-office", group=page)),
        (
            92,
            "rights",
            NavItem(gettext_lazy("Requests about data"), "office_rights", "shield-check", group=page, after_end=True),
        ),
        (
            99,
            "leaving",
            NavItem(
                gettext_lazy("Leave the directory"),
                "office_leaving",
                "arrow-right-start-on-rectangle",
                group=page,
                after_end=True,
            ),
        ),
    ]:
        office_nav.register(key, item, order=order)
    office_tasks.register("practitioners", own_tasks, order=50)
    reportables.register(
        "avis",
        Reportable(
            key="avis",
            model="practitioners.Review",
            name=gettext_lazy("review"),
            label=_label_of_review,
            url=lambda review: f"{_address(review.practitioner)}#avis-{review.pk}",
            is_public=lambda review: review.status == Review.Status.PUBLISHED and review.practitioner.is_listed,
            author_email=lambda review: review.invitation.client.email,
            carry_out=_decide_review,
        ),
    )
    reportables.register(
        "profil",
        Reportable(
            key="profil",
            model="practitioners.Practitioner",
            name=gettext_lazy("profile"),
            label=lambda practitioner: elided(_("Profile of %(name)s") % {"name": practitioner.full_name}),
            url=lambda practitioner: _address(practitioner),
            is_public=lambda practitioner: practitioner.is_listed,
            author_email=lambda practitioner: practitioner.user.email,
            carry_out=_decide_practitioner,
        ),
    )


def _label_of_review(review: Review) -> str:
    return _("Review of %(day)s on %(name)s") % {
        "day": f"{review.published_at:%d/%m/%Y}",
        "name": review.practitioner.full_name,
    }


def _address(practitioner: Practitioner) -> str:
    return f"/praticiens/{practitioner.slug}/"


def _decide_review(review: Review, *, decision: str, reason: str, now: dt.datetime, **kwargs: Any) -> None:
    from practitioners.actions import reviews

    {"keep": reviews.restore, "suspend": reviews.hide, "delete": reviews.delete}[decision](review=review)


def _decide_practitioner(
    practitioner: Practitioner, *, decision: str, reason: str, now: dt.datetime, lifts: str = "", **kwargs: Any
) -> bool:
    """Whatever is decided against a profile, the listing is suspended: ending a contract has its own notice (R6).

    A complaint lifts the suspension of the decision that it puts aside (`lifts` is its reason), and no other.
    """
    from practitioners.actions import listing

    if decision != "keep":
        if practitioner.is_listed:
            listing.suspend(practitioner=practitioner, by=None, reason=reason)
        return practitioner.status in (Practitioner.Status.LISTED, Practitioner.Status.SUSPENDED)
    if not lifts or practitioner.is_listed:
        return True
    if practitioner.status != Practitioner.Status.SUSPENDED or practitioner.status_reason != lifts:
        return False
    listing.restore(practitioner=practitioner, by=None, reason=reason)
    return True
