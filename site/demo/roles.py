"""The roles one can enter the demo as, and what each may try."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class DemoRole:
    """`landing` is where the role's work starts; the person is `<slug>@demo.example`, made by `seed_demo`."""

    slug: str
    title: str | Promise
    icon: str
    summary: str | Promise
    tries: tuple[str | Promise, ...]
    landing: str

    @property
    def email(self) -> str:
        return f"{self.slug}@demo.example"


ROLES = (
    DemoRole(
        "client",
        _("Client"),
        "calendar-days",
        _("Has appointments to come and past ones, all found in one place."),
        (
            _("Cancel an appointment: the refund announced is the one made"),
            _("Download the calendar file of an appointment"),
            _("Read again the terms that were accepted, in the accepted version"),
        ),
        "/compte/",
    ),
    DemoRole(
        "practitioner",
        _("Practitioner"),
        "clipboard-document-list",
        _("Keeps a profile, services and opening hours, and sees the appointments that come in."),
        (
            _("Change the opening hours and see the free times follow"),
            _("Look at a paid appointment and at the fee taken from it"),
            _("Edit one’s own profile in the CMS; nobody else’s can be opened"),
        ),
        "/espace-praticien/",
    ),
    DemoRole(
        "structure",
        _("Structure administrator"),
        "building-office-2",
        _("Runs a centre where several practitioners receive."),
        (
            _("See the page of the centre and its practitioners"),
            _("Try to open another centre’s pages: the site refuses"),
        ),
        "/cms/",
    ),
    DemoRole(
        "editor",
        _("Editor"),
        "pencil-square",
        _("Writes the thematic pages and the articles."),
        (
            _("Write a thematic page from blocks, with a live list of practitioners"),
            _("Preview it, submit it to moderation, schedule it, publish it"),
            _("Find it in the search a second later"),
        ),
        "/cms/",
    ),
    DemoRole(
        "verification",
        _("Verification"),
        "document-check",
        _("Checks the files of practitioners who apply."),
        (
            _("Open an unfinished application and decide on each document"),
            _("See what each decision writes in the register"),
        ),
        "/cms/dossiers/",
    ),
    DemoRole(
        "moderation",
        _("Moderation"),
        "flag",
        _("Handles what visitors report."),
        (
            _("Open a report, read what was said, decide and give the reason"),
            _("Approve a page submitted by an editor"),
        ),
        "/cms/signalements/",
    ),
    DemoRole(
        "legal",
        _("Legal team"),
        "scale",
        _("Drafts, compares and publishes the legal documents."),
        (
            _("Draft a new version of the terms and see the differences"),
            _("Publish it with an effective date: clients are asked again, shown what changed"),
        ),
        "/cms/documents-legaux/",
    ),
    DemoRole(
        "operator",
        _("Operator"),
        "adjustments-horizontal",
        _("Sees everything: registers, rates, people."),
        (_("Go through the registers of the CMS"), _("See the rate of the fee and since when it applies")),
        "/cms/rendez-vous/",
    ),
)
BY_SLUG = {role.slug: role for role in ROLES}
