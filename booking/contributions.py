"""What booking adds to the pages and registries of lower apps."""

from django.utils.translation import gettext_lazy as _

from booking.notifications import rendering, unwanted
from booking.notifications.sending import RENDERER
from booking.panels import profile_panel
from common import outbox
from common.registry import NavItem, office_nav, profile_panels


def register() -> None:
    outbox.renderers.register(RENDERER, outbox.Renderer(rendering.render, unwanted.reason))
    profile_panels.register("booking", profile_panel, order=10)
    inside_agenda = ("/espace-praticien/rendez-vous/", "/espace-praticien/series/")
    office_nav.register("agenda", NavItem(_("Agenda"), "office:agenda", "calendar-days", inside_agenda), order=20)
    office_nav.register("clients", NavItem(_("Clients"), "office:clients", "users"), order=22)
    office_nav.register("requests", NavItem(_("Clients’ requests"), "office:requests", "inbox"), order=24)
    office_nav.register("services", NavItem(_("Sessions offered"), "office:services", "list-bullet"), order=30)
    office_nav.register("groups", NavItem(_("Group sessions"), "office:groups", "user-group"), order=32)
    office_nav.register("waiting", NavItem(_("Waiting list"), "office:waiting", "queue-list"), order=36)
    office_nav.register("hours", NavItem(_("Opening hours"), "office:hours", "clock"), order=40)
    office_nav.register("calendars", NavItem(_("Linked calendars"), "office:calendars", "link"), order=42)
    office_nav.register("notifications", NavItem(_("Messages received"), "office:notifications", "bell"), order=44)
    office_nav.register("payments", NavItem(_("Online payments"), "office:payments", "credit-card"), order=45)
    office_nav.register("widget", NavItem(_("Widget for your site"), "office:widget", "code-bracket"), order=48)
