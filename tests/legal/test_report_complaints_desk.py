"""The desk of complaints and what the yearly report says of them."""

import datetime as dt
import threading

import pytest
from django.db import connections
from django.test import Client

from accounts.roles import Role
from common.clock import PARIS, now
from common.models import OutboxMessage
from legal.complaints import acts
from legal.complaints.standing import standing
from legal.dsa import figures
from legal.models import ReportComplaint
from tests.factories.practitioners import ReviewFactory
from tests.legal.complaining import ANSWER, Side, contested, decided, moderator
from tests.plugins.people import say_why

pytestmark = pytest.mark.django_db


# The desk and the report of the year


def test_decided_in_the_meantime_the_desk_says_so(client, login_as):
    mine = login_as(Role.MODERATION)
    complaint = contested(decided(), by=mine)
    page = f"/cms/contestation/{complaint.pk}/"
    say_why(client, page)
    other = moderator()
    acts.take(complaint=complaint, moderator=other)
    acts.decide(complaint=complaint, moderator=other, decision="suspend", now=now(), **ANSWER)
    answer = client.post(page, {"decision": "keep", **ANSWER})
    assert answer.status_code == 409
    assert "vient d’être décidée" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_told_it_was_decided():
    review, second = ReviewFactory(), moderator()
    complaint = contested(decided(review), by=second)
    gate, got = threading.Barrier(2), []

    def go(decision: str) -> None:
        try:
            gate.wait(timeout=20)
            acts.decide(complaint=complaint, moderator=second, decision=decision, now=now(), **ANSWER)
            got.append(decision)
        except acts.ComplaintDecided:
            got.append("409")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(word,)) for word in ("keep", "suspend")]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=30)
    assert "409" in got
    assert len(got) == 2
    winner = next(word for word in got if word != "409")
    assert standing(complaint.report).decision == winner
    assert OutboxMessage.objects.filter(key__startswith="complaint_decided").count() == 2


@pytest.mark.parametrize(
    ("role", "allowed"), [(Role.MODERATION, True), (Role.LEGAL, False), (Role.EDITOR, False), (Role.OPERATOR, False)]
)
def test_the_desk_of_complaints_is_for_moderators(client: Client, login_as, role, allowed):
    complaint = contested(decided())
    login_as(role)
    for path in ("/cms/contestations/", f"/cms/contestation/{complaint.pk}/"):
        assert (client.get(path).status_code == 200) is allowed
    assert client.post(f"/cms/contestation/{complaint.pk}/prendre/").status_code in ({302} if allowed else {302, 403})
    assert (ReportComplaint.objects.get().assigned_to is not None) is allowed


def test_the_queue_shows_ages_not_words_and_asks_the_same_whatever_waits(
    client, login_as, django_assert_max_num_queries
):
    login_as(Role.MODERATION)
    for number in range(6):
        contested(decided(email=f"z{number}@example.fr", by=moderator()))
    ReportComplaint.objects.filter(pk=ReportComplaint.objects.earliest("pk").pk).update(
        deadline=now() - dt.timedelta(days=1)
    )
    client.get("/cms/contestations/")
    with django_assert_max_num_queries(25):
        page = client.get("/cms/contestations/").content.decode()
    assert "6 contestations attendent" in page
    assert "en retard" in page
    assert "Je conteste." not in page
    assert client.get("/cms/contestations/?page=zzz").status_code == 200
    assert "6 contestations de décisions" in client.get("/cms/").content.decode()


def test_the_yearly_report_counts_complaints_their_outcome_and_delay(client):
    second = moderator()
    first = contested(decided(), by=second)
    acts.decide(
        complaint=first, moderator=second, decision="keep", now=first.received_at + dt.timedelta(hours=30), **ANSWER
    )
    report = decided(email="b@example.fr")
    contested(report, Side.REPORTER)
    contested(report, Side.AUTHOR)
    year = now().astimezone(PARIS).year
    found = figures.of_year(year).complaints
    assert (found.received, found.decided, found.waiting, found.reversed) == (3, 1, 2, 1)
    assert [count for _side, count in found.by_side] == [1, 2]
    assert found.median_hours == 30
    assert "3 décisions contestées" in client.get(f"/moderation/rapport/{year}/").content.decode()
    rows = client.get(f"/moderation/rapport/{year}.csv").content.decode("utf-8-sig").splitlines()
    assert "Contestations reçues;;3" in rows
    assert "Décisions changées après contestation;;1" in rows
    assert "Contestations : délai médian (heures);;30,0" in {row.replace("\u00a0", " ") for row in rows}


def test_a_report_waits_for_the_end_of_its_complaint_and_both_end_at_their_time():
    from common.retention import rules

    long_ago, second = now() - dt.timedelta(days=1900), moderator()
    complaint = contested(report := decided(at=now()), by=second)
    acts.decide(complaint=complaint, moderator=second, decision="suspend", now=now(), **ANSWER)
    by_key = {rule.key: rule for rule in rules}
    later = now() + dt.timedelta(days=1)
    assert list(by_key["report-complaints"].expired(later)) == [complaint]
    assert not by_key["reports"].expired(later).exists()
    assert not by_key["report-complaints"].expired(long_ago).exists()
    by_key["report-complaints"].expired(later).delete()
    assert list(by_key["reports"].expired(later)) == [report]
