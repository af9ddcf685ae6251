"""Each night, what is over ends: approved first, braked, suspended by a hold, in batches that may die or meet, and certified."""

import datetime as dt
import os
import signal
import threading
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction

from accounts.roles import Role
from common import privacy
from common.models import BadAddress, OutboxMessage
from common.models.evidence import AppendOnlyViolation
from common.retention import Rule, months_before, rules
from legal.actions import retention
from legal.models import ErasureCertificate, FileToErase, LegalHold, RetentionApproval, RetentionOutcome
from legal.retention import certificates, dry_run, engine, files, holds, people, periods
from tests.factories.accounts import UserFactory
from tests.factories.legal import make_acceptance, make_version
from tests.factories.retention import approve
from tests.forks import forked

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 15, 3, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
State = RetentionOutcome.State
RULE = "bad-addresses"


def flags(count: int, *, age: int, name: str = "a") -> None:
    BadAddress.objects.bulk_create(
        BadAddress(address=f"{name}{number}@example.fr", flagged_at=NOW - dt.timedelta(days=age))
        for number in range(count)
    )


def run(rule: str = RULE, now: dt.datetime = NOW) -> RetentionOutcome:
    return engine.run(now=now, only=rule)[0]


def test_a_rule_that_nobody_approved_waits_and_touches_nothing():
    flags(3, age=500)
    outcome = run()
    assert (outcome.state, outcome.found, outcome.ended) == (State.WAITING, 3, 0)
    assert BadAddress.objects.count() == 3


def test_an_approved_rule_ends_what_is_over_and_nothing_else():
    flags(3, age=500)
    flags(2, age=100, name="b")
    approve(RULE, now=NOW)
    outcome = run()
    assert (outcome.state, outcome.ended) == (State.DONE, 3)
    assert BadAddress.objects.count() == 2


def test_a_second_run_of_the_night_finds_nothing_more():
    flags(3, age=500)
    approve(RULE, now=NOW)
    run()
    assert run().ended == 3
    assert RetentionOutcome.objects.count() == 1


def test_the_last_day_counts_by_the_calendar_to_the_instant():
    """Twelve months after 15 June at 3:00 is 15 June at 3:00."""
    approve(RULE, now=NOW)
    limit = months_before(NOW, 12)
    BadAddress.objects.create(address="a@example.fr", flagged_at=limit - dt.timedelta(seconds=1))
    BadAddress.objects.create(address="b@example.fr", flagged_at=limit)
    run()
    assert [row.address for row in BadAddress.objects.all()] == ["b@example.fr"]


@pytest.mark.parametrize(
    ("moment", "months", "expected"),
    [
        (dt.date(2026, 3, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2028, 2, 29), 12, dt.date(2027, 2, 28)),
        (dt.date(2026, 1, 15), 60, dt.date(2021, 1, 15)),
        (dt.date(2026, 1, 15), 1, dt.date(2025, 12, 15)),
        (dt.date(2026, 6, 15), 0, dt.date(2026, 6, 15)),
    ],
)
def test_months_are_those_of_the_calendar(moment, months, expected):
    start = dt.datetime.combine(moment, dt.time(3), dt.UTC)
    assert months_before(start, months).date() == expected


def test_the_brake_stops_a_run_that_would_touch_too_much_and_tells_the_legal_team(settings):
    settings.RETENTION_BRAKE_ROWS, settings.RETENTION_BRAKE_PERCENT = 5, 10
    flags(20, age=500)
    team = approve(RULE, now=NOW)
    outcome = run()
    assert (outcome.state, outcome.ended, BadAddress.objects.count()) == (State.BRAKED, 0, 20)
    message = OutboxMessage.objects.get()
    assert message.to == team.email
    assert rules.get(RULE).says in message.text


def test_the_brake_is_lifted_for_the_number_that_was_seen_and_for_three_days(settings):
    settings.RETENTION_BRAKE_ROWS, settings.RETENTION_BRAKE_PERCENT = 5, 10
    flags(20, age=500)
    team = approve(RULE, now=NOW)
    seen = dry_run.preview(rules.get(RULE), NOW)
    with pytest.raises(retention.TooMany):
        retention.lift_brake(rule=seen.rule, signature=seen.signature, up_to=19, by=team, now=NOW)
    retention.lift_brake(rule=seen.rule, signature=seen.signature, up_to=20, by=team, now=NOW)
    assert run(now=NOW + 4 * DAY).state == State.BRAKED
    assert run().ended == 20


def test_a_small_table_is_not_braked_for_a_few_rows():
    flags(3, age=500)
    approve(RULE, now=NOW)
    assert run().state == State.DONE


