"""Reports: sent by anyone, acknowledged, taken, decided with reasons to both sides, then final."""

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from accounts.roles import Role
from common.clock import now
from common.models import OutboxMessage
from legal import reportables as registry
from legal.actions import reports
from legal.models import Report
from legal.reportables import Reportable
from tests.factories.accounts import UserFactory
from tests.plugins.people import say_why

pytestmark = pytest.mark.django_db


@pytest.fixture
def carried_out(monkeypatch):
    """A person stands for what is reported: this app knows nothing of reviews or profiles."""
    done = []
    kind = Reportable(
        key="essai",
        model="accounts.User",
        name="essai",
        label=lambda user: f"Essai de {user.last_name}",
        url=lambda user: f"/essai/{user.pk}/",
        is_public=lambda user: user.is_active,
        author_email=lambda user: user.email,
        carry_out=lambda user, *, decision, reason, now: done.append((user.pk, decision, reason)),
    )
    fresh = registry.Registry("reportables of a test")
    fresh.register("essai", kind)
    monkeypatch.setattr(registry, "reportables", fresh)
    cache.clear()
    return done


@pytest.fixture
def subject() -> User:
    return UserFactory()


def fields(**changed: str) -> dict[str, str]:
    return {"ground": "offensive", "text": "Des insultes.", "email": "zoe@example.fr", "honest": "on", **changed}


def make_report(subject: User, **changed: object) -> Report:
    facts = {
        "ground": "offensive",
        "text": "Des insultes.",
        "email": "zoe@example.fr",
        "reporter": None,
        "now": now(),
        **changed,
    }
    return reports.file_report(reportable=registry.reportable("essai"), subject=subject, **facts)


def test_anyone_reports_without_an_account_and_is_acknowledged(client, carried_out, subject):
    assert client.get(f"/signaler/essai/{subject.pk}/").status_code == 200
    response = client.post(f"/signaler/essai/{subject.pk}/", fields(), follow=True)
    report = Report.objects.get()
    assert report.reference in response.content.decode()
    mail = OutboxMessage.objects.get()
    assert (mail.to, report.reference in mail.subject) == ("zoe@example.fr", True)
    assert report.reporter is None


def test_the_page_of_a_report_opens_only_for_who_sent_it(client, carried_out, subject):
    report = make_report(subject)
    assert client.get(f"/signaler/recu/{report.reference}/").status_code == 404


def test_the_same_words_twice_are_one_report(carried_out, subject):
    assert make_report(subject) == make_report(subject)
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize("path", ["essai/999999/", "inconnu/1/", "essai/99999999999999999999999/", "essai/0/"])
def test_what_does_not_exist_is_not_found(client, carried_out, path):
    assert client.get(f"/signaler/{path}").status_code == 404


def test_what_the_public_cannot_see_cannot_be_reported(client, carried_out):
    hidden = UserFactory(is_active=False)
    assert client.post(f"/signaler/essai/{hidden.pk}/", fields()).status_code == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"ground": "x"},
        {"ground": ""},
        {"text": ""},
        {"text": "x" * 10_000},
        {"email": "pas une adresse"},
        {"email": ""},
        {"honest": ""},
    ],
)
def test_a_bad_report_is_refused_and_keeps_what_was_typed(client, carried_out, subject, changed):
    response = client.post(f"/signaler/essai/{subject.pk}/", fields(**changed))
    assert response.status_code == 422
    assert "error-summary" in response.content.decode()
    if "text" not in changed:
        assert "Des insultes." in response.content.decode()
    assert not Report.objects.exists()


def test_nul_bytes_are_refused(client, carried_out, subject):
    assert client.post(f"/signaler/essai/{subject.pk}/", fields(text="a\x00b")).status_code == 400


def test_a_flood_is_slowed_down(client, carried_out, subject):
    codes = [client.post(f"/signaler/essai/{subject.pk}/", fields(text=f"Motif {n}")).status_code for n in range(12)]
    assert codes == [302] * 10 + [429] * 2


