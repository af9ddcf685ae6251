"""The end of a contract, step by step (R6): asked or proposed, announced with its delay, withdrawn or carried out on its day."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import outbox
from common.clock import PARIS
from common.errors import Conflict, DomainError, NotAllowed
from common.signals import contract_ended
from practitioners import ended_marks
from practitioners.actions import media, pages
from practitioners.actions.announcements import announce
from practitioners.models import ContractEnd, FileEvent, FormalNotice, Practitioner
from practitioners.models.contract_end import NOTICE_TO_CURE

Ground, Status = ContractEnd.Ground, ContractEnd.Status
Kind = FileEvent.Kind
DELAY_OF_LEAVING = dt.timedelta(days=ContractEnd.DELAYS[Ground.LEAVES])
UNDER_CONTRACT = (Practitioner.Status.LISTED, Practitioner.Status.SUSPENDED)


class NoContract(Conflict):
    message = _("There is no contract to end: the practitioner is not listed.")


class AlreadyEnding(Conflict):
    message = _("An end of this contract is already open. Withdraw it before opening another.")


class NoLongerOpen(Conflict):
    message = _("This end was withdrawn or carried out in the meantime.")


class SecondPersonNeeded(NotAllowed):
    message = _("Somebody else confirms what you proposed.")


class NotYours(NotAllowed):
    message = _("Only whoever asked for it withdraws it: the practitioner who leaves, or the team.")


class ReasonsMissing(DomainError):
    message = _("Give the reasons and the rule they rest on: the practitioner receives both.")


class NoticeNotMissed(DomainError):
    message = _("Choose a formal notice whose date is past and that was not put right.")


class TooShort(DomainError):
    message = _("Force majeure ends a contract once it has lasted more than thirty days.")


@transaction.atomic
def give_notice(*, practitioner: Practitioner, text: str, rule: str, by: User, now: dt.datetime) -> FormalNotice:
    """Send a formal notice: seven days to put right what it names."""
    practitioner = _under_contract(practitioner)
    if not text.strip() or not rule.strip():
        raise ReasonsMissing
    sent_on = _day(now)
    notice = FormalNotice.objects.create(
        practitioner=practitioner, number=practitioner.formal_notices.count() + 1, text=text.strip(), rule=rule.strip(),
        sent_on=sent_on, cure_by=sent_on + NOTICE_TO_CURE, sent_by=by,
    )  # fmt: skip
    event = _record(practitioner, Kind.NOTICED, by=by, now=now, detail=notice.text)
    _mail(event, "practitioners/formal_notice", {"notice": notice})
    return notice


@transaction.atomic
def note_cure(*, notice: FormalNotice, by: User, now: dt.datetime) -> FormalNotice:
    """What was asked is put right, late or not: the contract goes on."""
    notice = FormalNotice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    if notice.cured_on is not None:
        return notice
    notice.cured_on, notice.cured_by = _day(now), by
    notice.save(update_fields=["cured_on", "cured_by"])
    event = _record(notice.practitioner, Kind.CURED, by=by, now=now)
    _mail(event, "practitioners/notice_met", {"notice": notice})
    return notice


@transaction.atomic
def leave(*, practitioner: Practitioner, reasons: str, now: dt.datetime) -> ContractEnd:
    """The practitioner leaves, without having to say why, fifteen days from now."""
    practitioner = _under_contract(practitioner)
    _refuse_a_second(practitioner)
    end = _announced(
        ContractEnd(
            practitioner=practitioner, ground=Ground.LEAVES, reasons=reasons.strip(), proposed_by=practitioner.user,
            proposed_at=now,
        ),
        by=practitioner.user, now=now,
    )  # fmt: skip
    event = _record(practitioner, Kind.END_SET, by=practitioner.user, now=now, detail=end.reasons)
    _mail(event, "practitioners/leaving", {"end": end})
    return end


@transaction.atomic
def propose(
    *,
    practitioner: Practitioner,
    ground: str,
    reasons: str,
    rule: str,
    by: User,
    now: dt.datetime,
    notice: FormalNotice | None = None,
    since: dt.date | None = None,
) -> ContractEnd:
    """The team proposes an end; it is nothing before somebody else announces it."""
    practitioner = _under_contract(practitioner)
    _refuse_a_second(practitioner)
    if ground == Ground.LEAVES:
        raise NotYours
    if not reasons.strip() or not rule.strip():
        raise ReasonsMissing
    end = ContractEnd(
        practitioner=practitioner, ground=Ground(ground), reasons=reasons.strip(), rule=rule.strip(), status=Status.PROPOSED,
        proposed_by=by, proposed_at=now,
        notice=notice if ground == Ground.BREACH else None,
        since=since if ground == Ground.FORCE_MAJEURE else None,
    )  # fmt: skip
    _refuse_too_soon(end, _day(now))
    end.save()
    _record(practitioner, Kind.END_ASKED, by=by, now=now, detail=f"{end.get_ground_display()} – {end.reasons}")
    return end


@transaction.atomic
def confirm(*, end: ContractEnd, by: User, now: dt.datetime) -> ContractEnd:
    """Somebody else announces it: the practitioner receives the statement of reasons, and the delay begins."""
    end = _open(end)
    if end.status != Status.PROPOSED:
        raise NoLongerOpen
    if by.pk == end.proposed_by_id:
        raise SecondPersonNeeded
    _under_contract(end.practitioner)
    _refuse_too_soon(end, _day(now))
    end = _announced(end, by=by, now=now)
    event = _record(
        end.practitioner, Kind.END_SET, by=by, now=now, detail=f"{end.get_ground_display()} – {end.reasons}"
    )
    _mail(event, "practitioners/end_announced", {"end": end})
    return end


@transaction.atomic
def withdraw(*, end: ContractEnd, by: User, now: dt.datetime) -> ContractEnd:
    """Take it back before its day: the practitioner one's own leaving, the team what it proposed or announced."""
    end = _open(end)
    is_self = by.pk == end.practitioner.user_id
    if is_self != end.by_practitioner:
        raise NotYours
    told = end.status == Status.ANNOUNCED
    end.status, end.closed_at, end.closed_by = Status.WITHDRAWN, now, by
    end.save(update_fields=["status", "closed_at", "closed_by"])
    event = _record(end.practitioner, Kind.END_OFF, by=by, now=now)
    if told:
        _mail(event, "practitioners/end_withdrawn", {"end": end})
    return end


