"""Which of booking's tables are histories (common.history), and what must agree between them and what they tell.

The checks see at once what the seals of the night cannot yet: each step begins where the one before it ended, the last one ends
where the row is, and no step is one that the lifecycle does not know.
"""

from collections.abc import Iterable

from booking import lifecycle_sql, payment_states_sql
from common import history


def register() -> None:
    step = ("before", "after", "at", "detail", "written_in")
    history.watch("booking_appointmentevent", "at", "appointment_id", "action", "by", "actor_id", *step)
    history.watch("booking_paymentevent", "at", "payment_id", "step", *step)
    history.watch("booking_subscriptionevent", "at", "subscription_id", "step", *step)
    history.watch("booking_disputeevent", "at", "dispute_id", "what", "status", "number", "actor_id", "at")
    history.watch(
        "booking_clientrequestevent", "at", "request_id", "what", "by", "actor_id", "at", "number", "amount_cents", "refund_id",
    )  # fmt: skip
    history.watch("booking_latestep", "at", "invoice_id", "kind", "at", "by_id", "due_cents", "interest_cents")
    history.watch(
        "booking_withdrawal", "declared_at", "reference", "declared_at", "actor_id", "appointment_id", "subscription_id", "standing",
        "concluded_at", "until", "paid_cents", "owed_cents", "refund_cents",
    )  # fmt: skip
    history.watch("booking_ledgertransaction", "at", "key", "kind", "at", "appointment_id", "payment_id")
    history.watch("booking_ledgerline", "at", "transaction_id", "account", "at", "amount_cents")
    appointments = Steps(
        "booking_appointmentevent", "appointment_id", "booking_appointment", "status", "", lifecycle_sql.pairs()
    )
    payments = Steps(
        "booking_paymentevent", "payment_id", "booking_payment", "status", "creating", payment_states_sql.pairs()
    )
    for steps in (appointments, payments):
        history.checks.register(f"{steps.table}-follow", steps.follow())
        history.checks.register(f"{steps.table}-end", steps.end())


class Steps:
    """Statements about a table of steps. `begins`: the state of a row of which no step tells anything yet."""

    def __init__(
        self, table: str, parent: str, rows: str, state: str, begins: str, legal: Iterable[tuple[str, str]]
    ) -> None:
        self.table, self.parent, self.rows, self.state, self.begins = table, parent, rows, state, begins
        self.legal = ", ".join(f"('{before}', '{after}')" for before, after in legal)

    def follow(self) -> str:
        """Each step begins where the one before it ended, and is one that exists."""
        return f"""
            select '{self.table} row ' || id, case when begins <> before then 'does not follow the step before it'
                   else 'is a step that does not exist' end
            from (select id, before, after, coalesce(lag(after) over (partition by {self.parent} order by id), '{self.begins}')
                         as begins from {self.table}) steps
            where begins <> before
               or (before <> after and before <> '' and (before, after) not in ({self.legal}))
        """  # noqa: S608

    def end(self) -> str:
        """The row is where its last step ended."""
        return f"""
            select '{self.rows} row ' || r.id, 'is ' || r.{self.state} || ', and its history ends on '
                   || coalesce(nullif(last.after, ''), 'nothing')
            from {self.rows} r
            left join lateral (select after from {self.table} e where e.{self.parent} = r.id order by e.id desc limit 1) last
                 on true
            where r.{self.state} <> coalesce(last.after, '{self.begins}')
        """  # noqa: S608
