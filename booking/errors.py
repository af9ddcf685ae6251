"""What booking refuses, each with the words shown and the HTTP status."""

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, DomainError


class NotKnownYet(Exception):
    """What Stripe tells of is not in the database yet: its notification is tried again later."""


class NotBookable(DomainError):
    """The service does not exist, is not this practitioner's, or cannot be booked online."""

    status = 404
    message = _("This session cannot be booked online, or no longer.")


class PastTime(DomainError):
    message = _("This time has passed. Choose another one.")


class SlotTaken(Conflict):
    message = _("This time has just been taken.")


class GroupFull(SlotTaken):
    message = _("The last seat of this session has just been taken.")


class SeatsBelowTaken(Conflict):
    """Fewer seats than clients: the database refuses too."""

    message = _("More seats than that are taken. Cancel some first.")


class AlreadySeated(Conflict):
    message = _("This person already has a seat in this session. A relative may take another one.")


class SeriesDateTaken(Conflict):
    """One date of a series cannot be had: nothing of it is held or booked until the choice is made again."""

    message = _("One of these dates has just been taken. Choose again.")

    @classmethod
    def on(cls, moment: str) -> "SeriesDateTaken":
        return cls(_("%(moment)s is no longer free. Nothing was booked: choose again.") % {"moment": moment})


class OfferGone(Conflict):
    """An offer of the waiting list that was answered, or whose time to answer is over."""

    message = _("This time is no longer kept for you. You keep your turn for the next one.")


class OfferElsewhere(Conflict):
    message = _("This time has just been accepted in another browser.")


class HoldLost(SlotTaken):
    """The hold expired and its time could not be taken back."""

    message = _("You no longer hold this time, and it has just been taken.")


class TooManyHolds(DomainError):
    """As many times are held from this visitor's address as one address may hold."""

    status = 429
    message = _(
        "Several times are already held from your internet connection. Finish one of these bookings or give its time back; "
        "otherwise try again in 25 minutes."
    )


class TooManyRelatives(DomainError):
    status = 422
    message = _("You can keep 20 relatives at most. Remove one first.")


class AlreadyBooked(Conflict):
    message = _("This appointment is already booked.")


class AlreadyExtended(Conflict):
    message = _("This time was already kept once for longer.")


class AmountChanged(Conflict):
    message = _("The amount changed in the meantime. Here is the amount now.")


class AlreadyStarted(Conflict):
    message = _("The appointment has started: it can no longer be cancelled here. Contact the practitioner.")


class TooEarlyOrLate(Conflict):
    message = _("This can be said from 15 minutes after the start, and for 30 days.")


class MoveRefused(Conflict):
    """The policy, or what the appointment is, does not let it be moved this way."""

    message = _("This appointment cannot be moved.")


class OutsideHours(Conflict):
    """A move by the practitioner outside the opening hours or over something of one's own: allowed once it was shown."""

    message = _("This time is outside your opening hours.")


class ProposalGone(Conflict):
    message = _("These times are no longer proposed.")


class TermsChanged(Conflict):
    message = _("One of the documents has a new version. Please read and accept it.")


class PaymentsInactive(DomainError):
    status = 409
    message = _("This practitioner cannot take online payments at the moment.")


class NothingOwed(DomainError):
    status = 409
    message = _("Nothing more can be asked to be paid for this appointment.")


class MoreThanOwed(DomainError):
    """`remains` in words: what can still be asked for."""

    @classmethod
    def of(cls, remains: str) -> "MoreThanOwed":
        return cls(_("At most %(amount)s remain to be paid.") % {"amount": remains})


class AskedAlready(Conflict):
    message = _("A payment is already asked for: withdraw it first, or wait for it.")


class LinkOver(DomainError):
    """A payment link that was paid, withdrawn, or is too old."""

    status = 410
    message = _("This payment link is no longer in use. Nothing was charged.")


class DepositBelowFee(DomainError):
    """A first payment that does not exceed the fee is refused when it is set up, never capped (M3)."""


class ClientKnown(Conflict):
    """A record with this address exists; `record` is that one."""

    message = _("One of your clients already has this e-mail address.")


class HasAppointments(Conflict):
    message = _("This client has appointments, which are kept as long as the law asks: archive the record instead.")


class TwoAccounts(Conflict):
    message = _("These two records belong to two different accounts: they cannot be merged.")


class TooManyMessages(DomainError):
    status = 429
    message = _("You have written a lot in a short time. Wait an hour before the next message.")


class MessageGone(DomainError):
    """Sent already, or never confirmed within two days."""

    status = 410
    message = _("This message was sent already, or its link is older than two days. Write it again from the page.")


class NotWritten(DomainError):
    message = _(
        "This person asked not to be written to. They can still write to you; appointments are confirmed as before."
    )


class NoAddress(DomainError):
    message = _("This client has no e-mail address: write one in the record first.")


class RequestOpen(Conflict):
    message = _("A request of this kind is already open for this appointment: add to it instead.")


class RequestClosed(Conflict):
    message = _("This request is closed.")


class MoreThanPaid(DomainError):
    message = _("This is more than what was paid online and not yet refunded.")


class UnreadableFile(DomainError):
    """A file from which no list of clients can be read; the words say what to do."""


class ListChanged(Conflict):
    message = _("Your list of clients changed since this page was shown. Here is what would be done now.")


class InvoiceFactsMissing(DomainError):
    """The law wants more on an invoice than what is known of who issues it; the words say what."""


class MandateMissing(DomainError):
    message = _("Invoices are made in your name once you have accepted the billing mandate.")


class NotInvoiceable(Conflict):
    message = _("This appointment cannot be invoiced: it has not taken place, costs nothing, or was given back.")


class InvoicedAlready(Conflict):
    message = _("This appointment has its invoice already. A mistake is corrected by a credit note.")


class CreditBeyond(Conflict):
    message = _("This is more than what is left of the invoice after its credit notes.")


class NothingToPay(Conflict):
    message = _("This invoice is already paid, or nothing of it is left to pay.")


class YearNotOver(Conflict):
    message = _("A year is declared once it is over.")


class PlatformUnknown(Conflict):
    message = _(
        "The settings do not say who the platform is (name, SIRET, VAT number, address): nothing can be declared."
    )


class ReportWaits(Conflict):
    message = _("Another file of this year is neither filed nor thrown away. Here is how it stands now.")


class NothingToDeclare(Conflict):
    message = _("Nothing differs from what the tax office already has: there is no file to make.")


class DisputeOver(Conflict):
    message = _("This dispute no longer waits for an answer.")


class AnswerAlreadySent(Conflict):
    """The bank takes one answer only."""

    message = _("Your answer was already given to be sent: the bank takes one only.")


class InvoiceEnded(DomainError):
    status = 410
    message = _(
        "The time for which the law keeps invoices is over: of this one, the number, the date and the amount remain."
    )


class NothingToSend(DomainError):
    message = _("Tick at least one piece, or write your own account.")


class StepSuspended(Conflict):
    message = _("This invoice is contested: the next steps wait until that is settled.")


class StepTooEarly(Conflict):
    message = _("This step is not due yet, or was taken already.")


class NotOffered(DomainError):
    status = 404
    message = _("This service is not offered, or no longer.")


class AlreadySubscribed(Conflict):
    message = _("You already have this service: nothing was paid again.")


class ServiceChanged(Conflict):
    message = _("The price or the terms of this service have just changed. Here they are as they are now.")


class SubscriptionOver(Conflict):
    message = _("This subscription is over.")


class WithdrawalOver(Conflict):
    message = _("The 14 days to withdraw are over. You can still cancel: the service then ends with the paid period.")