@transaction.atomic
def carry_out(*, end_id: int, now: dt.datetime) -> ContractEnd | None:
    """On its day: out of the site and the results, in the same commit; booking settles what was to come. None: not due."""
    end = ContractEnd.objects.select_for_update(of=("self",), no_key=True).get(pk=end_id)
    if end.status != Status.ANNOUNCED or end.ends_on is None or end.ends_on > _day(now):
        return None
    practitioner = _locked(end.practitioner_id)
    end.status, end.closed_at = Status.CARRIED_OUT, now
    end.save(update_fields=["status", "closed_at"])
    ended_marks.keep(end, on=end.ends_on)
    practitioner.status, practitioner.status_reason = Practitioner.Status.ENDED, end.reasons
    practitioner.save(update_fields=["status", "status_reason"])
    if hasattr(practitioner, "page"):
        pages.withdraw(page=practitioner.page, by=None)
    media.forget_drawings(owner=practitioner)
    event = _record(practitioner, Kind.ENDED, by=None, now=now, detail=str(end.get_ground_display()))
    _mail(event, "practitioners/ended", {"end": end})
    contract_ended.send(sender=Practitioner, practitioner_id=practitioner.pk, reason=end.reasons)
    announce(practitioner.pk)
    return end


def due(*, today: dt.date) -> list[int]:
    """Announced ends whose day has come."""
    return list(
        ContractEnd.objects.filter(status=Status.ANNOUNCED, ends_on__lte=today)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def _announced(end: ContractEnd, *, by: User, now: dt.datetime) -> ContractEnd:
    end.status, end.announced_by, end.announced_on = Status.ANNOUNCED, by, _day(now)
    end.ends_on = end.announced_on + dt.timedelta(days=ContractEnd.DELAYS[Ground(end.ground)])
    end.save()
    return end


def _refuse_too_soon(end: ContractEnd, today: dt.date) -> None:
    if end.ground == Ground.BREACH and (
        end.notice is None or end.notice.practitioner_id != end.practitioner_id or not end.notice.is_missed(today)
    ):
        raise NoticeNotMissed
    if end.ground == Ground.FORCE_MAJEURE and (end.since is None or end.since + dt.timedelta(days=30) >= today):
        raise TooShort


def _refuse_a_second(practitioner: Practitioner) -> None:
    if practitioner.ends.filter(status__in=ContractEnd.OPEN).exists():
        raise AlreadyEnding


def _under_contract(practitioner: Practitioner) -> Practitioner:
    locked = _locked(practitioner.pk)
    if locked.status not in UNDER_CONTRACT:
        raise NoContract
    return locked


def _locked(practitioner_id: int) -> Practitioner:
    rows = Practitioner.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    return rows.get(pk=practitioner_id)


def _open(end: ContractEnd) -> ContractEnd:
    end = (
        ContractEnd.objects.select_for_update(of=("self",), no_key=True)
        .select_related("practitioner__user")
        .get(pk=end.pk)
    )
    if not end.is_open:
        raise NoLongerOpen
    return end


def _day(now: dt.datetime) -> dt.date:
    return now.astimezone(PARIS).date()


def _record(practitioner: Practitioner, kind: str, *, by: User | None, now: dt.datetime, detail: str = "") -> FileEvent:
    return FileEvent.objects.create(practitioner=practitioner, kind=kind, detail=detail, by=by, at=now)


def _mail(event: FileEvent, template: str, context: dict[str, object]) -> None:
    outbox.send(
        key=f"referencing-{event.pk}",
        to=event.practitioner.user.email,
        template=template,
        context={"practitioner": event.practitioner, **context},
    )
