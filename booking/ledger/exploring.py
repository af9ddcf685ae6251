"""Reading the ledger: whose movements, of which appointment, between which dates. Never a name of a client: numbers only."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from booking.ledger.accounts import SHARED, Account, UnknownAccount, bank, client, practitioner, receivable, subscriber
from booking.models import LedgerLine, LedgerTransaction
from common.text import fold
from practitioners.models import Practitioner

MOST_PARTIES = 20
PAGE = 50


@dataclass(frozen=True)
class Search:
    """`accounts` None: everybody's; empty: nobody was found. Moments are included from `begins`, excluded from `ends`."""

    accounts: tuple[Account, ...] | None = None
    reference: str = ""
    kind: str = ""
    begins: dt.datetime | None = None
    ends: dt.datetime | None = None

    def transactions(self) -> QuerySet[LedgerTransaction]:
        rows = LedgerTransaction.objects.order_by("-at", "-pk")
        if self.accounts is not None:
            names = [str(account) for account in self.accounts]
            lines = LedgerLine.objects.filter(account__in=names)
            rows = rows.filter(pk__in=self._between(lines).values("transaction"))
        if self.reference:
            rows = rows.filter(appointment__reference=self.reference)
        if self.kind:
            rows = rows.filter(kind=self.kind)
        return self._between(rows)

    def _between(self, rows: QuerySet) -> QuerySet:
        if self.begins:
            rows = rows.filter(at__gte=self.begins)
        return rows.filter(at__lt=self.ends) if self.ends else rows


@dataclass(frozen=True)
class Holding:
    account: Account
    name: str
    before_cents: int
    in_cents: int
    out_cents: int

    @property
    def after_cents(self) -> int:
        return self.before_cents + self.in_cents - self.out_cents


@dataclass
class Names:
    """What accounts are called, read for a page at once."""

    practitioners: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, accounts: Iterable[Account]) -> "Names":
        names = cls()
        names.learn(accounts)
        return names

    def learn(self, accounts: Iterable[Account]) -> None:
        """Read those that are not known yet."""
        wanted = {account.party for account in accounts if account.kind not in {"client", *SHARED}}
        if new := wanted - self.practitioners.keys():
            self.practitioners |= {row.pk: row.full_name for row in Practitioner.objects.filter(pk__in=new)}

    def __call__(self, account: Account) -> str:
        who = self.practitioners.get(account.party) or _("practitioner no. %(n)s") % {"n": account.party}
        match account.kind:
            case "client":
                return _("Client no. %(n)s") % {"n": account.party}
            case "practitioner":
                return _("%(who)s, balance at Stripe") % {"who": who}
            case "bank":
                return _("%(who)s, bank account") % {"who": who}
            case "receivable":
                return _("%(who)s, owed to the platform") % {"who": who}
            case "subscriber":
                return _("%(who)s, card of the optional services") % {"who": who}
        return {
            "guests": _("Clients without an account"),
            "platform": _("The platform, balance at Stripe"),
            "stripe": _("Stripe"),
            "invoiced": _("Invoiced by the platform, not received yet"),
        }[account.kind]


def accounts_named(typed: str) -> tuple[Account, ...]:
    """Every account that `typed` may mean: its own name, Stripe's, an e-mail, a practitioner's name. Empty: none."""
    typed = typed.strip()
    try:
        return (Account.parse(typed),)
    except UnknownAccount:
        pass
    if typed.startswith("acct_"):
        whose = Practitioner.objects.filter(stripe_account__account_id=typed)
    elif "@" in typed:
        users = list(User.objects.filter(email__iexact=typed).values_list("pk", flat=True)[:2])
        whose = Practitioner.objects.filter(Q(user__in=users) | Q(professional_email__iexact=typed))
        return tuple(client(pk) for pk in users) + _of(whose)
    else:
        whose = Practitioner.objects.all()
        for word in fold(typed).split():
            whose = whose.filter(sort_name__contains=word)
    return _of(whose)


def _of(whose: QuerySet[Practitioner]) -> tuple[Account, ...]:
    ids = whose.order_by("pk").values_list("pk", flat=True)[:MOST_PARTIES]
    return tuple(make(pk) for pk in ids for make in (practitioner, bank, receivable, subscriber))


def holdings(search: Search) -> list[Holding]:
    """What each of the accounts searched for held at the beginning, got and gave."""
    wanted = search.accounts or ()
    lines = LedgerLine.objects.filter(account__in=[str(account) for account in wanted])
    if search.ends:
        lines = lines.filter(at__lt=search.ends)
    during = Q(at__gte=search.begins) if search.begins else Q(pk__isnull=False)
    rows = lines.order_by("account").values("account").annotate(
        before=Sum("amount_cents", filter=~during, default=0),
        got=Sum("amount_cents", filter=during & Q(amount_cents__gt=0), default=0),
        gave=Sum("amount_cents", filter=during & Q(amount_cents__lt=0), default=0),
    )  # fmt: skip
    found = {row["account"]: row for row in rows}
    names = Names.of(wanted)
    return [
        Holding(account, names(account), row["before"], row["got"], -row["gave"])
        for account in wanted
        if (row := found.get(str(account)))
    ]


def totals(*, ends: dt.datetime | None) -> list[tuple[str, int]]:
    """What each kind of account holds in all, just before `ends`: together nothing."""
    words = {
        "client": _("Clients, with what they paid and did not get back"),
        "guests": _("Clients without an account"),
        "practitioner": _("Practitioners, balances at Stripe"),
        "bank": _("Practitioners, paid out to their banks"),
        "receivable": _("Practitioners, owed to the platform"),
        "subscriber": _("Practitioners, cards of the optional services"),
        "platform": _("The platform, balance at Stripe"),
        "stripe": _("Stripe"),
        "invoiced": _("Invoiced by the platform, not received yet"),
    }
    lines = LedgerLine.objects.filter(at__lt=ends) if ends else LedgerLine.objects.all()
    sums = dict.fromkeys(words, 0)
    for name, cents in lines.order_by("account").values_list("account").annotate(n=Sum("amount_cents")).iterator():
        sums[name.partition(":")[0]] += cents
    return [(words[kind], cents) for kind, cents in sums.items()]


def csv_lines(search: Search) -> Iterator[list[str]]:
    """A line for each line of the ledger, the newest movement first."""
    yield [
        _("Moment"), _("Movement"), _("Key"), _("Appointment"), _("Account"), _("Name"), _("Gives (euros)"),
        _("Receives (euros)"), _("Note"),
    ]  # fmt: skip
    rows = search.transactions().select_related("appointment").prefetch_related("lines")
    names = Names()
    for row in rows.iterator(chunk_size=500):
        accounts = [Account.parse(line.account) for line in row.lines.all()]
        names.learn(accounts)
        for account, line in zip(accounts, row.lines.all(), strict=True):
            yield [
                row.at.isoformat(timespec="seconds"),
                row.get_kind_display(),
                row.key,
                row.appointment.reference if row.appointment else "",
                str(account),
                names(account),
                _euros(-line.amount_cents),
                _euros(line.amount_cents),
                row.note,
            ]


def _euros(cents: int) -> str:
    """A spreadsheet takes a minus sign for a sum: what is given and what is received have a column each."""
    return f"{cents // 100},{cents % 100:02d}" if cents > 0 else ""
