"""The whole table of a subscription's states: every step, from every state; in the code and in the database."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking import subscription_sql
from booking.models import ServiceSubscriber, ServiceSubscription, SubscriptionEvent, SubscriptionPayment
from booking.subscription_states import TRANSITIONS, IllegalSubscriptionStep, Step, move
from booking.subscription_terms import renewal_to_announce, serves_from, withdrawal
from booking.withdrawal_terms import period_end
from common.clock import now
from tests.factories.paid_services import make_service
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db
State = ServiceSubscription.State


def subscription(state: str = State.CREATING, **fields: Any) -> ServiceSubscription:
    practitioner, service = PractitionerFactory(), make_service()
    moment = now()
    known: dict[str, Any] = {}
    if state in {State.ACTIVE, State.PAST_DUE, State.ENDED}:
        known = {"stripe_id": f"sub_{service.pk}", "begun_at": moment, "period_end": moment + dt.timedelta(days=30)}
    if state == State.ENDED:
        known["ended_at"] = moment
    return ServiceSubscription.objects.create(
        subscriber=ServiceSubscriber.objects.get_or_create(practitioner=practitioner)[0],
        service=service,
        version=service.versions.get(),
        service_name=service.name,
        agreed_by=practitioner.user,
        agreed_at=moment,
        agreement="[x]",
        state=state,
        session_expires_at=moment + dt.timedelta(hours=2),
        **{"starts_at_once": False} | known | fields,
    )


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_a_step_is_taken_from_its_states_only_and_is_kept(step: Step, state: State) -> None:
    row, table = subscription(state), TRANSITIONS[step]
    if state not in table.sources:
        with pytest.raises(IllegalSubscriptionStep):
            move(row, step, now=now())
        assert not SubscriptionEvent.objects.exists()
        return
    if step == Step.BEGIN:
        row.stripe_id, row.begun_at, row.period_end = "sub_1", now(), now() + dt.timedelta(days=30)
    if step == Step.END:
        row.ended_at = now()
    move(row, step, now=now(), detail="why")
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    event = row.events.get()
    assert (event.step, event.before, event.after) == (step, state, table.target or state)


@pytest.mark.parametrize("after", State)
@pytest.mark.parametrize("before", State)
def test_the_database_accepts_the_same_pairs_as_the_table(before: State, after: State) -> None:
    row = subscription(before)
    refused = ""
    try:
        with transaction.atomic():
            ServiceSubscription.objects.filter(pk=row.pk).update(state=after)
            transaction.set_rollback(True)
    except IntegrityError as error:
        refused = str(error)
    legal = before == after or (before, after) in subscription_sql.pairs()
    assert ("is no transition" not in refused) == legal, refused


def test_the_migration_holds_what_the_table_says_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select prosrc from pg_proc where proname = 'booking_legal_subscription_step'")
        (kept,) = cursor.fetchone()
    assert " ".join(kept.split()) in " ".join(subscription_sql.legal_function().split())


def test_a_state_that_changes_without_its_event_is_undone() -> None:
    row = subscription(State.OPEN)
    with pytest.raises(IntegrityError, match="has no event"):
        by_hand(row)


def by_hand(row: ServiceSubscription) -> None:
    """Without the code, and with what the database asks at commit asked at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        ServiceSubscription.objects.filter(pk=row.pk).update(state=State.ABANDONED)
        cursor.execute("set constraints all immediate")


def test_a_second_living_subscription_of_a_service_is_refused() -> None:
    row = subscription(State.ACTIVE)
    with pytest.raises(IntegrityError, match="one_living_subscription_of_a_service"), transaction.atomic():
        ServiceSubscription.objects.create(
            subscriber=row.subscriber,
            service=row.service,
            version=row.version,
            service_name="x",
            agreed_by=row.agreed_by,
            agreed_at=now(),
            agreement="x",
            starts_at_once=False,
            session_expires_at=now(),
        )


BEGUN = dt.datetime(2026, 10, 5, 9, tzinfo=dt.UTC)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cents=st.integers(100, 500_000),
    days=st.integers(28, 366),
    after=st.integers(0, 40 * 24 * 60),
    at_once=st.booleans(),
)
def test_what_is_owed_and_what_goes_back_are_what_was_paid(cents: int, days: int, after: int, at_once: bool) -> None:
    """Over any price, period and minute: nothing beyond it, nothing owed without the request, whole days only."""
    row = ServiceSubscription(state=State.ACTIVE, begun_at=BEGUN, starts_at_once=at_once)
    payment = SubscriptionPayment(amount_cents=cents, period_start=BEGUN, period_end=BEGUN + dt.timedelta(days=days))
    moment = BEGUN + dt.timedelta(minutes=after)
    found = withdrawal(row, [(payment, cents)], now=moment)
    assert found is not None
    assert found.is_open == (moment < period_end(BEGUN))
    assert found.owed + found.refund == cents
    if not found.is_open:
        assert found.refund == 0
    elif not at_once or after < 24 * 60:
        assert found.refund == cents
    else:
        later = withdrawal(row, [(payment, cents)], now=moment + dt.timedelta(days=1))
        assert later is not None
        assert later.refund <= found.refund
    assert serves_from(row) == (BEGUN if at_once else period_end(BEGUN))


def test_a_renewal_by_the_month_is_not_announced() -> None:
    row = subscription(State.ACTIVE)
    row.period_end = now() + dt.timedelta(days=60)
    assert not renewal_to_announce(row, now=now())
