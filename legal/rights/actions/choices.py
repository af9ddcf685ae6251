"""Objecting to an activity, restricting the use of everything, and lifting either: by the person, or by the legal team."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from legal import entries
from legal.models import RightsChoice
from legal.retention import holds
from legal.rights import effects, foundation_effects
from legal.rights.errors import CannotObject, NotOpen
from legal.rights.people import person_of

Kind = RightsChoice.Kind
# A hold must end: a restriction that lasts is held anew by the nightly sweep.
HELD = dt.timedelta(days=730)


@transaction.atomic
def object_to(*, user: User, activity: str, now: dt.datetime) -> RightsChoice:
    """It stops at once; asked twice it is one objection. Raises CannotObject."""
    entry = entries.entry(activity)
    if entry is None or activity not in effects.objections:
        raise CannotObject
    try:
        with transaction.atomic():
            choice = RightsChoice.objects.create(user=user, kind=Kind.OBJECTION, activity=activity, since=now)
    except IntegrityError:
        return RightsChoice.objects.standing().get(user=user, kind=Kind.OBJECTION, activity=activity)
    choice.before = effects.objections.get(activity).apply(person_of(user), now)
    choice.save(update_fields=["before"])
    return choice


@transaction.atomic
def restrict(*, user: User, ground: str, now: dt.datetime) -> RightsChoice:
    """Everything is kept and nothing is used: shown, written to or ended, but what the law excepts (article 18)."""
    try:
        with transaction.atomic():
            choice = RightsChoice.objects.create(user=user, kind=Kind.RESTRICTION, ground=ground, since=now)
    except IntegrityError:
        return RightsChoice.objects.standing().get(user=user, kind=Kind.RESTRICTION)
    choice.hold = holds.open_hold(
        person=user, subject="", reason=_("Restriction asked by the person (article 18)"), ends_at=now + HELD, by=user, now=now
    )  # fmt: skip
    person = person_of(user)
    choice.before = {effect.activity: effect.apply(person, now) for effect in effects.freezes}
    choice.save(update_fields=["before", "hold"])
    return choice


@transaction.atomic
def lift(*, choice_id: int, by: User, now: dt.datetime) -> RightsChoice:
    """What it stopped goes on as it was before. Raises NotOpen."""
    choice = RightsChoice.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=choice_id)
    if choice.lifted_at is not None:
        raise NotOpen
    # Lifted first: an effect that looks at what stands sees it gone.
    choice.lifted_at, choice.lifted_by = now, by
    choice.save(update_fields=["lifted_at", "lifted_by"])
    person = person_of(choice.user)
    if choice.kind == Kind.OBJECTION:
        if choice.activity in effects.objections:
            effects.objections.get(choice.activity).lift(person, choice.before, now)
        return choice
    for effect in effects.freezes:
        effect.lift(person, choice.before.get(effect.activity, {}), now)
    if choice.hold is not None and choice.hold.lifted_at is None:
        holds.lift(hold_id=choice.hold.pk, by=by, now=now)
    return choice


@transaction.atomic
def hold_on(*, now: dt.datetime) -> int:
    """Restrictions whose hold ends within a month are held anew; how many."""
    soon = now + dt.timedelta(days=30)
    rows = list(
        RightsChoice.objects.standing().filter(kind=Kind.RESTRICTION, hold__ends_at__lt=soon).select_related("user")
    )
    for choice in rows:
        choice.hold = holds.open_hold(
            person=choice.user, subject="", reason=_("Restriction asked by the person (article 18)"), ends_at=now + HELD,
            by=choice.user, now=now,
        )  # fmt: skip
        choice.save(update_fields=["hold"])
    return len(rows)


def forget_objected_words() -> int:
    """The words of what was sent since to those who objected to their being kept; how many messages."""
    rows = RightsChoice.objects.standing().filter(kind=Kind.OBJECTION, activity="message-words").select_related("user")
    return sum(foundation_effects.forget_words(person_of(row.user).addresses) for row in rows)
