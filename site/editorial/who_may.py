"""Who may what in the CMS: role × object × action, as one table (R, section “CMS”).

The page `/cms/qui-peut-quoi/` shows it. It grants nothing: groups and policies do, each in the app it belongs to. The tests ask
each address of the table in each role, and fail where this table says otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roles import Role

PRA, STR, EDI, VER = Role.PRACTITIONER, Role.STRUCTURE, Role.EDITOR, Role.VERIFICATION
MOD, LEG, OPE = Role.MODERATION, Role.LEGAL, Role.OPERATOR
# In the order of the columns.
ROLE_NAMES: dict[Role, str | Promise] = {
    PRA: _("Practitioner"),
    STR: _("Centre"),
    EDI: pgettext_lazy("role", "Editor"),
    VER: pgettext_lazy("role", "Verification"),
    MOD: pgettext_lazy("role", "Moderation"),
    LEG: pgettext_lazy("role", "Legal team"),
    OPE: pgettext_lazy("role", "Operator"),
}


@dataclass(frozen=True)
class Right:
    """`address` opens what the action is about; in braces, what the tests fill in."""

    action: str | Promise
    address: str
    roles: frozenset[Role]


def _right(action: str | Promise, address: str, *roles: Role) -> Right:
    return Right(action, address, frozenset(roles))


TABLE: list[tuple[str | Promise, list[Right]]] = [
    (
        _("Pages of practitioners"),
        [
            _right(_("Edit, publish and look back on one’s own"), "{own}edit/", PRA),
            _right(_("Edit that of somebody else"), "{other}edit/"),
            _right(_("Take down or delete by hand"), "{other}unpublish/"),
        ],
    ),
    (
        _("Pages of centres"),
        [
            _right(_("Edit and publish one’s own"), "{centre}edit/", STR),
            _right(_("Edit that of somebody else"), "{other_centre}edit/"),
        ],
    ),
    (
        _("Themes, articles and the site’s own pages"),
        [
            _right(_("Write, schedule and publish"), "{theme}edit/", EDI),
            _right(_("Take down"), "{theme}unpublish/", EDI),
            _right(_("Edit the home page"), "{home}edit/", EDI),
            _right(_("Words of the search"), "/cms/snippets/search/synonymgroup/", EDI),
        ],
    ),
    (
        _("Pictures and documents"),
        [
            _right(_("Add a picture"), "/cms/images/add/", PRA, STR, EDI),
            _right(_("Change a picture of one’s own practitioner’s page"), "/cms/images/{own_image}/", PRA, EDI),
            _right(_("Change the picture of somebody else"), "/cms/images/{other_image}/", EDI),
            _right(_("Documents of the site"), "/cms/documents/", EDI),
        ],
    ),
    (
        _("Application files"),
        [
            _right(_("Search the files"), "/cms/dossiers/", VER),
            _right(_("Read a file, after saying why, and decide"), "/cms/verification/{other_file}/", VER),
            _right(_("See its documents"), "/cms/verification/{other_file}/document/{other_item}/pages/", VER),
            _right(_("Formal notices and ends of contracts"), "/cms/verification/{other_file}/fin/", VER),
            _right(_("Keep the saved replies"), "/cms/snippets/practitioners/savedreply/", VER),
            _right(_("Register of practitioners"), "/cms/praticiens/", OPE),
        ],
    ),
    (
        pgettext_lazy("object", "Reports"),
        [
            _right(_("Search the reports"), "/cms/signalements/", MOD),
            _right(_("Decide on a report"), "/cms/signalement/{report}/", MOD),
            _right(_("Decide on a complaint about a decision"), "/cms/contestation/{complaint}/", MOD),
        ],
    ),
    (
        _("Legal documents and proofs"),
        [
            _right(_("Write, review and publish documents"), "/cms/documents-legaux/", LEG),
            _right(_("Facts of the operator"), "/cms/documents-legaux/informations/", LEG),
            _right(_("Search the acceptances"), "/cms/acceptations/", LEG),
            _right(_("Withdrawals"), "/cms/retractations/", LEG, OPE),
            _right(_("Change the rules of withdrawal"), "/cms/regles-de-retractation/create/", LEG),
        ],
    ),
    (
        _("Personal data"),
        [
            _right(_("Register of processing"), "/cms/registre-des-traitements/", LEG, OPE),
            _right(_("Retention and its rules"), "/cms/conservation/", LEG, OPE),
            _right(_("Requests about rights"), "/cms/demandes-de-droits/", LEG),
            _right(_("Processors"), "/cms/prestataires/", LEG, OPE),
            _right(_("Breaches"), "/cms/violations/", LEG),
            _right(_("Audits and authorities"), "/cms/audits/", LEG),
            _right(_("Anonymous figures"), "/cms/chiffres/anonymes/", LEG, OPE),
        ],
    ),
    (
        _("Money and service"),
        [
            _right(_("Figures, invoices and unpaid sums"), "/cms/chiffres/", OPE),
            _right(_("Declaration of platforms"), "/cms/declaration-plateformes/", OPE),
            _right(_("Audience"), "/cms/audience/", OPE),
            _right(_("Texts of the messages"), "/cms/messages/", OPE),
            _right(_("Messages sent"), "/cms/messages-envoyes/", OPE),
        ],
    ),
    (
        _("Accounts and settings of the CMS"),
        [
            _right(_("Accounts and groups"), "/cms/users/"),
            _right(_("Sites, collections and workflows"), "/cms/sites/"),
        ],
    ),
]


def rights() -> Iterator[Right]:
    for _object, rows in TABLE:
        yield from rows
