"""What booking adds to the pages and registries of lower apps."""

from django.utils.translation import gettext_lazy as _

from booking import concerned_clients, first_steps, histories, proof
from booking.duty_tasks import duty_tasks
from booking.notifications import rendering, unwanted
from booking.notifications.sending import RENDERER
from booking.office_tasks import money_tasks
from booking.panels import profile_panel
from common import outbox
from common.registry import NavItem, office_nav, profile_panels
from legal.middleware import keep_open
from practitioners.office_tasks import office_tasks

# Written whatever document waits for an answer: ends, money given back, terms that a law or a bank sets, and what clients are owed.
OPEN = (
    "my_notifications", "ask_invoice", "remove_relative", "end_my_series",
    "office:refuse", "office:cancel", "office:close", "office:group_cancel", "office:group_came", "office:series_end",
    "office:payment_withdraw", "office:refund", "office:dispute", "office:dispute_give_in", "office:tax",
    "office:invoice_credit", "office:invoice_paid", "office:invoice_issue",
    "office:subscription_cancel", "office:subscription_withdraw", "office:subscription_accountant",
    "office:request", "office:client_message", "office:client_erase", "office:waiting_remove",
    "office:calendar_unlink", "office:calendar_feed_stop", "office:notifications",
)  # fmt: skip


def register() -> None:
    keep_open(*OPEN)
    histories.register()
    concerned_clients.register()
    proof.register()
    outbox.renderers.register(RENDERER, outbox.Renderer(rendering.render, unwanted.reason))
    first_steps.register()
    office_tasks.register("booking", money_tasks, order=10)
    office_tasks.register("duties", duty_tasks, order=12)
    profile_panels.register("booking", profile_panel, order=10)
    agenda, clients, money, page = _("Agenda"), _("Clients"), _("Sessions and payments"), _("My page")
    inside_agenda = ("/espace-praticien/rendez-vous/", "/espace-praticien/series/")
    for order, key, item in [
        (20, "agenda", NavItem(_("Agenda"), "office:agenda", "calendar-days", inside_agenda, group=agenda)),
        (21, "groups", NavItem(_("Group sessions"), "office:groups", "user-group", group=agenda)),
        (22, "waiting", NavItem(_("Waiting list"), "office:waiting", "queue-list", group=agenda)),
        (23, "hours", NavItem(_("Opening hours"), "office:hours", "clock", group=agenda)),
        (24, "calendars", NavItem(_("Linked calendars"), "office:calendars", "link", group=agenda)),
        (30, "clients", NavItem(_("Clients"), "office:clients", "users", group=clients)),
        (31, "requests", NavItem(_("Clients’ requests"), "office:requests", "inbox", group=clients)),
        (40, "services", NavItem(_("Sessions offered"), "office:services", "list-bullet", group=money)),
        (41, "payments", NavItem(_("Online payments"), "office:payments", "credit-card", group=money)),
        (42, "payouts", NavItem(_("Payouts"), "office:payouts", "building-library", group=money)),
        (43, "disputes", NavItem(_("Disputes"), "office:disputes", "scale", group=money)),
        (44, "invoices", NavItem(_("Invoices"), "office:invoices", "document-text", group=money, after_end=True)),
        (
            46,
            "paid-services",
            NavItem(
                _("Optional services"),
                "office:paid_services",
                "sparkles",
                ("/espace-praticien/abonnements/",),
                group=money,
            ),
        ),
        (90, "widget", NavItem(_("Widget for your site"), "office:widget", "code-bracket", group=page)),
        (91, "notifications", NavItem(_("Messages received"), "office:notifications", "bell", group=page)),
    ]:
        office_nav.register(key, item, order=order)