def test_another_time_must_be_approved_again(monkeypatch):
    flags(3, age=500)
    approve(RULE, now=NOW)
    monkeypatch.setattr(periods, "months_of", lambda rule, versions=None: 6)
    assert run().state == State.WAITING


def test_an_approval_covers_what_was_seen_and_nothing_else(monkeypatch):
    rule = rules.get(RULE)
    old = dry_run.preview(rule, NOW).signature
    monkeypatch.setattr(periods, "months_of", lambda rule, versions=None: 6)
    with pytest.raises(retention.NotWhatWasSeen):
        retention.approve(rule=rule, signature=old, by=UserFactory(), now=NOW)


def old_acceptance():
    user = UserFactory()
    acceptance = make_acceptance(make_version(), user=user)
    people.erase_accounts([user.pk], NOW - dt.timedelta(days=6 * 366))
    return user, acceptance


def test_a_hold_suspends_a_person_until_its_end():
    user, _acceptance = old_acceptance()
    approve("acceptance-details", now=NOW)
    held = holds.open_hold(
        person=user, subject="", reason="Litige n° 12", ends_at=NOW + 30 * DAY, by=UserFactory(), now=NOW
    )
    outcome = run("acceptance-details")
    assert (outcome.ended, outcome.held) == (0, 1)
    assert run("acceptance-details", NOW + 29 * DAY).ended == 0
    assert run("acceptance-details", NOW + 31 * DAY).ended == 1
    assert held.lifted_at is None


