"""Two tabs, two threads, one subscription: the database decides, and nothing is paid twice."""

import uuid

import pytest

from booking.actions import subscription_ends, subscription_money, subscription_refunds, subscriptions, withdrawals
from booking.models import Invoice, ServiceSubscription, SubscriptionEvent, SubscriptionPayment, SubscriptionRefund
from common.clock import now
from tests.booking.subscription_world import World, world
from tests.booking.test_group_races import together

__all__ = ["world"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_six_presses_at_once_are_one_subscription_paid_once(world: World) -> None:
    version = world.service.versions.get()

    def press() -> str:
        row = subscriptions.agree(
            practitioner=world.practitioner,
            version=version,
            by=world.practitioner.user,
            agreement="[x]",
            starts_at_once=False,
            now=now(),
        )
        return subscriptions.page_of(subscription_id=row.pk, now=now())

    answers = together(*[press for _number in range(6)])
    row = ServiceSubscription.objects.get()
    assert {answer for answer in answers if isinstance(answer, str)} == {row.session_url}
    world.stripe.control.pay(row.session_id or "")
    together(*[lambda: subscriptions.refresh(subscription_id=row.pk, now=now()) for _number in range(4)])
    assert SubscriptionPayment.objects.count() == 1
    assert SubscriptionEvent.objects.filter(step="begin").count() == 1
    payment = SubscriptionPayment.objects.get()
    together(*[lambda: subscription_money.finish(payment_id=payment.pk, now=now()) for _number in range(4)])
    assert Invoice.objects.filter(kind="service").count() == 1
    world.same_cents()


def test_withdrawing_twice_at_once_gives_back_once(world: World) -> None:
    row = world.begin()

    def withdraw() -> object:
        said = withdrawals.Declaration("Claire Morel", "claire@exemple.fr", row.reference)
        return withdrawals.declare(
            key=uuid.uuid4(), said=said, subscription_id=row.pk, is_own=True, announced_cents=900, actor=None, now=now()
        )

    together(*[withdraw for _number in range(5)])
    for pk in SubscriptionRefund.objects.values_list("pk", flat=True):
        subscription_refunds.send(refund_id=pk, now=now())
    subscription_ends.try_to_tell(subscription_id=row.pk, now=now())
    assert SubscriptionRefund.objects.count() == 1
    assert world.again(row).state == "ended"
    world.same_cents()
