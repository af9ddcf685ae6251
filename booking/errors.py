"""What booking refuses, each with the words shown and the HTTP status."""

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, DomainError


class NotBookable(DomainError):
    """The service does not exist, is not this practitioner's, or cannot be booked online."""

    status = 404
    message = _("This session cannot be booked online, or no longer.")


class PastTime(DomainError):
    message = _("This time has passed. Choose another one.")


class SlotTaken(Conflict):
    message = _("This time has just been taken.")


class HoldLost(SlotTaken):
    """The hold expired and its time could not be taken back."""

    message = _("You no longer hold this time, and it has just been taken.")


class AlreadyBooked(Conflict):
    message = _("This appointment is already booked.")


class AlreadyExtended(Conflict):
    message = _("This time was already kept once for longer.")


class AmountChanged(Conflict):
    message = _("The amount changed in the meantime. Here is the amount now.")


class AlreadyStarted(Conflict):
    message = _("The appointment has started: it can no longer be cancelled here. Contact the practitioner.")


class TermsChanged(Conflict):
    message = _("One of the documents has a new version. Please read and accept it.")


class PaymentsInactive(DomainError):
    status = 409
    message = _("This practitioner cannot take online payments at the moment.")


class DepositBelowFee(DomainError):
    """A first payment that does not exceed the fee is refused when it is set up, never capped (M3)."""


class ClientKnown(Conflict):
    """A record with this address exists; `record` is that one."""

    message = _("One of your clients already has this e-mail address.")


class TwoAccounts(Conflict):
    message = _("These two records belong to two different accounts: they cannot be merged.")
