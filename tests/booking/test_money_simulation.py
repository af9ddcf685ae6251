"""Clients, practitioners, time and a hostile Stripe, in any order: once all is at rest, every cent is where it should be.

SIMULATED_HISTORIES says how many histories (a few in CI, at least 2 000 in `make bench`). No task is ever run by the commit that
asked for it, as if the broker had lost them all: what must happen does so by the sweeps, or by a worker that happens to come by.
"""

import datetime as dt
import os
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from booking import ledger, slots, tasks
from booking.actions import appointments, holds, payments, refunds, requests, webhooks
from booking.ledger.balances import balances
from booking.ledger.verification import verify
from booking.models import (
    Appointment,
    BookingSettings,
    Dispute,
    LedgerLine,
    Payment,
    Payout,
    Refund,
    Status,
    StripeAccount,
    StripeEvent,
)
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from common.clock import now
from common.errors import DomainError
from demo.stripe.passing import pass_time
from practitioners.models import Practitioner, Service
from tests.booking.money_world import MoneyWorld
from tests.factories.accounts import UserFactory
from tests.factories.booking import bookable_practitioner

HISTORIES = int(os.environ.get("SIMULATED_HISTORIES", "8"))
STEPS = int(os.environ.get("SIMULATED_STEPS", "22"))
# Shared out among so many tests, for workers side by side; another seed for each.
SHARES = int(os.environ.get("SIMULATED_SHARES", "1"))
SEED = int(os.environ.get("SIMULATED_SEED", "0"))
ACCOUNTS = ("acct_1Instant000000", "acct_1Request000000")
TIERS = [{"hours_before": 72, "percent": 100}, {"hours_before": 30, "percent": 40}]
MINUTE, PRICE, FEE = dt.timedelta(minutes=1), 6000, 245
WHICH = st.integers(0, 5)
PATHS = ("/v1/checkout/sessions", "/v1/refunds", "/v1/payment_intents", "/v1/balance", "/v1/", "")


class World:
    """What all histories share: two practitioners (one confirms at once, one accepts requests) and three clients."""

    def __init__(self) -> None:
        self.stripe = MoneyWorld()
        self.offers: list[tuple[Practitioner, Service]] = []
        for account, confirmation in zip(ACCOUNTS, ("instant", "request"), strict=True):
            practitioner, service = bookable_practitioner(account=account, confirmation=confirmation)
            BookingSettings.objects.create(practitioner=practitioner, cancellation_tiers=TIERS, horizon_days=30)
            self.offers.append((practitioner, service))
        self.clients = [UserFactory() for _ in range(3)]

    def begin(self) -> None:
        self.stripe.begin([{"id": name, "display_name": name, "contact_email": "p@exemple.fr"} for name in ACCOUNTS])