def test_a_hold_that_is_lifted_suspends_nothing_and_stays_as_it_was():
    user, _acceptance = old_acceptance()
    approve("acceptance-details", now=NOW)
    team = UserFactory()
    held = holds.open_hold(person=user, subject="", reason="Litige", ends_at=NOW + 30 * DAY, by=team, now=NOW)
    holds.lift(hold_id=held.pk, by=team, now=NOW)
    assert run("acceptance-details").ended == 1
    with pytest.raises(holds.AlreadyLifted):
        holds.lift(hold_id=held.pk, by=team, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalHold.objects.update(reason="autre")


def test_a_hold_suspends_one_object():
    flags(2, age=500)
    approve(RULE, now=NOW)
    kept = BadAddress.objects.first()
    holds.open_hold(
        person=None,
        subject=f"common.BadAddress:{kept.pk}",
        reason="Enquête",
        ends_at=NOW + DAY,
        by=UserFactory(),
        now=NOW,
    )
    assert run().ended == 1
    assert BadAddress.objects.get() == kept


@pytest.mark.parametrize(
    "subject", ["common.BadAddress:999999", "common.BadAddress:x", "auth.Group:1", "x", "a:" + "9" * 40]
)
def test_a_hold_names_something_that_exists(subject):
    with pytest.raises(holds.NoSuchObject):
        holds.open_hold(person=None, subject=subject, reason="x", ends_at=NOW + DAY, by=UserFactory(), now=NOW)


def test_each_night_that_ended_rows_is_certified_once_and_the_chain_holds():
    flags(3, age=500)
    approve(RULE, now=NOW)
    run()
    assert certificates.certify(before=NOW.date() + DAY, now=NOW + DAY) == 1
    assert certificates.certify(before=NOW.date() + DAY, now=NOW + DAY) == 0
    facts = ErasureCertificate.objects.get().facts
    assert (facts["rule"], facts["rows"], facts["night"]) == (RULE, 3, "2026-06-15")
    out = StringIO()
    call_command("verify_certificates", stdout=out)
    assert "1 certificates whole" in out.getvalue()


def test_a_changed_certificate_is_named():
    test_each_night_that_ended_rows_is_certified_once_and_the_chain_holds()
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute("update legal_erasurecertificate set facts = facts || '{\"rows\": 2}'")
        cursor.execute("set session_replication_role = origin")
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_certificates", stderr=err)
    assert "certificate #1" in err.getvalue()


def test_the_database_refuses_to_change_a_certificate_or_an_approval():
    test_each_night_that_ended_rows_is_certified_once_and_the_chain_holds()
    with pytest.raises(AppendOnlyViolation):
        RetentionApproval.objects.update(months=1)
    for table in ("legal_erasurecertificate", "legal_retentionapproval"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"delete from {table}")


def test_a_rule_that_fails_leaves_the_others_to_run(monkeypatch):
    flags(3, age=500)
    approve(now=NOW)

    def refuse(keys, now):
        raise IntegrityError

    broken = Rule(
        key="broken", activity=RULE, model="common.BadAddress", says="", expired=rules.get(RULE).expired, end=refuse
    )
    approved_rules = [broken, rules.get(RULE)]
    monkeypatch.setattr(engine, "rules", approved_rules)
    retention.approve(rule=broken, signature=dry_run.preview(broken, NOW).signature, by=UserFactory(), now=NOW)
    outcomes = {outcome.rule: outcome for outcome in engine.run(now=NOW)}
    assert outcomes["broken"].state == State.FAILED
    assert outcomes[RULE].ended == 3


def test_what_time_leaves_is_done_by_the_next_part(settings):
    settings.RETENTION_BATCH = 2
    flags(6, age=500)
    approve(RULE, now=NOW)
    assert engine.run(now=NOW, only=RULE, seconds=-1) == []
    assert BadAddress.objects.count() == 6
    assert engine.run(now=NOW, only=RULE, skip_settled=True)[0].ended == 6
    assert engine.run(now=NOW, only=RULE, skip_settled=True) == []


def test_a_file_whose_deletion_was_lost_is_deleted_by_the_next_run(
    settings, tmp_path, django_capture_on_commit_callbacks
):
    name = storages["private"].save("applications/essai.pdf", ContentFile(b"x"))
    with django_capture_on_commit_callbacks(execute=False):
        files.ask(storage="private", names=[name], now=NOW)
    assert storages["private"].exists(name)
    engine.run(now=NOW, only=RULE)
    assert not storages["private"].exists(name)
    assert FileToErase.objects.count() == 0


def test_a_dry_run_counts_and_touches_nothing():
    flags(3, age=500)
    out = StringIO()
    call_command("end_personal_data", "--dry-run", f"--rule={RULE}", stdout=out)
    assert "3 of 3" in out.getvalue()
    assert BadAddress.objects.count() == 3
    with pytest.raises(CommandError):
        call_command("end_personal_data", "--rule=nothing")


def test_every_rule_has_its_activity_its_time_and_rows(settings):
    beat = set(settings.CELERY_BEAT_SCHEDULE)
    for rule in rules:
        assert rule.activity in privacy.activities, rule.key
        assert periods.months_of(rule) >= 0
        assert rule.expired(NOW).model is rule.rows.model or rule.rows.model in rule.expired(NOW).model.__mro__, (
            rule.key
        )
        assert not rule.done_by or rule.done_by in beat, rule.key
        holds.held(rule, NOW)
        for path in (*rule.people, *(path for _model, path in rule.objects)):
            rule.rows.filter(**{f"{path}__in": [1]}).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_end_each_row_once(settings):
    settings.RETENTION_BATCH = 3
    flags(40, age=500)
    approve(RULE, now=NOW)
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        try:
            engine.run(now=NOW, only=RULE)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert BadAddress.objects.count() == 0
    assert RetentionOutcome.objects.get().ended == 40


@pytest.mark.django_db(transaction=True)
def test_a_run_killed_in_the_middle_is_finished_by_the_next_one_and_certified_for_what_it_did(settings, monkeypatch):
    """kill -9 within the third batch: two are gone and counted, the third is neither."""
    settings.RETENTION_BATCH = 5
    flags(30, age=500)
    approve(RULE, now=NOW)
    rule = rules.get(RULE)
    batches = []

    def die(keys, now):
        batches.append(keys)
        BadAddress.objects.filter(pk__in=keys).delete()
        if len(batches) == 3:
            os.kill(os.getpid(), signal.SIGKILL)

    def work():
        object.__setattr__(rule, "end", die)
        engine.run(now=NOW, only=RULE)

    status = forked(work)
    assert os.WIFSIGNALED(status)
    assert BadAddress.objects.count() == 20
    assert RetentionOutcome.objects.get().ended == 10
    again = engine.run(now=NOW + DAY, only=RULE)[0]
    assert again.ended == 20
    assert [row.facts["rows"] for row in ErasureCertificate.objects.all()] == [10]
    engine.run(now=NOW + 2 * DAY, only=RULE)
    assert [row.facts["rows"] for row in ErasureCertificate.objects.all()] == [10, 20]


def test_the_team_is_told_once_a_night_and_of_what_waits_on_mondays_only():
    UserFactory(roles=[Role.LEGAL])
    flags(1, age=500)
    tuesday = NOW + DAY
    engine.run(now=tuesday, only=RULE)
    assert OutboxMessage.objects.count() == 0
    engine.run(now=NOW, only=RULE)
    engine.run(now=NOW, only=RULE)
    assert OutboxMessage.objects.count() == 1
