"""Audits and written instructions of practitioners: notice, length, corrections, each step told."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from common.clock import now, today
from common.models import OutboxMessage
from legal.models import AuditRequest, Instruction
from legal.oversight import acts, working_days
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory
from tests.plugins.people import say_why

pytestmark = pytest.mark.django_db
SAID = {"scope": "Les sauvegardes", "auditor": "Cabinet Martin"}


@pytest.fixture
def practitioner() -> Any:
    return PractitionerFactory(user=UserFactory(roles=[Role.PRACTITIONER]))


def asked(practitioner: Any, **facts: Any) -> AuditRequest:
    begins = today() + dt.timedelta(days=10)
    return acts.ask_audit(**{"user": practitioner.user, "begins_on": begins, "days": 2, **SAID, "now": now(), **facts})


def test_an_audit_is_announced_ten_calendar_days_before(practitioner: Any) -> None:
    with pytest.raises(acts.TooSoon):
        asked(practitioner, begins_on=today() + dt.timedelta(days=9))
    assert asked(practitioner).state == "asked"


@pytest.mark.parametrize("days", [0, 5, -1])
def test_an_audit_lasts_four_days_at_most(practitioner: Any, days: int) -> None:
    with pytest.raises(acts.TooLong):
        asked(practitioner, days=days)


def test_one_audit_at_a_time(practitioner: Any) -> None:
    asked(practitioner)
    with pytest.raises(acts.AuditWaits):
        asked(practitioner)


def test_corrections_are_due_thirty_working_days_after_the_report() -> None:
    assert working_days.after(dt.date(2026, 4, 30), 1) == dt.date(2026, 5, 4), "1 May is a holiday, then a week-end"
    assert working_days.after(dt.date(2026, 12, 24), 1) == dt.date(2026, 12, 28)
    assert working_days.after(dt.date(2026, 11, 23), 30) == dt.date(2027, 1, 6)


@pytest.mark.parametrize(("year", "day"), [(2024, dt.date(2024, 3, 31)), (2025, dt.date(2025, 4, 20)), (2026, dt.date(2026, 4, 5)), (2038, dt.date(2038, 4, 25))])  # fmt: skip
def test_easter_is_where_the_almanac_has_it(year: int, day: dt.date) -> None:
    assert working_days.easter(year) == day


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), st.integers(1, 60))
def test_as_many_working_days_go_by_as_were_asked(day: dt.date, count: int) -> None:
    end = working_days.after(day, count)
    between = (day + dt.timedelta(days=n) for n in range(1, (end - day).days + 1))
    assert sum(working_days.is_working(each) for each in between) == count
    assert working_days.is_working(end)


def test_an_audit_from_the_office_to_its_corrections(client: Client, login_as: Any, practitioner: Any) -> None:
    login_as(practitioner.user)
    path = "/espace-praticien/instructions-et-audits/"
    begins = today() + dt.timedelta(days=12)
    assert client.post(path, {"audit": "1", "begins_on": today().isoformat(), "days": "2", **SAID}).status_code == 422
    assert client.post(path, {"audit": "1", "begins_on": begins.isoformat(), "days": "5", **SAID}).status_code == 422
    assert client.post(path, {"audit": "1", "begins_on": begins.isoformat(), "days": "2", **SAID}).status_code == 302
    row = AuditRequest.objects.get()
    login_as(Role.LEGAL)
    desk = f"/cms/audits/{row.pk}/"
    assert "Cabinet Martin" not in client.get(desk).content.decode()
    say_why(client, desk)
    assert client.post(desk, {"words": ""}).status_code == 422
    for words in ("D’accord, sur place à 9 h.", "Deux sauvegardes non testées.", "Testées le 3."):
        assert client.post(desk, {"words": words}).status_code == 302
    row.refresh_from_db()
    assert row.state == "closed"
    assert row.corrections_due_on == working_days.after(today(), 30)
    assert OutboxMessage.objects.filter(to=practitioner.user.email).count() == 2
    assert client.post(desk, {"words": "Encore."}).status_code == 404


def test_an_instruction_is_acknowledged_then_applied(client: Client, login_as: Any, practitioner: Any) -> None:
    login_as(practitioner.user)
    path = "/espace-praticien/instructions-et-audits/"
    assert client.post(path, {"text": ""}).status_code == 422
    assert client.post(path, {"text": "Effacez les notes de mes clients de 2024."}).status_code == 302
    row = Instruction.objects.get()
    login_as(Role.LEGAL)
    desk = f"/cms/audits/instructions/{row.pk}/"
    say_why(client, desk)
    assert client.post(desk, {"words": "Fait."}).status_code == 409, "acknowledged first"
    assert client.post(desk, {"accuser": "1"}).status_code == 302
    assert client.post(desk, {"accuser": "1"}).status_code == 409
    assert client.post(desk, {"words": "Fait le jour même."}).status_code == 302
    row.refresh_from_db()
    assert (row.is_unlawful, row.settled_words) == (False, "Fait le jour même.")
    subjects = set(OutboxMessage.objects.filter(to=practitioner.user.email).values_list("subject", flat=True))
    assert subjects == {"Votre instruction est reçue", "Votre instruction est appliquée"}


def test_an_unlawful_instruction_is_said_to_be(practitioner: Any) -> None:
    lawyer = UserFactory(roles=[Role.LEGAL])
    row = acts.instruct(user=practitioner.user, text="Donnez-moi les adresses des clients d’un confrère.", now=now())
    acts.acknowledge(instruction_id=row.pk, by=lawyer, now=now())
    acts.settle(
        instruction_id=row.pk, words="Ces données ne sont pas les vôtres.", is_unlawful=True, by=lawyer, now=now()
    )
    assert OutboxMessage.objects.filter(subject="Votre instruction nous paraît illicite").exists()


def test_the_words_of_an_instruction_never_change(practitioner: Any) -> None:
    acts.instruct(user=practitioner.user, text="Ne relancez pas mes clients.", now=now())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update legal_instruction set text = 'x'")


def test_nobody_sees_what_another_practitioner_asked(client: Client, login_as: Any, practitioner: Any) -> None:
    acts.instruct(user=practitioner.user, text="Instruction secrète", now=now())
    login_as(PractitionerFactory(user=UserFactory(roles=[Role.PRACTITIONER])).user)
    assert "Instruction secrète" not in client.get("/espace-praticien/instructions-et-audits/").content.decode()
