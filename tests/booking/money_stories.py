"""How histories begin: each of the things that money can do, by the rules of the machine; what follows is chance's."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from booking.models import Refund
from common.clock import now
from tests.booking.money_at_rest import sweep
from tests.booking.money_machine import ACCOUNTS, DEPOSIT, PRICE, Money

INSTANT, REQUEST = 0, 1
SOON, IN_TWO_DAYS, IN_FOUR_DAYS = 0, 2, 3


def _booked(m: Money, *, offer: int = INSTANT, slot: int = SOON, cents: int = PRICE, card: str = "good") -> None:
    m.chosen(offer=offer, who=0, slot=slot, cents=cents)
    m.pays(which=0, card=card)
    m.all_told()


def _requested(m: Money, *, accepted: bool = True) -> None:
    _booked(m, offer=REQUEST, slot=IN_FOUR_DAYS)
    if accepted:
        m.answers_a_request(which=0, accepts=True)


def nothing(m: Money) -> None:
    m.chosen(offer=INSTANT, who=0, slot=SOON, cents=PRICE)


def paid(m: Money) -> None:
    _booked(m)


def paid_and_not_told(m: Money) -> None:
    m.chosen(offer=INSTANT, who=0, slot=SOON, cents=PRICE)
    m.pays(which=0, card="good")


def abandoned(m: Money) -> None:
    m.chosen(offer=INSTANT, who=0, slot=SOON, cents=PRICE)
    m.pays(which=0, card="declined")
    m.time_passes(minutes=40)


def deposit_then_balance(m: Money) -> None:
    _booked(m, cents=DEPOSIT, slot=IN_FOUR_DAYS)
    m.asks_for_the_rest(which=0, cents=0)
    m.pays(which=0, card="good")


def link_paid_after_the_cancellation(m: Money) -> None:
    _booked(m, cents=DEPOSIT, slot=IN_TWO_DAYS)
    m.asks_for_the_rest(which=0, cents=1500)
    m.cancels(which=0, who="practitioner", border=0, late=False)
    m.pays(which=0, card="good")


def balance_then_cancelled(m: Money) -> None:
    deposit_then_balance(m)
    m.all_told()
    m.cancels(which=0, who="client", border=72, late=False)


def taken_after_its_end(m: Money) -> None:
    """The money of a request is taken, nobody here hears of it, and the client cancels."""
    _requested(m, accepted=False)
    m.network_fails(when="after", kind="timeout", path="/v1/payment_intents", count=2)
    m.answers_a_request(which=0, accepts=True)
    m.cancels(which=0, who="client", border=0, late=False)


def taken_after_its_end_and_disputed(m: Money) -> None:
    taken_after_its_end(m)
    m.disputed(which=0, cents=None)
    m.all_told()
    m.decided(which=0, won=True)


def late_card_pays(m: Money) -> None:
    _booked(m, card="late")
    m.time_passes(minutes=40)
    m.beat_ticks(which="holds")
    m.late_bank_answers(which=0, succeeded=True)


def late_card_refused(m: Money) -> None:
    _booked(m, card="late, refused")
    m.time_passes(minutes=20)
    m.late_bank_answers(which=0, succeeded=False)


def late_card_left_to_time(m: Money) -> None:
    _booked(m, card="late")


def disputed_after_the_cancellation(m: Money) -> None:
    _booked(m, slot=IN_TWO_DAYS)
    m.cancels(which=0, who="client", border=0, late=False)
    m.worker_sends_a_refund(which=0)
    m.time_passes(minutes=1)
    m.disputed(which=0, cents=None)


def disputed_then_cancelled(m: Money, *, won: bool = True) -> None:
    _booked(m, slot=IN_FOUR_DAYS, card="disputed")
    m.time_passes(minutes=1)
    m.cancels(which=0, who="practitioner", border=0, late=False)
    m.decided(which=0, won=won)


def dispute_lost(m: Money) -> None:
    disputed_then_cancelled(m, won=False)


def cancelled_then_disputed_before_the_refund(m: Money) -> None:
    """The refund is ordered; the client's bank is faster."""
    _booked(m, slot=IN_FOUR_DAYS)
    m.cancels(which=0, who="practitioner", border=0, late=False)
    m.disputed(which=0, cents=None)
    m.worker_sends_a_refund(which=0)
    m.all_told()
    m.decided(which=0, won=True)


def given_back_by_hand(m: Money) -> None:
    _booked(m, slot=IN_TWO_DAYS)
    m.practitioner_gives_back(which=0, cents=777)
    m.asks_for_the_rest(which=0, cents=0)


def payout_sent_back(m: Money) -> None:
    _booked(m)
    m.paid_out(account=ACCOUNTS[INSTANT])
    m.time_passes(minutes=1440)
    m.all_told()
    m.payout_ends(which=0, failure="account_closed")


