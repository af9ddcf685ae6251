"""The end of a contract (R6, P2B): each ground with its delay, two people of the team, and a day on which everything closes."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.roles import Role
from booking.slots import free_slots
from common.clock import PARIS
from common.clock import now as clock_now
from common.models import OutboxMessage
from common.signals import contract_ended
from practitioners import tasks
from practitioners.actions import ends
from practitioners.models import ContractEnd, FileEvent, Practitioner
from tests.factories.accounts import UserFactory
from tests.factories.booking import bookable_practitioner
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db
Ground, Status = ContractEnd.Ground, ContractEnd.Status
NOW = dt.datetime(2027, 3, 15, 9, 0, tzinfo=dt.UTC)  # fifteen days later the clocks have gone forward
TODAY = NOW.date()


def later(days: int) -> dt.datetime:
    return NOW + dt.timedelta(days=days)


@pytest.fixture
def practitioner() -> Practitioner:
    found: Practitioner = PractitionerFactory()
    return found


@pytest.fixture
def team() -> tuple[User, User]:
    return UserFactory(roles=[Role.VERIFICATION]), UserFactory(roles=[Role.VERIFICATION])


def announced(practitioner: Practitioner, team: tuple[User, User], ground: str = Ground.OPERATOR) -> ContractEnd:
    notice = None
    if ground == Ground.BREACH:
        notice = ends.give_notice(
            practitioner=practitioner, text="Retirez la promesse", rule="CGU, article 6", by=team[0], now=later(-9)
        )
    since = TODAY - dt.timedelta(days=31) if ground == Ground.FORCE_MAJEURE else None
    end = ends.propose(
        practitioner=practitioner, ground=ground, reasons="Les faits.", rule="Contrat, article 14", by=team[0], now=NOW,
        notice=notice, since=since,
    )  # fmt: skip
    return ends.confirm(end=end, by=team[1], now=NOW)


DELAYS = [
    (Ground.OPERATOR, 30), (Ground.AUDIT, 30), (Ground.REPORTS, 30), (Ground.BREACH, 0), (Ground.FORCE_MAJEURE, 0),
    (Ground.AUTHORITY, 0),
]  # fmt: skip


@pytest.mark.parametrize(("ground", "days"), DELAYS)
def test_each_ground_has_its_delay_and_its_statement_of_reasons(
    practitioner: Practitioner, team: tuple[User, User], ground: str, days: int
) -> None:
    end = announced(practitioner, team, ground)
    assert end.ends_on == TODAY + dt.timedelta(days=days)
    mail = OutboxMessage.objects.get(subject="Fin de votre contrat")
    assert mail.to == practitioner.user.email
    for said in ("Les faits.", "Contrat, article 14", "contester", "médiateurs", "amiable"):
        assert said in mail.text
    assert ends.carry_out(end_id=end.pk, now=later(days - 1)) is None
    assert ends.carry_out(end_id=end.pk, now=later(days)) is not None
    practitioner.refresh_from_db()
    assert practitioner.status == Practitioner.Status.ENDED


def test_whoever_leaves_needs_no_reason_and_has_fifteen_days(practitioner: Practitioner) -> None:
    end = ends.leave(practitioner=practitioner, reasons="", now=NOW)
    assert (end.ends_on, end.amicable_until) == (dt.date(2027, 3, 30), dt.date(2027, 5, 14))
    mail = OutboxMessage.objects.get(subject="Vous quittez l’annuaire")
    assert "mardi 30\u00a0mars 2027" in mail.text
    with pytest.raises(ends.AlreadyEnding):
        ends.leave(practitioner=practitioner, reasons="", now=NOW)


def test_a_breach_needs_its_own_notice_that_was_missed(practitioner: Practitioner, team: tuple[User, User]) -> None:
    def propose(notice: object, now: dt.datetime) -> ContractEnd:
        given: Any = {"notice": notice}
        return ends.propose(
            practitioner=practitioner, ground=Ground.BREACH, reasons="r", rule="r", by=team[0], now=now, **given
        )

    notice = ends.give_notice(practitioner=practitioner, text="À corriger", rule="CGU", by=team[0], now=NOW)
    assert (notice.number, notice.cure_by) == (1, TODAY + dt.timedelta(days=7))
    foreign = ends.give_notice(practitioner=PractitionerFactory(), text="x", rule="x", by=team[0], now=NOW)
    for each, day in ((None, 9), (foreign, 9), (notice, 7)):
        with pytest.raises(ends.NoticeNotMissed):
            propose(each, later(day))
    end = propose(notice, later(8))
    # Put right between the proposal and the announcement: the contract goes on.
    ends.note_cure(notice=notice, by=team[1], now=later(8))
    with pytest.raises(ends.NoticeNotMissed):
        ends.confirm(end=ContractEnd.objects.get(pk=end.pk), by=team[1], now=later(8))


def test_force_majeure_lasts_more_than_thirty_days(practitioner: Practitioner, team: tuple[User, User]) -> None:
    for days in (None, 0, 30):
        with pytest.raises(ends.TooShort):
            ends.propose(
                practitioner=practitioner, ground=Ground.FORCE_MAJEURE, reasons="r", rule="r", by=team[0], now=NOW,
                since=None if days is None else TODAY - dt.timedelta(days=days),
            )  # fmt: skip


def test_nobody_ends_a_contract_alone(practitioner: Practitioner, team: tuple[User, User]) -> None:
    end = ends.propose(practitioner=practitioner, ground=Ground.OPERATOR, reasons="r", rule="r", by=team[0], now=NOW)
    with pytest.raises(ends.SecondPersonNeeded):
        ends.confirm(end=end, by=team[0], now=NOW)
    assert not OutboxMessage.objects.filter(to=practitioner.user.email).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        ContractEnd.objects.filter(pk=end.pk).update(
            status=Status.ANNOUNCED, announced_by=team[0], announced_on=TODAY, ends_on=later(30).date()
        )


def test_the_team_does_not_take_back_what_the_practitioner_asked_nor_the_reverse(
    practitioner: Practitioner, team: tuple[User, User]
) -> None:
    own = ends.leave(practitioner=practitioner, reasons="", now=NOW)
    with pytest.raises(ends.NotYours):
        ends.withdraw(end=own, by=team[0], now=NOW)
    ends.withdraw(end=own, by=practitioner.user, now=NOW)
    theirs = announced(practitioner, team)
    with pytest.raises(ends.NotYours):
        ends.withdraw(end=theirs, by=practitioner.user, now=NOW)
    ends.withdraw(end=theirs, by=team[0], now=NOW)
    with pytest.raises(ends.NoLongerOpen):
        ends.withdraw(end=theirs, by=team[0], now=NOW)
    assert ends.due(today=later(90).date()) == []


@settings(max_examples=25, deadline=None)
@given(ground=st.sampled_from([g for g, _days in DELAYS]), shift=st.integers(-40, 5))
def test_the_database_refuses_a_delay_that_is_too_short(ground: str, shift: int) -> None:
    needed = dict(DELAYS)[ground]
    with transaction.atomic():
        practitioner, team = PractitionerFactory(), (UserFactory(), UserFactory())
        end = announced(practitioner, team, ground)
        moved = TODAY + dt.timedelta(days=needed + shift)
        try:
            with transaction.atomic():
                ContractEnd.objects.filter(pk=end.pk).update(ends_on=moved)
            refused = False
        except IntegrityError:
            refused = True
        assert refused == (shift < 0)
        transaction.set_rollback(True)


def test_the_database_keeps_what_was_told(practitioner: Practitioner, team: tuple[User, User]) -> None:
    end = announced(practitioner, team)
    ends.withdraw(end=end, by=team[0], now=NOW)
    notice = ends.give_notice(practitioner=practitioner, text="x", rule="x", by=team[0], now=NOW)
    ends.note_cure(notice=notice, by=team[1], now=NOW)
    for sql in (
        "update practitioners_contractend set reasons = 'autre'",
        "update practitioners_contractend set status = 'announced'",
        "update practitioners_formalnotice set text = 'autre'",
        "insert into practitioners_formalnotice (practitioner_id, number, text, rule, sent_on, cure_by, sent_by_id)"
        " select practitioner_id, 9, 'x', 'x', sent_on, sent_on + 6, sent_by_id from practitioners_formalnotice",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_its_day_closes_everything_once(practitioner: Practitioner) -> None:
    heard: list[int] = []

    def hear(sender: object, practitioner_id: int, **kwargs: object) -> None:
        heard.append(practitioner_id)

    end = ends.leave(practitioner=practitioner, reasons="Retraite", now=clock_now() - dt.timedelta(days=15))
    contract_ended.connect(hear)
    try:
        tasks.carry_out_ends()
        tasks.carry_out_ends()
    finally:
        contract_ended.disconnect(hear)
    practitioner = Practitioner.objects.get(pk=practitioner.pk)
    assert heard == [practitioner.pk]
    assert practitioner.status == Practitioner.Status.ENDED
    assert practitioner.ended_at is not None
    assert not practitioner.page.live
    assert OutboxMessage.objects.filter(to=practitioner.user.email, subject="Votre contrat a pris fin").count() == 1
    assert [event.kind for event in practitioner.events.all()][:2] == [FileEvent.Kind.ENDED, FileEvent.Kind.END_SET]
    end.refresh_from_db()
    assert end.status == Status.CARRIED_OUT


def test_from_the_announcement_nothing_is_offered_after_the_last_day() -> None:
    practitioner, service = bookable_practitioner()
    now = clock_now()

    def days() -> set[dt.date]:
        today = now.astimezone(PARIS).date()
        found = free_slots(
            practitioner=practitioner, service=service, first_day=today, last_day=today + dt.timedelta(days=40), now=now
        )
        return {day for day, times in found.items() if times.slots}

    before = days()
    end = ends.leave(practitioner=practitioner, reasons="", now=now)
    assert end.ends_on is not None
    assert max(before) >= end.ends_on
    assert days() == {day for day in before if day < end.ends_on}
    ends.withdraw(end=end, by=practitioner.user, now=now)
    assert days() == before


AsUser = Callable[[User], Client]


def test_leaving_and_staying_after_all_in_the_office(as_user: AsUser, practitioner: Practitioner) -> None:
    browser, url = as_user(practitioner.user), "/espace-praticien/quitter/"
    refused = browser.post(url, {"reasons": "Je déménage 🌿"})
    assert refused.status_code == 422
    assert "Je déménage 🌿" in refused.content.decode()
    assert browser.post(url, {"sure": "on", "reasons": "Je déménage"}).status_code == 302
    assert browser.post(url, {"sure": "on"}).status_code == 409
    assert "Finalement, je reste" in browser.get(url).content.decode()
    assert browser.post(url, {"step": "renoncer"}).status_code == 302
    assert browser.post(url, {"step": "renoncer"}).status_code == 409
    assert practitioner.ends.get().status == Status.WITHDRAWN


def test_after_the_end_the_office_keeps_open_only_what_is_owed(as_user: AsUser, practitioner: Practitioner) -> None:
    ends.leave(practitioner=practitioner, reasons="", now=clock_now() - dt.timedelta(days=15))
    tasks.carry_out_ends()
    browser = as_user(practitioner.user)
    for path in ("", "agenda/", "ma-page/", "partager/", "avis/", "documents/"):
        assert browser.get(f"/espace-praticien/{path}").status_code == 403, path
    for path in ("quitter/", "demandes-de-droits/"):
        page = browser.get(f"/espace-praticien/{path}")
        assert page.status_code == 200, path
        assert "/espace-praticien/agenda/" not in page.content.decode()
