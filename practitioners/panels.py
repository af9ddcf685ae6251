"""Panels of the CMS's editor."""

from typing import Any

from wagtail.admin.panels import Panel


class CompletenessPanel(Panel):
    """How complete the page is and what to add next (P4), above the fields it speaks of."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "practitioners/cms/completeness_panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            from practitioners.completeness import completeness_of

            context = super().get_context_data(parent_context)
            practitioner = type(self.instance.practitioner).objects.with_profile().get(pk=self.instance.practitioner_id)
            context["completeness"] = completeness_of(practitioner)
            return context
