"""Messages about appointments. To add one: a row in `kinds.KINDS`, its templates, and a call of `tell`."""

from booking.notifications.gathering import held_back
from booking.notifications.sending import paid_too_late, tell

__all__ = ["held_back", "paid_too_late", "tell"]
