"""A person died: recorded with the reference of a document, the account shut, and what they wished for carried out."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from accounts.roles import STAFF, has_role
from legal.models import AccountClosing, DataCopy, Death, LegalHold, RightsChoice
from legal.retention import people
from legal.rights.actions import choices, closings, copies, wishes
from legal.rights.errors import AlreadyDead, BadDeath, Held, NotOpen, WhyNeeded

Outcome = Death.Outcome


@transaction.atomic
def record(*, user: User, document: str, relation: str, by: User, now: dt.datetime) -> Death:
    """The account is shut at once and nothing more is written to it. Raises BadDeath, AlreadyDead."""
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    team = locked.is_superuser or locked.is_staff or has_role(locked, *STAFF)
    if not document.strip() or not relation.strip() or locked.pk == by.pk or team or hasattr(locked, "erased"):
        raise BadDeath
    if Death.objects.filter(user=locked).exists():
        raise AlreadyDead
    death = Death.objects.create(
        user=locked, document=document.strip()[:120], relation=relation.strip()[:160], recorded_by=by, recorded_at=now
    )
    # What they asked for alive is left to their wishes.
    AccountClosing.objects.standing().filter(user=locked, closed_at=None).update(cancelled_at=now)
    for pk in RightsChoice.objects.standing().filter(user=locked).values_list("pk", flat=True):
        choices.lift(choice_id=pk, by=by, now=now)
    closings.shut(locked)
    return death


@transaction.atomic
def prepare_copy(*, death_id: int, now: dt.datetime) -> DataCopy:
    """The copy for whom the person named. Raises NotOpen where no wish asks for it."""
    death = Death.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=death_id)
    wish = wishes.current(death.user)
    if death.outcome or wish is None or wish.fate != wish.Fate.COMMUNICATE:
        raise NotOpen
    if death.copy is None or death.copy.state in {DataCopy.State.ENDED, DataCopy.State.FAILED}:
        death.copy = copies.ask(user=death.user, now=now)
        death.save(update_fields=["copy"])
    return death.copy


@transaction.atomic
def carry_out(*, death_id: int, outcome: str, reason: str, by: User, now: dt.datetime) -> Death:
    """Do what was wished; another outcome, or one without a wish, needs its reason. Raises NotOpen, BadDeath, WhyNeeded.

    A wish about some activities says nothing of the account as a whole, which is what ends here.
    """
    death = Death.objects.select_for_update(no_key=True, of=("self",)).select_related("user", "copy").get(pk=death_id)
    if death.outcome:
        raise NotOpen
    wish = wishes.current(death.user)
    wished = wish.fate if wish and not wish.activities else ""
    if outcome not in {Outcome.ERASED, Outcome.KEPT, Outcome.COMMUNICATED}:
        raise BadDeath
    if outcome != wished and not reason.strip():
        raise WhyNeeded
    if outcome == Outcome.COMMUNICATED and (death.copy is None or death.copy.downloaded_at is None):
        raise NotOpen
    death.outcome, death.reason = outcome, reason.strip()[:300]
    death.carried_out_by, death.carried_out_at = by, now
    death.save()
    if outcome != Outcome.KEPT:
        _erase(death, now)
    return death


def _erase(death: Death, now: dt.datetime) -> None:
    """A practitioner's file has a time of its own, counted from the contract: the nightly run ends it."""
    if LegalHold.objects.active(now).filter(person=death.user).exists():
        raise Held
    if getattr(death.user, "practitioner", None) is None:
        people.erase_accounts([death.user_id], now)
