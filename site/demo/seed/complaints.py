"""Reports that were decided, and decisions contested: one changed by somebody else, one that waits."""

import datetime as dt

from accounts.models import User
from common import clock
from legal.actions import reports
from legal.complaints import acts
from legal.models import Report, ReportComplaint
from legal.reportables import reportable
from practitioners.models import Practitioner, Review

RULES = "Règles des avis, version 1, article 4"


def story(*, first: User, second: User, people: list[Practitioner]) -> None:
    """`first` decides the reports, `second` the complaint: never the same person."""
    now = clock.now()
    contested = _report_of_review(people, first, now)
    if contested is not None:
        complaint = acts.file(
            report=contested,
            side=ReportComplaint.Side.AUTHOR,
            text="Je décris ma séance et rien d’autre : l’heure, le retard, le prix. Je peux fournir ma confirmation de rendez-vous.",
            now=now - dt.timedelta(days=30),
        )
        acts.take(complaint=complaint, moderator=second)
        acts.decide(
            complaint=complaint,
            moderator=second,
            decision=Report.Decision.KEEP,
            reason="L’avis suit une séance qui a eu lieu et ne dit que des faits vécus. Il est sévère sans être injurieux : il est remis en ligne.",
            rule=RULES,
            now=now - dt.timedelta(days=27),
        )
    waiting = _report_of_profile(people, first, now)
    if waiting is not None:
        acts.file(
            report=waiting,
            side=ReportComplaint.Side.REPORTER,
            text="La phrase a bien été retirée, mais elle était encore en ligne ce matin sur la page d’accueil du site de cette personne, que votre fiche cite.",
            now=now - dt.timedelta(days=3),
        )


def _report_of_review(people: list[Practitioner], moderator: User, now: dt.datetime) -> Report | None:
    """The newest review, so that what the other stories count on stays as it is."""
    review = Review.objects.published().filter(practitioner__in=people, rating__lte=4).order_by("-pk").first()
    if review is None:
        return None
    return _decided(
        "avis",
        review,
        ground=Report.Ground.FALSE,
        text="Cette personne raconte un retard que je n’ai pas eu. Je demande le retrait de son avis.",
        email=review.practitioner.user.email,
        moderator=moderator,
        decision=Report.Decision.SUSPEND,
        reason="Le praticien conteste les faits et l’agenda montre une séance commencée à l’heure : l’avis est retiré.",
        days=(43, 41),
        now=now,
    )


def _report_of_profile(people: list[Practitioner], moderator: User, now: dt.datetime) -> Report | None:
    practitioner = next((each for each in reversed(people) if each.is_listed), None)
    if practitioner is None:
        return None
    return _decided(
        "profil",
        practitioner,
        ground=Report.Ground.MEDICAL,
        text="La page laisse entendre que trois séances suffisent à se passer de tout suivi.",
        email="jocelyne@clients.example",
        moderator=moderator,
        decision=Report.Decision.KEEP,
        reason="La phrase a été corrigée le jour du signalement : la fiche ne promet plus rien et rappelle le suivi par un médecin.",
        days=(14, 13),
        now=now,
    )


def _decided(
    key: str,
    subject: Review | Practitioner,
    *,
    ground: str,
    text: str,
    email: str,
    moderator: User,
    decision: str,
    reason: str,
    days: tuple[int, int],
    now: dt.datetime,
) -> Report:
    kind = reportable(key)
    assert kind is not None
    received, decided = (now - dt.timedelta(days=each) for each in days)
    report = reports.file_report(
        reportable=kind, subject=subject, ground=ground, text=text, email=email, reporter=None, now=received
    )
    reports.assign(report=report, moderator=moderator)
    return reports.decide(report=report, moderator=moderator, decision=decision, reason=reason, rule=RULES, now=decided)