def test_a_decision_is_carried_out_and_both_sides_know_why(client, login_as, carried_out, subject):
    report = make_report(subject)
    login_as(Role.MODERATION)
    page = f"/cms/signalement/{report.pk}/"
    say_why(client, page)
    decision = {"decision": "suspend", "rule": "Règles des avis, version 2, article 4", "reason": "Propos insultants."}
    assert client.post(page, decision).status_code == 422, "nobody took it"
    client.post(f"{page}prendre/")
    assert client.post(page, decision).status_code == 302
    assert carried_out == [(subject.pk, "suspend", "Propos insultants.")]
    mails = {mail.to: mail for mail in OutboxMessage.objects.filter(key__startswith="report_decided")}
    assert set(mails) == {"zoe@example.fr", subject.email}
    assert all("Propos insultants." in mail.text and "article 4" in mail.text for mail in mails.values())
    assert "zoe" not in mails[subject.email].text, "who reported is never named"


@pytest.mark.parametrize(
    "missing", [{"reason": " "}, {"rule": ""}, {"decision": "x"}, {"decision": ""}, {"reason": "x" * 10_000}]
)
def test_a_decision_needs_its_reason_and_rule(client, login_as, carried_out, subject, missing):
    report = make_report(subject)
    moderator = login_as(Role.MODERATION)
    reports.assign(report=report, moderator=moderator)
    decision = {"decision": "keep", "rule": "Article 4", "reason": "Rien d’insultant.", **missing}
    say_why(client, f"/cms/signalement/{report.pk}/")
    assert client.post(f"/cms/signalement/{report.pk}/", decision).status_code == 422
    assert carried_out == []


def test_a_decision_is_final(carried_out, subject):
    moderator = UserFactory(roles=[Role.MODERATION])
    report = reports.assign(report=make_report(subject), moderator=moderator)
    facts = {"report": report, "moderator": moderator, "reason": "Non.", "rule": "Article 4", "now": now()}
    reports.decide(decision="keep", **facts)
    with pytest.raises(reports.AlreadyDecided):
        reports.decide(decision="delete", **facts)
    for sql in ("update legal_report set decision = 'delete'", "update legal_report set status = 'received'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_forgetting_the_reporter_stays_possible_after_the_decision(carried_out, subject):
    moderator, reporter = UserFactory(roles=[Role.MODERATION]), UserFactory()
    report = reports.assign(report=make_report(subject, reporter=reporter), moderator=moderator)
    reports.decide(report=report, moderator=moderator, decision="keep", reason="Non.", rule="Article 4", now=now())
    Report.objects.update(reporter=None, reporter_email="efface@example.invalid")
    assert Report.objects.get().reporter is None


def test_nobody_decides_on_a_report_of_ones_own(carried_out, subject):
    moderator = UserFactory(roles=[Role.MODERATION])
    report = reports.assign(report=make_report(subject, reporter=moderator), moderator=moderator)
    with pytest.raises(reports.TakenByAnother):
        reports.decide(report=report, moderator=moderator, decision="keep", reason="Non.", rule="Article 4", now=now())


def test_what_disappeared_meanwhile_can_only_be_kept(carried_out, subject):
    moderator = UserFactory(roles=[Role.MODERATION])
    report = reports.assign(report=make_report(subject), moderator=moderator)
    subject.delete()
    facts = {"report": report, "moderator": moderator, "reason": "Disparu.", "rule": "Article 4", "now": now()}
    with pytest.raises(reports.NobodyCarriesItOut):
        reports.decide(decision="delete", **facts)
    assert reports.decide(decision="keep", **facts).is_decided


@pytest.mark.parametrize(
    ("role", "allowed"),
    [(Role.MODERATION, True), (Role.LEGAL, False), (Role.EDITOR, False), (Role.VERIFICATION, False)],
)
def test_the_desk_is_for_moderators(client, login_as, carried_out, subject, role, allowed):
    report = make_report(subject)
    login_as(role)
    for path in ("/cms/signalements/", f"/cms/signalement/{report.pk}/"):
        assert (client.get(path).status_code == 200) is allowed
    assert client.post(f"/cms/signalement/{report.pk}/prendre/").status_code in ({302} if allowed else {302, 403})
    assert (Report.objects.get().assigned_to is not None) is allowed


def test_the_register_can_be_searched_and_filtered(client, login_as, carried_out, subject):
    report = make_report(subject)
    login_as(Role.MODERATION)
    assert report.reference in client.get(f"/cms/signalements/?q={report.reference}").content.decode()
    assert client.get("/cms/signalements/?status__exact=decided&o=9.x&p=999").status_code in {200, 302, 404}