def paid_out(m: Money) -> None:
    _booked(m)
    m.paid_out(account=ACCOUNTS[INSTANT])


def restricted_before_the_page(m: Money) -> None:
    m.account_checked(account=ACCOUNTS[INSTANT], status="restricted")
    m.chosen(offer=INSTANT, who=0, slot=SOON, cents=PRICE)


def restricted_in_the_middle(m: Money) -> None:
    m.chosen(offer=INSTANT, who=0, slot=SOON, cents=PRICE)
    m.account_checked(account=ACCOUNTS[INSTANT], status="restricted")
    m.collect()
    while m.mail:
        m.webhook_is_lost(which=0)


def on_two_devices(m: Money) -> None:
    m.chosen(offer=INSTANT, who=0, slot=SOON, cents=PRICE)
    m.pays_on_two_devices(which=0)


def at_a_border(who: str, hours: int, *, late: bool) -> Callable[[Money], None]:
    def story(m: Money) -> None:
        _booked(m, slot=IN_FOUR_DAYS)
        m.cancels(which=0, who=who, border=hours, late=late)

    story.__name__ = f"{who}_cancels_{'a_second_after' if late else 'at'}_{hours}_hours"
    return story


def cancelled_at_the_last_minute(who: str) -> Callable[[Money], None]:
    def story(m: Money) -> None:
        _booked(m)
        m.cancels(which=0, who=who, border=0, late=False)

    story.__name__ = f"{who}_cancels_at_the_last_minute"
    return story


def page_that_failed_but_opened(m: Money) -> None:
    m.network_fails(when="after", kind="error", path="/v1/checkout/sessions", count=1)
    m.chosen(offer=INSTANT, who=0, slot=SOON, cents=PRICE)
    m.goes_on(which=0)
    m.pays(which=0, card="good")


def page_whose_answer_was_cut(m: Money) -> None:
    m.network_fails(when="after", kind="timeout", path="/v1/checkout/sessions", count=1)
    m.chosen(offer=INSTANT, who=0, slot=SOON, cents=PRICE)
    m.goes_on(which=0)
    m.pays(which=0, card="good")


def cut_before_the_page(m: Money) -> None:
    m.network_fails(when="before", kind="timeout", path="", count=1)
    nothing(m)


def refund_that_failed_first(m: Money) -> None:
    """Stripe says that it failed; it is looked for, then asked with another key."""
    _booked(m, slot=IN_FOUR_DAYS)
    m.cancels(which=0, who="practitioner", border=0, late=False)
    m.network_fails(when="before", kind="error", path="/v1/refunds", count=1)
    m.worker_sends_a_refund(which=0)
    assert Refund.objects.get().status == Refund.Status.PENDING, now()


def request_accepted(m: Money) -> None:
    _requested(m)


def request_refused(m: Money) -> None:
    _requested(m, accepted=False)
    m.answers_a_request(which=0, accepts=False)


def request_left(m: Money) -> None:
    _requested(m, accepted=False)
    for _day in range(2):
        m.time_passes(minutes=1440)
    sweep("holds")


def told_twice_and_backwards(m: Money) -> None:
    paid_and_not_told(m)
    m.collect()
    m.webhook_arrives(which=4, twice=True, at_once=True)
    m.webhook_is_lost(which=2)


STORIES: tuple[Callable[[Money], None], ...] = (
    nothing,
    paid,
    paid_and_not_told,
    abandoned,
    deposit_then_balance,
    link_paid_after_the_cancellation,
    balance_then_cancelled,
    taken_after_its_end,
    taken_after_its_end_and_disputed,
    late_card_pays,
    late_card_refused,
    late_card_left_to_time,
    disputed_after_the_cancellation,
    disputed_then_cancelled,
    dispute_lost,
    cancelled_then_disputed_before_the_refund,
    given_back_by_hand,
    paid_out,
    payout_sent_back,
    restricted_before_the_page,
    restricted_in_the_middle,
    on_two_devices,
    *(at_a_border(who, hours, late=late) for who in ("client", "practitioner") for hours in (72, 30) for late in (False, True)),
    *(cancelled_at_the_last_minute(who) for who in ("client", "practitioner")),
    page_that_failed_but_opened,
    page_whose_answer_was_cut,
    cut_before_the_page,
    refund_that_failed_first,
    request_accepted,
    request_refused,
    request_left,
    told_twice_and_backwards,
)  # fmt: skip


class MoneyOfAStory(Money):
    @initialize(story=st.sampled_from(STORIES))
    def begins(self, story: Callable[[Money], None]) -> None:
        """Most histories begin with money, so that there is something to lose."""
        story(self)
