"""What happens to appointments, told inside booking: waiting lists, calendars and reminders listen."""

from django.dispatch import Signal

# Sent within the transaction, once the row is saved: `appointment`, `action` (a Step, or "hold", "extend", "move"), `before`
# (the status it had), `now`. Receivers write their own rows or use `transaction.on_commit`; a failure undoes the step.
appointment_changed = Signal()
# Likewise for a group session: `group`, `now`.
group_changed = Signal()
# Likewise for a payment: `payment`, `step` (of booking.payment_states), `before` (the status it had), `now`.
payment_changed = Signal()
