"""What the CMS shows first: the own page to its owner, the queue to the verification team."""

from typing import Any

from django.template.context import Context
from wagtail.admin.ui.components import Component

from common.clock import today
from practitioners.actions import lapsing, listing, thread
from practitioners.completeness import completeness_of
from practitioners.models import Practitioner, ProfilePage
from practitioners.policies.ownership import owned_pages


class OwnPagesPanel(Component):
    name = "own_pages"
    template_name = "practitioners/cms/own_pages_panel.html"
    order = 10

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        rows = []
        for page in owned_pages(parent_context["request"].user):
            completeness = None
            if isinstance(page, ProfilePage):
                practitioner = Practitioner.objects.with_profile().get(pk=page.practitioner_id)
                completeness = completeness_of(practitioner)
            rows.append({"page": page, "completeness": completeness})
        return {"rows": rows}


class VerificationPanel(Component):
    """The queue first, with the age of its oldest file."""

    name = "verification"
    template_name = "practitioners/cms/verification_panel.html"
    order = 10

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        waiting = listing.waiting()
        return {
            "files": list(waiting[:10]),
            "count": waiting.count(),
            "renewed": list(lapsing.renewed()[:10]),
            "unanswered": list(thread.unanswered()[:10]),
            "refusals": list(listing.refusals_to_look_at(by=parent_context["request"].user)[:10]),
            "lapsed": list(lapsing.to_look_at(today=today())[:10]),
        }
