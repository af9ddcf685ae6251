"""A decision on a report is contested for six months, free of charge, and somebody else decides (DSA article 20)."""

import datetime as dt

import pytest
from django.core import signing
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.roles import Role
from common.clock import PARIS, now
from common.models import OutboxMessage
from legal.actions import reports
from legal.complaints import acts, links
from legal.complaints.standing import Standing, standing
from legal.models import Report, ReportComplaint
from legal.reportables import reportable
from practitioners.actions import listing
from practitioners.models import Practitioner, Review
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory, ReviewFactory
from tests.legal.complaining import ANSWER, Side, contested, decided, mail, moderator, sql
from tests.plugins.people import say_why

pytestmark = pytest.mark.django_db


# What each side is told, and the way it has


def test_both_sides_are_told_of_the_complaint_the_settlement_and_the_courts_each_by_its_own_link():
    report = decided()
    to_reporter, to_author = (
        mail(f"report_decided-{report.reference}"),
        mail(f"report_decided-{report.reference}-author"),
    )
    for message, side in ((to_reporter, Side.REPORTER), (to_author, Side.AUTHOR)):
        assert links.url_of(report, side) in message.text
        assert links.path_of(report, side) in message.html
        assert "article 21" in message.text
        assert "tribunal" in message.text
    assert links.url_of(report, Side.REPORTER) not in to_author.text
    assert "zoe" not in to_author.text


def test_a_side_contests_without_an_account_reads_why_it_was_decided_and_is_acknowledged(client):
    report = decided()
    path = links.path_of(report, Side.AUTHOR)
    page = client.get(path).content.decode()
    assert "Propos insultants." in page
    assert "Article 4" in page
    assert "C’est faux." not in page, "who reported, and how, stays with us"
    answer = client.post(path, {"text": "Ma séance a bien eu lieu. 🙂"}, follow=True)
    assert answer.redirect_chain == [(path, 302)]
    assert "Votre contestation a bien été reçue" in answer.content.decode()
    complaint = ReportComplaint.objects.get()
    assert (complaint.side, complaint.status) == (Side.AUTHOR, "received")
    review = report.subject
    assert complaint.person == review.invitation.client
    assert mail(f"complaint_received-{report.reference}-author-to-author").to == review.invitation.client.email


def test_sent_twice_it_is_one_complaint_and_shows_where_it_stands(client):
    report = decided()
    path = links.path_of(report, Side.REPORTER)
    for words in ("Une fois.", "Deux fois."):
        assert "Une fois." in client.post(path, {"text": words}, follow=True).content.decode()
    assert ReportComplaint.objects.get().text == "Une fois."
    assert acts.file(report=report, side=Side.REPORTER, text="Trois fois.", now=now()).text == "Une fois."


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_000])
def test_a_bad_complaint_is_refused_and_loses_nothing(client, text):
    path = links.path_of(decided(), Side.AUTHOR)
    answer = client.post(path, {"text": text})
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert text in answer.content.decode()
    assert not ReportComplaint.objects.exists()


def test_a_sign_that_cannot_be_kept_is_refused(client):
    assert client.post(links.path_of(decided(), Side.AUTHOR), {"text": "a\x00b"}).status_code == 400


def test_only_the_link_of_that_side_of_that_report_opens(client):
    report, other = decided(), decided(email="autre@example.fr")
    path = links.path_of(report, Side.AUTHOR)
    signature = path.rstrip("/").rsplit("/", 1)[1]
    start = f"/signalement/{report.reference}/contester"
    for wrong in (
        f"{start}/publication/{signature[:-1]}x/",
        f"{start}/signalement/{signature}/",
        f"{start}/inconnu/{signature}/",
        f"/signalement/{other.reference}/contester/publication/{signature}/",
        f"{start}/publication/{signing.Signer(salt='autre').sign('x').rpartition(':')[2]}/",
        f"{start}/publication/{'é' * 400}/",
    ):
        assert client.get(wrong).status_code == 404
        assert client.post(wrong, {"text": "Je conteste."}).status_code == 404
    assert client.get(path).status_code == 200


def test_a_report_that_nobody_decided_is_not_contested(client):
    report = reports.file_report(
        reportable=reportable("avis"), subject=ReviewFactory(), ground="false", text="x", email="z@example.fr", reporter=None,
        now=now(),
    )  # fmt: skip
    assert client.get(links.path_of(report, Side.REPORTER)).status_code == 404


def test_after_six_months_it_is_said_that_the_time_is_over(client):
    report = decided(at=now() - dt.timedelta(days=186))
    path = links.path_of(report, Side.AUTHOR)
    for answer in (client.get(path), client.post(path, {"text": "Trop tard."})):
        assert answer.status_code == 410
        assert "Le délai pour contester est écoulé" in answer.content.decode()
    with pytest.raises(acts.TooLate):
        acts.file(report=report, side=Side.AUTHOR, text="Trop tard.", now=now())


