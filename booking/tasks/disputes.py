"""Disputes, payouts and the state of accounts: what is sent to Stripe, and what it did not tell."""

import structlog
from celery import shared_task

from booking.actions import accounts, dispute_answers, disputes, payouts
from booking.models import StripeAccount
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from booking.tasks.sweeping import one_by_one
from common import clock
from common.tasks import enqueue

log = structlog.get_logger(__name__)


@shared_task
def send_dispute_answer(answer_id: int) -> None:
    dispute_answers.send(answer_id=answer_id, now=clock.now())


@shared_task
def keep_disputes() -> None:
    """Answers that Stripe does not have yet first, whose deadline the bank keeps; then reminders, then what was not heard of."""
    now = clock.now()
    one_by_one(
        dispute_answers.to_send().values_list("pk", flat=True)[:100],
        lambda pk: dispute_answers.send(answer_id=pk, now=now),
        failure="dispute_answer_not_sent",
    )
    one_by_one(
        disputes.to_remind(now=now).values_list("pk", flat=True)[:200],
        lambda pk: disputes.remind(dispute_id=pk, now=now),
        failure="dispute_not_reminded",
    )
    one_by_one(
        disputes.to_read_again(now=now).values_list("pk", flat=True)[:100],
        lambda pk: disputes.read_again(dispute_id=pk, now=now),
        failure="dispute_not_read",
    )


@shared_task
def read_accounts() -> None:
    """Each night, what Stripe has of each account and did not tell: one task an account, in no hurry."""
    for account_id in payouts.accounts_in_use(now=clock.now()).values_list("pk", flat=True):
        enqueue(read_account_money, account_id)
    for account_id in StripeAccount.objects.order_by("pk").values_list("pk", flat=True):
        enqueue(read_account_state, account_id)


@shared_task
def read_account_state(account_id: int) -> None:
    """Whether it may take cards: of a notification that was lost, nobody else would ever learn."""
    try:
        accounts.refresh(account_pk=account_id, now=clock.now())
    except (StripeUnreachable, StripeRefused) as error:
        log.warning("account_state_not_read", account=account_id, error=str(error))


@shared_task
def read_account_money(account_id: int) -> None:
    account, now = StripeAccount.objects.get(pk=account_id), clock.now()
    try:
        disputes.look_for_new(account=account, now=now)
        payouts.look_for_new(account=account, now=now)
    except (StripeUnreachable, StripeRefused) as error:
        log.warning("account_money_not_read", account=account_id, error=str(error))
    payouts.link_known(account=account, now=now)
