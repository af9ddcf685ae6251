"""What a rule refuses, and in which words."""

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, DomainError


class AlreadyAnswered(Conflict):
    message = _("This request was answered meanwhile: nothing of yours was sent.")


class WithThePractitioner(Conflict):
    message = _("This request is with the practitioner, who answers it.")


class NotWithYou(Conflict):
    message = _("This request is no longer with you.")


class AlreadyExtended(Conflict):
    message = _("This request was extended already: the law allows it once.")


class TooLateToExtend(DomainError):
    message = _("The first month is over: the extension had to be announced before its end.")


class ReasonMissing(DomainError):
    message = _("Say why: the person reads it.")


class NotExpected(Conflict):
    message = _("Nothing is expected from you about this request any more.")


class NotAPractitioner(DomainError):
    message = _("This address is not the account of a practitioner.")


class NoSuchAccount(DomainError):
    message = _("No account has this address.")


class ReceivedLater(DomainError):
    message = _("A request cannot be received after today.")


class NowhereToAnswer(DomainError):
    message = _("Give an e-mail address or a postal address: the answer has to go somewhere.")


class TooManyFiles(DomainError):
    message = _("Ten files at most.")
