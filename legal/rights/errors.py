"""Why a right cannot be used as asked; each says what to do instead."""

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, DomainError


class AlreadyAsked(Conflict):
    message = _("A copy is being prepared already: you get a message when it is ready.")


class TooManyCopies(DomainError):
    message = _("Three copies a day are the most: come back tomorrow.")
    status = 429


class NotOpen(Conflict):
    message = _("This does not stand any more: the page shows what does.")


class CannotObject(DomainError):
    message = _("This activity does not rest on a legitimate interest, or goes on for the reason given beside it.")


class CannotClose(Conflict):
    message = _("This account cannot be closed yet: the page says what comes first.")


class BadWish(DomainError):
    message = _("Name the person who receives the copy, with an e-mail or a postal address.")


class AlreadyDead(Conflict):
    message = _("This death is recorded already.")


class Held(Conflict):
    message = _("A legal hold suspends the end of these data: lift it first, or wait for its end.")


class WhyNeeded(DomainError):
    message = _("Say why: the person did not wish this for the whole account.")


class BadDeath(DomainError):
    message = _(
        "Give the reference of the document and say who told us; your own account and the team’s are not concerned."
    )
