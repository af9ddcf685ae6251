"""A letter leaves once: what the check sees in it is changed, or let through with a reason, before."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import DomainError
from editorial.models import Letter
from legal.claims import judging
from legal.claims.judging import Found
from legal.claims.pages import read
from legal.models import ClaimWaiver

SURFACE = "letter"
SHORTEST_REASON = 10


class WordsRefused(DomainError):
    message = _("The claims check sees words in this letter: change them, or say why they may stand.")


def left(letter: Letter) -> list[Found]:
    found = judging.look({"subject": letter.subject, "opening": letter.opening, "body": read(letter.body)})
    fine = judging.answered(found, surface=SURFACE)
    return [row for row in found if row.fingerprint not in fine]


def answer(letter: Letter, *, by: User, reason: str, now: dt.datetime) -> None:
    """Raises WordsRefused when something is left and nobody says why it may stand."""
    found = left(letter)
    if not found:
        return
    reason = " ".join(reason.replace("\x00", "").split())[:300]
    if len(reason) < SHORTEST_REASON:
        raise WordsRefused
    judging.answer(found, surface=SURFACE, kind=ClaimWaiver.Kind.OVERRIDDEN, author=by, now=now, reason=reason)