class Money(RuleBasedStateMachine):
    """`seen`: in how many histories each thing happened, so that many of them cannot prove nothing."""

    world: World
    seen: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.traveller = time_machine.travel(now(), tick=False)
        self.clock = self.traveller.start()
        self.connected = self.world.stripe.connected()
        self.connected.__enter__()
        self.world.begin()
        self.mail: list[dict[str, Any]] = []
        self.stripe = self.world.stripe.control

    def teardown(self) -> None:
        try:
            self.come_to_rest()
            self.all_is_well()
        finally:
            self.connected.__exit__(None, None, None)
            self.traveller.stop()
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    # The people.

    @initialize(offer=st.sampled_from([0, 0, 1]), paid=st.sampled_from([True, True, False]), told=st.booleans())
    def begins(self, offer: int, paid: bool, told: bool) -> None:
        """Most histories begin with money, so that there is something to lose."""
        self.chosen(offer=offer, who=0, slot=0)
        if paid:
            self.pays(which=0, declined=False)
        while told and (self.mail or self.collect()):
            self.webhook_arrives(which=0, twice=False, at_once=True)

    @rule(offer=st.integers(0, 1), who=st.integers(0, 2), slot=st.integers(0, 1))
    def chosen(self, offer: int, who: int, slot: int) -> None:
        """A client takes one of two times, so that they want the same, and goes to pay."""
        if Appointment.objects.count() >= 6:
            return
        practitioner, service = self.world.offers[offer]
        found = slots.next_slots([practitioner.pk], now=now(), days=12, per_day=4)[practitioner.pk]
        times = [slot.start for day in found for slot in day.slots][:2]

        def act() -> None:
            row = holds.hold(
                practitioner=practitioner, service=service, start=times[slot], holder_key=f"client-{who}", now=now()
            )
            Appointment.objects.filter(pk=row.pk, client=None).update(
                client=self.world.clients[who], advance_cents=PRICE, fee_cents=FEE, contact_email="lea@exemple.fr"
            )
            payments.start_checkout(appointment_id=row.pk, now=now())

        if times:
            self.tried(act, split=True)

    @rule(which=WHICH)
    def goes_on(self, which: int) -> None:
        """Comes back, on another device perhaps, and asks for the payment page again."""
        self.each(which, lambda row: payments.start_checkout(appointment_id=row.pk, now=now()))

    @rule(which=WHICH, declined=st.sampled_from([False, False, False, True]))
    def pays(self, which: int, declined: bool) -> None:
        store = self.world.stripe.stand_in.store
        pass_time(store)
        sessions = list(Payment.objects.exclude(session_id=None).order_by("pk").values_list("session_id", flat=True))
        known = [s for s in sessions if (store.get(str(s)) or {}).get("status") == "open"]
        if known:
            card = "4000000000000002" if declined else "4242424242424242"
            self.stripe.pay(str(known[which % len(known)]), card)

    @rule(which=WHICH)
    def gives_the_time_back(self, which: int) -> None:
        self.each(which, lambda row: holds.release(appointment_id=row.pk, now=now()), status=Status.HELD)

    @rule(which=WHICH)
    def cancels(self, which: int) -> None:
        def act(row: Appointment) -> None:
            due = appointments.refund_due(row, now=now())
            appointments.cancel_by_client(appointment_id=row.pk, announced_cents=due, now=now())

        self.each(which, act)

    @rule(which=WHICH, by=st.sampled_from(["cancel", "accept", "accept", "refuse"]))
    def practitioner_decides(self, which: int, by: str) -> None:
        def act(row: Appointment) -> None:
            actor = row.practitioner.user
            if by == "cancel":
                appointments.cancel_by_practitioner(appointment_id=row.pk, actor=actor, now=now())
            elif by == "accept":
                requests.accept(appointment_id=row.pk, actor=actor, now=now())
            else:
                requests.refuse(appointment_id=row.pk, actor=actor, now=now())

        self.each(which, act)

    @rule(which=WHICH, cents=st.sampled_from([1, 777, 2500, 6000]))
    def practitioner_gives_back(self, which: int, cents: int) -> None:
        def act(row: Appointment) -> None:
            refunds.order_in_all(appointment_id=row.pk, amount_cents=cents, cause=Refund.Cause.DECISION, now=now())

        self.each(which, act)

    @rule(minutes=st.sampled_from([1, 5, 14, 20, 40, 300, 1440]))
    def time_passes(self, minutes: int) -> None:
        self.clock.shift(minutes * MINUTE)

    # The bank.

    @rule(which=WHICH, rarely=st.sampled_from([True, False, False]))
    def disputed(self, which: int, rarely: bool) -> None:
        charges = self.stripe._ask("GET", "banks")["charges"]
        if charges and rarely:
            self.stripe._ask("POST", "disputes", of=charges[which % len(charges)]["id"])

    @rule(which=WHICH, won=st.booleans())
    def decided(self, which: int, won: bool) -> None:
        waiting = [d for d in self.stripe._ask("GET", "banks")["disputes"] if d["status"] not in {"won", "lost"}]
        if waiting:
            chosen = waiting[which % len(waiting)]["id"]
            self.stripe._ask("POST", f"disputes/{chosen}", status="won" if won else "lost")

    @rule(account=st.sampled_from(ACCOUNTS), fails=st.booleans())
    def paid_out(self, account: str, fails: bool) -> None:
        if self.stripe.balances().get(account, 0) <= 0:
            return
        made = self.stripe._ask("POST", "payouts", account=account)
        if fails:
            self.stripe._ask("POST", f"payouts/{made['id']}", status="failed")

    # A hostile Stripe, and our own workers.

    @rule(
        when=st.sampled_from(["before", "after", "after"]),
        kind=st.sampled_from(["error", "timeout"]),
        path=st.sampled_from(PATHS),
        count=st.integers(1, 3),
    )
    def network_fails(self, when: str, kind: str, path: str, count: int) -> None:
        self.stripe.fail_requests(when=when, kind=kind, path=path, count=count)

    @rule(which=WHICH, twice=st.booleans(), at_once=st.booleans())
    def webhook_arrives(self, which: int, twice: bool, at_once: bool) -> None:
        self.collect()
        if not self.mail:
            return
        found = self.mail[which % len(self.mail)]
        if not twice:
            self.mail.remove(found)
        webhooks.receive(event=found, now=now())
        if at_once:
            row = StripeEvent.objects.get(event_id=found["id"])
            self.tried(lambda: webhooks.process(event_pk=row.pk, now=now()), split=True)

    @precondition(lambda self: self.mail)
    @rule(which=WHICH)
    def webhook_is_lost(self, which: int) -> None:
        self.mail.pop(which % len(self.mail))

    @rule(which=st.sampled_from(["events", "reconcile", "holds", "fees", "banks"]))
    def beat_ticks(self, which: str) -> None:
        self.sweep(which)

    @rule(which=WHICH)
    def worker_sends_a_refund(self, which: int) -> None:
        waiting = list(Refund.objects.filter(status=Refund.Status.PENDING).order_by("pk"))
        if waiting:
            tasks.send_refund(waiting[which % len(waiting)].pk)

    # How it is done.

    def each(self, which: int, act: Callable[[Appointment], Any], status: str = "") -> None:
        rows = list(Appointment.objects.filter(**({"status": status} if status else {})).order_by("pk"))
        if rows:
            self.tried(lambda: act(rows[which % len(rows)]), split=True)

    def tried(self, act: Callable[[], Any], *, split: bool = False) -> None:
        """Done, or refused in words; `split`: it calls Stripe between transactions of its own."""
        try:
            act()
        except (DomainError, StripeUnreachable, StripeRefused):
            return

    def collect(self) -> bool:
        self.mail += self.world.stripe.news()
        return bool(self.mail)

    def sweep(self, which: str) -> None:
        {
            "events": tasks.process_pending_events,
            "reconcile": tasks.reconcile_payments,
            "holds": tasks.expire_holds,
            "fees": tasks.read_processing_fees,
            "banks": self.ask_the_banks,
        }[which]()

    def ask_the_banks(self) -> None:
        for account in StripeAccount.objects.filter(account_id__in=ACCOUNTS):
            tasks.read_account_money(account.pk)
        tasks.keep_disputes()

    # At rest.

    def come_to_rest(self) -> None:
        """The network recovers, time passes, the sweeps go round; no webhook that was lost comes back."""
        self.stripe.clear_faults()
        self.any_order_ends_alike()
        for minutes in (1, 20, 60, 60 * 24, 60 * 24, 1, 60 * 7, 1):
            self.clock.shift(minutes * MINUTE)
            for which in ("holds", "events", "reconcile", "holds", "banks", "fees"):
                self.sweep(which)

    def any_order_ends_alike(self) -> None:
        """Whatever was not delivered yet, in two orders, each twice over: the same end."""
        self.collect()
        ends = []
        for order in range(2):
            mail = self.mail * 2
            random.Random(order).shuffle(mail)
            mark = transaction.savepoint()
            for found in mail:
                webhooks.receive(event=found, now=now())
                row = StripeEvent.objects.get(event_id=found["id"])
                webhooks.process(event_pk=row.pk, now=now())
            # One that came before what it is about is tried again, as the sweep does.
            for pk in StripeEvent.objects.filter(processed_at=None).order_by("pk").values_list("pk", flat=True):
                webhooks.process(event_pk=pk, now=now())
            ends.append(self.end())
            transaction.savepoint_rollback(mark)
        assert ends[0] == ends[1]

    def end(self) -> tuple[Any, ...]:
        return (
            list(Appointment.objects.order_by("pk").values_list("pk", "status")),
            list(Payment.objects.order_by("pk").values_list("pk", "status", "payment_intent")),
            sorted(Refund.objects.values_list("payment", "amount_cents", "cause", "status")),
            sorted(Dispute.objects.values_list("dispute_id", "status")),
            sorted(LedgerLine.objects.values_list("account", "amount_cents", "transaction__kind")),
        )

    def all_is_well(self) -> None:
        theirs, ours = self.stripe.balances(), balances()
        for account in StripeAccount.objects.filter(account_id__in=ACCOUNTS):
            whose = account.practitioner_id
            assert ours.get(ledger.practitioner(whose), 0) == theirs[account.account_id], account
            assert ours.get(ledger.bank(whose), 0) == theirs.get(f"bank_{account.account_id}", 0), account
        assert ours.get(ledger.PLATFORM, 0) == theirs["platform"]
        assert ours.get(ledger.STRIPE, 0) == theirs["stripe"]
        assert sum(cents for account, cents in ours.items() if account.kind == "client") == theirs["cards"]
        assert [str(each) for each in verify(now=now())] == []
        assert not Refund.objects.filter(status=Refund.Status.PENDING).exists()
        for row in Appointment.objects.all():
            self.paid_as_it_should(row)
        self.tell()

    def tell(self) -> None:
        for name, rows in {
            "payment": Payment.objects.filter(status=Payment.Status.PAID),
            "refund": Refund.objects.filter(status=Refund.Status.DONE),
            "late": Refund.objects.filter(cause=Refund.Cause.LATE),
            "dispute": Dispute.objects.all(),
            "payout": Payout.objects.all(),
            "released": Payment.objects.filter(status=Payment.Status.RELEASED),
            "webhook": StripeEvent.objects.exclude(processed_at=None),
        }.items():
            self.seen[name] += rows.exists()

    def paid_as_it_should(self, row: Appointment) -> None:
        """By what the stand-in holds, whatever is written here."""
        kept, taken = 0, 0
        for payment in row.payments.exclude(payment_intent=""):
            for charge in self.world.stripe.stand_in.store.find("charge", payment_intent=payment.payment_intent):
                if charge["captured"]:
                    taken += charge["amount_captured"]
                    kept += charge["amount_captured"] - charge["amount_refunded"]
        disputed = Dispute.objects.filter(payment__appointment=row).exists()
        assert taken in {0, PRICE}, f"{row}: charged twice"
        if row.status in {Status.HELD, Status.EXPIRED, Status.REFUSED, Status.CANCELLED_BY_PRACTITIONER}:
            assert disputed or kept == 0, f"{row} {row.status}: {kept} kept"
        if row.status in {Status.CONFIRMED, Status.DONE}:
            assert taken == PRICE, f"{row}: booked, not paid"
        assert row.status != Status.HELD
        if row.status == Status.REQUESTED:
            assert row.payments.filter(status__in=[Payment.Status.AUTHORISED, Payment.Status.PAID]).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("share", range(SHARES))
def test_every_cent_is_accounted_for_whatever_happens(share: int) -> None:
    machine = type("MoneyOfThisShare", (Money,), {"world": World(), "seen": Counter()})
    if SEED:
        machine = seed(SEED + share)(machine)
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=-(-HISTORIES // SHARES),
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                print_blob=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        machine.world.stripe.close()
    print(dict(machine.seen))  # noqa: T201 (read with -s)
    if HISTORIES // SHARES >= 200:
        assert all(count for name, count in machine.seen.items() if name != "late"), machine.seen
