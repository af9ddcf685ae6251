"""What this app adds to the registries of the apps below."""

from django.utils.translation import gettext_lazy

from accounts.roles import Role, permissions
from common.registry import NavItem, office_nav
from legal.middleware import keep_open


def register() -> None:
    """Nobody deletes a group: withdrawn, it keeps its history, and the next deployment does not bring it back."""
    keep_open("search_alert_stop_mine")
    item = NavItem(gettext_lazy("Audience"), "office_audience", "chart-bar", group=gettext_lazy("My page"))
    office_nav.register("audience", item, order=89)
    synonyms = [f"search.{verb}_synonymgroup" for verb in ("view", "add", "change", "publish")]
    samples = [f"search.{verb}_samplesearch" for verb in ("view", "add", "change", "delete")]
    permissions.register("search.synonyms", (Role.EDITOR, [*synonyms, *samples]))
    intros = [f"search.{verb}_landingintro" for verb in ("view", "add", "change", "delete", "publish")]
    permissions.register("search.landing_intros", (Role.EDITOR, intros))