@given(st.datetimes(min_value=dt.datetime(2024, 1, 1), max_value=dt.datetime(2030, 1, 1)))
@settings(max_examples=60)
def test_whenever_it_was_decided_no_day_of_the_six_months_lacks(moment):
    taken = moment.replace(tzinfo=PARIS)
    until = Standing("keep", "r", "a", taken, 1).contested_until.astimezone(PARIS)
    assert (until.year * 12 + until.month) - (taken.year * 12 + taken.month) == 6
    assert until.day == taken.day or (until + dt.timedelta(days=1)).day == 1
    assert (until.hour, until.minute) == (23, 59)


# Who decides


def test_who_decided_first_neither_takes_nor_decides_the_complaint(client, login_as):
    first = login_as(Role.MODERATION)
    complaint = contested(decided(by=first))
    page = f"/cms/contestation/{complaint.pk}/"
    say_why(client, page)
    assert "une autre personne décide de la contestation" in client.get(page).content.decode()
    client.post(f"{page}prendre/")
    assert ReportComplaint.objects.get().assigned_to is None
    assert client.post(page, {"decision": "keep", **ANSWER}).status_code == 403
    assert not ReportComplaint.objects.get().is_decided


def test_nor_does_anybody_of_its_two_sides():
    reporter, author = moderator(), moderator()
    report = decided(PractitionerFactory(user=author), key="profil", email=reporter.email, decision="keep")
    complaint = contested(report, Side.REPORTER)
    for person in (reporter, author, UserFactory(roles=[Role.LEGAL])):
        with pytest.raises(acts.SomebodyElseDecides):
            acts.take(complaint=complaint, moderator=person)


def test_the_database_itself_refuses_the_first_decider():
    first = moderator()
    complaint = contested(decided(by=first))
    other = moderator()
    whole = "status='decided', outcome='upheld', reason='r', rule='a', decided_at=now()"
    for statement, values in (
        (f"update legal_reportcomplaint set {whole}, decided_by_id=%s", (first.pk,)),
        ("update legal_reportcomplaint set assigned_to_id=%s", (first.pk,)),
        ("update legal_reportcomplaint set first_decider_id=%s", (other.pk,)),
        (f"update legal_reportcomplaint set first_decider_id=%s, {whole}, decided_by_id=%s", (other.pk, first.pk)),
        ("update legal_reportcomplaint set status='decided'", ()),
        ("update legal_reportcomplaint set status='decided', outcome='upheld', decided_at=now(), decided_by_id=%s", (other.pk,)),
        (f"update legal_reportcomplaint set {whole.replace('upheld', 'reversed')}, decided_by_id=%s", (other.pk,)),
        ("update legal_reportcomplaint set text=''", ()),
    ):  # fmt: skip
        with pytest.raises(IntegrityError):
            sql(statement, *values)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportComplaint.objects.create(
            report=complaint.report,
            side=complaint.side,
            text="x",
            received_at=now(),
            deadline=now(),
            first_decider=first,
        )
    sql(f"update legal_reportcomplaint set {whole}, decided_by_id=%s", other.pk)


def test_what_was_decided_no_longer_changes_but_its_person_can_be_forgotten():
    second = moderator()
    complaint = contested(decided(), by=second)
    acts.decide(complaint=complaint, moderator=second, decision="suspend", now=now(), **ANSWER)
    for column in (
        "reason = 'autre'",
        "outcome = 'reversed'",
        "status = 'taken'",
        "text = 'autre'",
        "decided_at = now()",
    ):
        with pytest.raises(IntegrityError):
            sql(f"update legal_reportcomplaint set {column}")
    with pytest.raises(acts.ComplaintDecided):
        acts.take(complaint=complaint, moderator=moderator())
    ReportComplaint.objects.update(person=None, email="")
    assert ReportComplaint.objects.get().person is None


# What a decision does


def test_a_changed_decision_puts_the_review_back_and_both_sides_know_why(client, login_as):
    review = ReviewFactory()
    report = decided(review, "delete")
    assert Review.objects.get(pk=review.pk).status == Review.Status.DELETED
    complaint = contested(report)
    login_as(Role.MODERATION)
    page = f"/cms/contestation/{complaint.pk}/"
    say_why(client, page)
    assert client.post(page, {"decision": "keep", **ANSWER}).status_code == 403, "nobody took it"
    client.post(f"{page}prendre/")
    shown = client.get(page).content.decode()
    assert "Je conteste." in shown
    assert "C’est faux." in shown
    assert client.post(page, {"decision": "keep", **ANSWER}).status_code == 302
    complaint.refresh_from_db()
    assert (complaint.outcome, complaint.new_decision, complaint.effect) == ("reversed", "keep", "done")
    assert Review.objects.get(pk=review.pk).status == Review.Status.PUBLISHED
    assert Report.objects.get().decision == "delete", "the first decision stays as it was written"
    assert standing(report).decision == "keep"
    told = {each.to: each.text for each in OutboxMessage.objects.filter(key__startswith="complaint_decided")}
    assert set(told) == {review.invitation.client.email, "zoe@example.fr"}
    for text in told.values():
        assert "Après relecture" in text
        assert "n’avait pas pris la première décision, sans moyen automatisé" in text
        assert "article 21" in text
    assert "zoe" not in told[review.invitation.client.email]
    assert "Après relecture" in client.get(links.path_of(report, Side.AUTHOR)).content.decode()


