"""The claims check on what editors write: the same rules as for practitioners (E1)."""

from wagtail.admin.forms import WagtailAdminPageForm


class CheckedPageForm(WagtailAdminPageForm):
    """Filled in by `editorial.claims`: see there what is refused and why."""
