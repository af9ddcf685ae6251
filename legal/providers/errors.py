from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, DomainError


class NoSafeguard(DomainError):
    message = _("This safeguard does not cover this country.")


class PrivacyShield(DomainError):
    message = _(
        "The Privacy Shield was annulled on 16 July 2020 (Court of Justice, C-311/18): it protects no transfer. Choose another safeguard."
    )


class NothingChanged(DomainError):
    message = _("Nothing differs from what stands.")


class AlreadyAnnounced(Conflict):
    message = _("A change of this provider is announced already: it applies or is given up before another one.")


class NameTaken(Conflict):
    message = _("A provider of this name is in the register or announced already.")


class Settled(Conflict):
    message = _("This change is settled already.")


class TooLate(Conflict):
    message = _("The 15 days are over: your silence was recorded as an acceptance.")


class Answered(Conflict):
    message = _("Your objection is recorded already.")