@pytest.mark.parametrize(
    "missing", [{"reason": " "}, {"rule": ""}, {"decision": "x"}, {"decision": ""}, {"reason": "x" * 10_000}]
)
def test_a_decision_on_a_complaint_needs_its_reason_and_rule(client, login_as, missing):
    complaint = contested(decided(), by=login_as(Role.MODERATION))
    page = f"/cms/contestation/{complaint.pk}/"
    say_why(client, page)
    answer = client.post(page, {"decision": "keep", **ANSWER, **missing})
    assert answer.status_code == 422
    assert not ReportComplaint.objects.get().is_decided


def test_confirming_changes_nothing_and_is_told():
    second, review = moderator(), ReviewFactory()
    complaint = contested(decided(review), by=second)
    done = acts.decide(complaint=complaint, moderator=second, decision="suspend", now=now(), **ANSWER)
    assert (done.outcome, done.new_decision, done.effect) == ("upheld", "", "")
    assert Review.objects.get(pk=review.pk).status == Review.Status.SUSPENDED
    assert OutboxMessage.objects.filter(key__startswith="complaint_decided").count() == 2


def test_a_profile_comes_back_when_the_decision_alone_had_taken_it_down():
    practitioner, second = PractitionerFactory(), moderator()
    complaint = contested(decided(practitioner, key="profil"), by=second)
    done = acts.decide(complaint=complaint, moderator=second, decision="keep", now=now(), **ANSWER)
    assert done.effect == "done"
    assert Practitioner.objects.get().is_listed


def test_a_profile_that_is_off_for_another_reason_stays_off_and_that_is_said():
    practitioner, second = PractitionerFactory(), moderator()
    complaint = contested(decided(practitioner, key="profil"), by=second)
    listing.restore(practitioner=practitioner, by=None, reason="Remise en ligne")
    listing.suspend(practitioner=practitioner, by=None, reason="Assurance échue")
    done = acts.decide(complaint=complaint, moderator=second, decision="keep", now=now(), **ANSWER)
    assert done.effect == "elsewhere"
    assert Practitioner.objects.get().status_reason == "Assurance échue"
    assert "Une autre raison" in mail(f"complaint_decided-{complaint.report.reference}-author-to-author").text


def test_a_review_that_another_decision_took_off_stays_off():
    review, second = ReviewFactory(), moderator()
    contested_one = decided(review)
    reports_kind = reportable("avis")
    other = reports.file_report(
        reportable=reports_kind,
        subject=review,
        ground="privacy",
        text="y",
        email="y@example.fr",
        reporter=None,
        now=now(),
    )
    reports.assign(report=other, moderator=second)
    reports.decide(
        report=other, moderator=second, decision="delete", reason="Adresse privée.", rule="Article 6", now=now()
    )
    complaint = contested(contested_one, by=second)
    done = acts.decide(complaint=complaint, moderator=second, decision="keep", now=now(), **ANSWER)
    assert done.effect == "elsewhere"
    assert Review.objects.get(pk=review.pk).status == Review.Status.DELETED


def test_what_is_gone_is_not_put_back_and_that_is_recorded_and_said():
    review, second = ReviewFactory(), moderator()
    author = review.invitation.client.email
    report = decided(review)
    Review.objects.filter(pk=review.pk).delete()
    complaint = contested(report, by=second)
    assert complaint.email == author
    done = acts.decide(complaint=complaint, moderator=second, decision="keep", now=now(), **ANSWER)
    assert done.effect == "gone"
    assert "n’existe plus" in mail(f"complaint_decided-{report.reference}-author-to-author").text


def test_whom_the_new_decision_hits_contests_it_in_turn_and_a_third_person_decides():
    review, second, third = ReviewFactory(), moderator(), moderator()
    report = decided(review, "keep", at=now() - dt.timedelta(days=170))
    acts.decide(
        complaint=contested(report, Side.REPORTER, second), moderator=second, decision="suspend", now=now(), **ANSWER
    )
    assert links.url_of(report, Side.AUTHOR) in mail(f"complaint_decided-{report.reference}-reporter-to-author").text
    assert standing(report).contested_until > now() + dt.timedelta(days=170), "the six months are of the new decision"
    again = contested(report, Side.AUTHOR)
    with pytest.raises(acts.SomebodyElseDecides):
        acts.take(complaint=again, moderator=second)
    with pytest.raises(IntegrityError):
        sql(
            "update legal_reportcomplaint set status='decided', outcome='upheld', reason='r', rule='a', decided_at=now(),"
            " decided_by_id=%s where id=%s", second.pk, again.pk,
        )  # fmt: skip
    acts.take(complaint=again, moderator=third)
    acts.decide(complaint=again, moderator=third, decision="keep", now=now(), **ANSWER)
    assert Review.objects.get(pk=review.pk).status == Review.Status.PUBLISHED
