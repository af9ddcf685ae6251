"""What clients, practitioners, banks and a hostile Stripe do, as rules of a state machine; its beginnings are `money_stories`."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

import time_machine
from django.db import transaction
from django.db.models import Sum
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from booking import slots, tasks
from booking.actions import appointments, holds, office_refunds, payment_links, payments, refunds, requests, webhooks
from booking.models import Appointment, Payment, PaymentLink, Refund, Status, StripeEvent
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from common.clock import PARIS, now
from common.errors import DomainError
from demo.stripe.passing import pass_time
from tests.booking.money_at_rest import COMES_TO_REST, SWEEPS, all_is_well, any_order_ends_alike, reached, sweep
from tests.booking.money_world import ACCOUNTS, World

MINUTE, HOUR, SECOND = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(seconds=1)
PRICE, DEPOSIT, FEE = 6000, 2000, 245
MOST_APPOINTMENTS = 5
WHICH = st.integers(0, 5)
PATHS = ("/v1/checkout/sessions", "/v1/refunds", "/v1/payment_intents", "/v1/balance", "/v1/", "")
CARDS = {
    "good": "4242424242424242",
    "declined": "4000000000000002",
    "late": "4000000000000085",
    "late, refused": "4000000000000093",
    "disputed": "4000000000000259",
}
# Hours before the session where the scale of `TIERS` changes, and what it gives back on each side.
BORDERS = (72, 30)
# What no row tells at the end, noted when it happens.
NOTED = (
    "a late card that paid",
    "a late card that was refused",
    "two devices at once",
    "a payment page refused to a restricted account",
    "a restricted account with a payment under way",
    "a webhook twice",
    "a webhook lost",
    "a webhook before the one before it",
    "an error before the effect",
    "an error after the effect",
    "a cut before the effect",
    "a cut after the effect",
    *(f"the {who} cancels, {percent} %" for who in ("client", "practitioner") for percent in (100, 40, 0)),
    *(f"the {who} cancels on the border of {hours} h" for who in ("client", "practitioner") for hours in BORDERS),
)


class Money(RuleBasedStateMachine):
    """`seen`: in how many histories each thing happened, so that many of them cannot prove nothing."""

    world: World
    seen: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        # The same hour whenever it is run; tomorrow, as PostgreSQL's clock stays where it is.
        morning = (now().astimezone(PARIS) + dt.timedelta(days=1)).replace(hour=10, minute=3, second=0, microsecond=0)
        self.traveller = time_machine.travel(morning, tick=False)
        self.clock = self.traveller.start()
        self.connected = self.world.stripe.connected()
        self.connected.__enter__()
        self.world.begin()
        self.mail: list[dict[str, Any]] = []
        self.noted: set[str] = set()
        self.stripe = self.world.stripe.control

    def teardown(self) -> None:
        try:
            self.come_to_rest()
            all_is_well(self.world)
            for kind in {*self.noted, *reached()}:
                self.seen[kind] += 1
        finally:
            self.connected.__exit__(None, None, None)
            self.traveller.stop()
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    def come_to_rest(self) -> None:
        """The network recovers, time passes, the sweeps go round; no webhook that was lost comes back."""
        self.stripe.clear_faults()
        self.collect()
        any_order_ends_alike(self.mail)
        for minutes, sweeps in COMES_TO_REST:
            self.time_passes(minutes=minutes)
            for which in sweeps:
                sweep(which)

    # The people.

    @rule(
        offer=st.integers(0, 1), who=st.integers(0, 2), slot=st.integers(0, 3), cents=st.sampled_from([PRICE, DEPOSIT])
    )
    def chosen(self, offer: int, who: int, slot: int, cents: int) -> None:
        """A client takes one of a few times, so that they want the same, and goes to pay: all of it, or a deposit."""
        if Appointment.objects.count() >= MOST_APPOINTMENTS:
            return
        practitioner, service = self.world.offers[offer]
        found = slots.next_slots([practitioner.pk], now=now(), days=12, per_day=2)[practitioner.pk]
        times = [slot.start for day in found for slot in day.slots]
        # The next two, and the first on the far side of each border of the scale.
        wanted = [*times[:2], *(next(t for t in times if t > now() + (hours + 1) * HOUR) for hours in (30, 72))]

        def act() -> None:
            row = holds.hold(
                practitioner=practitioner, service=service, start=wanted[slot], holder_key=f"client-{who}", now=now()
            )
            Appointment.objects.filter(pk=row.pk, client=None).update(
                client=self.world.clients[who], advance_cents=cents, fee_cents=FEE, contact_email="lea@exemple.fr"
            )
            payments.start_checkout(appointment_id=row.pk, now=now())

        self.tried(act)

    @rule(which=WHICH)
    def goes_on(self, which: int) -> None:
        """Comes back, on another device perhaps, and asks for the payment page again."""
        self.each(which, lambda row: payments.start_checkout(appointment_id=row.pk, now=now()))

    @rule(which=WHICH, card=st.sampled_from(["good", "good", "good", "declined", "late", "late, refused", "disputed"]))
    def pays(self, which: int, card: str) -> None:
        if known := self.open_pages():
            self.stripe.pay(known[which % len(known)], CARDS[card])

    @rule(which=WHICH)
    def pays_on_two_devices(self, which: int) -> None:
        """Both have asked for the page; both press the button."""
        known = self.open_pages()
        if not known:
            return
        session_id = known[which % len(known)]
        payment = Payment.objects.get(session_id=session_id)
        pages: set[str] = set()
        for _device in range(2):
            if payment.link_id:
                self.tried(lambda: pages.add(payment_links.start(link_id=payment.link_id or 0, now=now())))
            else:
                self.tried(lambda: pages.add(payments.start_checkout(appointment_id=payment.appointment_id, now=now())))
        assert len(pages) < 2, "two pages for one payment"
        for number in range(2):
            if session_id in self.open_pages():
                self.stripe.pay(session_id, CARDS["good"])
                self.noted.add("two devices at once")
                assert not number, "the page took a second payment"

    @rule(which=WHICH)
    def gives_the_time_back(self, which: int) -> None:
        self.each(which, lambda row: holds.release(appointment_id=row.pk, now=now()), status=Status.HELD)

    @rule(which=WHICH, who=st.sampled_from(["client", "client", "practitioner"]), border=st.sampled_from([0, 0, *BORDERS]), late=st.booleans())  # fmt: skip
    def cancels(self, which: int, who: str, border: int, late: bool) -> None:
        """Whenever it is; or exactly on a border of the scale, or a second after it."""
        rows = list(Appointment.objects.filter(status__in=[Status.CONFIRMED, Status.REQUESTED]).order_by("pk"))
        if not rows:
            return
        row = rows[which % len(rows)]
        moment = row.starts_at - border * HOUR + late * SECOND
        if border and moment > now():
            self.clock.move_to(moment)
            pass_time(self.world.stripe.stand_in.store)
        self.tried(lambda: self.cancelled(row, who, border if border and moment == now() else 0))

    def cancelled(self, row: Appointment, who: str, border: int) -> None:
        """What goes back is counted here once more, by other means."""
        hours = (row.starts_at - now()) / HOUR
        percent = 100 if hours >= 72 else 40 if hours >= 30 else 0
        rows = row.payments.filter(status=Payment.Status.PAID)
        paid = rows.aggregate(n=Sum("amount_cents"))["n"] or 0
        left = refunds.left_cents(row)
        cause = Refund.Cause.CLIENT if who == "client" else Refund.Cause.PRACTITIONER
        with transaction.atomic():
            if who == "client":
                due = appointments.refund_due(row, now=now())
                assert due == min(left, paid * percent // 100), f"{row}: {due} of {paid}, {hours} h before"
                appointments.cancel_by_client(appointment_id=row.pk, announced_cents=due, now=now())
            else:
                due = left
                appointments.cancel_by_practitioner(appointment_id=row.pk, actor=row.practitioner.user, now=now())
        given = Refund.objects.filter(payment__appointment=row, cause=cause).aggregate(n=Sum("amount_cents"))["n"] or 0
        assert given == due, f"{row}: {given} given back, {due} due"
        if paid:
            self.noted.add(f"the {who} cancels, {percent} %")
            if border:
                self.noted.add(f"the {who} cancels on the border of {border} h")

    @rule(which=WHICH, accepts=st.sampled_from([True, True, False]))
    def answers_a_request(self, which: int, accepts: bool) -> None:
        answer = requests.accept if accepts else requests.refuse
        self.each(
            which,
            lambda row: answer(appointment_id=row.pk, actor=row.practitioner.user, now=now()),
            status=Status.REQUESTED,
        )

    @rule(which=WHICH, cents=st.sampled_from([1, 777, 2500, 6000]))
    def practitioner_gives_back(self, which: int, cents: int) -> None:
        def act(row: Appointment) -> None:
            left = refunds.left_cents(row)
            office_refunds.give_back(
                appointment_id=row.pk, amount_cents=cents, shown_left=left, actor=row.practitioner.user, now=now()
            )

        self.each(which, act)

    @rule(which=WHICH, cents=st.sampled_from([0, 1500]))
    def asks_for_the_rest(self, which: int, cents: int) -> None:
        """All that remains, or a part; the client opens the page of it."""

        def act(row: Appointment) -> None:
            amount = cents or payment_links.remains_cents(row)
            link = payment_links.create(
                appointment_id=row.pk, amount_cents=amount, message="", actor=row.practitioner.user, now=now()
            )
            payment_links.start(link_id=link.pk, now=now())

        self.each(which, act)

    @rule(which=WHICH, withdrawn=st.sampled_from([False, False, True]))
    def link_used(self, which: int, withdrawn: bool) -> None:
        rows = list(PaymentLink.objects.order_by("pk").values_list("pk", flat=True))
        use = payment_links.withdraw if withdrawn else payment_links.start
        if rows:
            self.tried(lambda: use(link_id=rows[which % len(rows)], now=now()))

    @rule(minutes=st.sampled_from([1, 5, 14, 20, 40, 300, 1440]))
    def time_passes(self, minutes: int) -> None:
        self.clock.shift(minutes * MINUTE)
        pass_time(self.world.stripe.stand_in.store)

    # The banks, and Stripe's own checks.

    @rule(which=WHICH, cents=st.sampled_from([None, None, 1000]))
    def disputed(self, which: int, cents: int | None) -> None:
        charges = [c for c in self.stripe.banks()["charges"] if c["amount_captured"] - c["amount_refunded"] >= 1000]
        if charges:
            self.stripe.open_dispute(charges[which % len(charges)]["id"], amount=cents)

    @rule(which=WHICH, won=st.booleans())
    def decided(self, which: int, won: bool) -> None:
        waiting = [d for d in self.stripe.banks()["disputes"] if d["status"] not in {"won", "lost"}]
        if waiting:
            self.stripe.decide_dispute(waiting[which % len(waiting)]["id"], won=won)

    @rule(which=WHICH, succeeded=st.booleans())
    def late_bank_answers(self, which: int, succeeded: bool) -> None:
        late = self.stripe.banks()["late"]
        if late:
            self.stripe.settle(late[which % len(late)]["id"], succeeded=succeeded)
            self.noted.add("a late card that paid" if succeeded else "a late card that was refused")

    @rule(account=st.sampled_from(ACCOUNTS))
    def paid_out(self, account: str) -> None:
        if self.stripe.balances().get(account, 0) > 0:
            self.stripe.make_payout(account)

    @rule(which=WHICH, failure=st.sampled_from(["account_closed", ""]))
    def payout_ends(self, which: int, failure: str) -> None:
        under_way = [p for p in self.stripe.banks()["payouts"] if p["status"] in {"in_transit", *(["paid"] if failure else [])}]  # fmt: skip
        if under_way:
            self.stripe.end_payout(under_way[which % len(under_way)]["id"], failure=failure)

    @rule(account=st.sampled_from(ACCOUNTS), status=st.sampled_from(["restricted", "active", "active"]))
    def account_checked(self, account: str, status: str) -> None:
        """Stripe wants something more of the practitioner in the middle of it all; or has it."""
        self.stripe.set_account(account, status)
        under_way = Payment.objects.filter(account__account_id=account, status__in=["creating", "open", "authorised"])
        if status == "restricted" and under_way.exists():
            self.noted.add("a restricted account with a payment under way")

    # A hostile Stripe, and our own workers.

    @rule(
        when=st.sampled_from(["before", "after", "after"]),
        kind=st.sampled_from(["error", "timeout"]),
        path=st.sampled_from(PATHS),
        count=st.integers(1, 3),
    )
    def network_fails(self, when: str, kind: str, path: str, count: int) -> None:
        self.stripe.fail_requests(when=when, kind=kind, path=path, count=count)
        self.noted.add(f"{'an error' if kind == 'error' else 'a cut'} {when} the effect")

    @rule(which=WHICH, twice=st.booleans(), at_once=st.booleans())
    def webhook_arrives(self, which: int, twice: bool, at_once: bool) -> None:
        self.collect()
        if not self.mail:
            return
        number = which % len(self.mail)
        found = self.mail[number]
        if number:
            self.noted.add("a webhook before the one before it")
        if twice:
            self.noted.add("a webhook twice")
        else:
            self.mail.remove(found)
        for _time in range(1 + twice):
            webhooks.receive(event=found, now=now())
            if at_once:
                row = StripeEvent.objects.get(event_id=found["id"])
                self.tried(lambda row=row: webhooks.process(event_pk=row.pk, now=now()))  # type: ignore[misc]

    @precondition(lambda self: self.mail)
    @rule(which=WHICH)
    def webhook_is_lost(self, which: int) -> None:
        self.mail.pop(which % len(self.mail))
        self.noted.add("a webhook lost")

    @rule(which=st.sampled_from(SWEEPS))
    def beat_ticks(self, which: str) -> None:
        sweep(which)

    @rule(which=WHICH)
    def worker_sends_a_refund(self, which: int) -> None:
        waiting = list(Refund.objects.filter(status=Refund.Status.PENDING).order_by("pk"))
        if waiting:
            tasks.send_refund(waiting[which % len(waiting)].pk)

    # How it is done.

    def each(self, which: int, act: Callable[[Appointment], Any], status: str = "") -> None:
        rows = list(Appointment.objects.filter(**({"status": status} if status else {})).order_by("pk"))
        if rows:
            self.tried(lambda: act(rows[which % len(rows)]))

    def tried(self, act: Callable[[], Any]) -> None:
        """Done, or refused in words."""
        try:
            act()
        except StripeRefused as error:
            if error.code == "account_invalid":
                self.noted.add("a payment page refused to a restricted account")
        except (DomainError, StripeUnreachable):
            return

    def collect(self) -> bool:
        self.mail += self.world.stripe.news()
        return bool(self.mail)

    def all_told(self) -> None:
        """Every webhook arrives, in order."""
        while self.mail or self.collect():
            self.webhook_arrives(which=0, twice=False, at_once=True)

    def open_pages(self) -> list[str]:
        store = self.world.stripe.stand_in.store
        sessions = Payment.objects.exclude(session_id=None).order_by("pk").values_list("session_id", flat=True)
        return [str(one) for one in sessions if (store.get(str(one)) or {}).get("status") == "open"]
