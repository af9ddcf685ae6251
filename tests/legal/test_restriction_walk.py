"""A restriction really freezes (GDPR, article 18): ten years of nights change nothing of what is held of somebody restricted."""

import datetime as dt
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta

from accounts.models import User
from common.retention import Rule, rules
from legal.models import RightsChoice
from legal.retention import holds
from legal.rights.actions import choices
from tests.factories.accounts import UserFactory
from tests.factories.retention import approve
from tests.legal.test_retention_walk import night, things
from tests.legal.walked import NIGHT, START

pytestmark = pytest.mark.django_db
# A copy is fetched within a week and ends, whatever is restricted: what it was made of stays.
LEADING = [rule for rule in rules if (rule.people or rule.addresses) and rule.key != "data-copies"]
# Rules about rows that lead to nobody's account, and why a restriction has nothing to freeze there.
OF_NOBODY = {
    "imports": "un fichier que personne n’a confirmé n’est encore la fiche de personne",
    "sessions": "une connexion ouverte sert à la personne elle-même, et se ferme par elle",
    "stripe-events": "trace technique relue par un numéro de paiement",
    "harvests": "empreinte d’un réseau, qui ne mène à personne",
    "ended-marks": "empreinte à clé, qui ne mène à personne",
    "closed-structures": "un établissement des répertoires publics, que personne d’ici n’administre",
    "tax-reports": "le fichier suit ses lignes, qui sont celles des personnes",
    "proof-files": "le motif parle d’un dossier, par son numéro",
    "breaches": "le registre que la loi impose, clos depuis cinq ans",
    "data-copies": "la copie demandée se retire en une semaine ; ce dont elle est faite reste",
    "exports": "journal de l’équipe : un fichier sorti, sans la personne",
}


# Whose rows in the walk are of an address without an account.
WITHOUT_ACCOUNT = {"readings"}


def test_each_rule_leads_to_a_person_or_says_why_not() -> None:
    assert {rule.key for rule in rules} - {rule.key for rule in LEADING} == OF_NOBODY.keys()


def _accounts_for_the_addresses() -> None:
    """The walk has rows of addresses without an account; here somebody signed up with each of them."""
    told = {
        address.lower()
        for rule in LEADING
        for path in rule.addresses
        for address in rule.rows.values_list(path, flat=True)
    }
    known = {email.lower() for email in User.objects.values_list("email", flat=True)}
    for address in sorted(told - known - {""}):
        UserFactory(email=address, date_joined=START)


def kept_of(rule: Rule, now: dt.datetime) -> dict[Any, dict[str, Any]]:
    return {row["pk"]: row for row in rule.rows.filter(holds.held(rule, now)).values("pk", *_columns(rule))}


def _columns(rule: Rule) -> list[str]:
    """Of a message, what it says: that it leaves, or does not, is no end of it."""
    if rule.model == "common.OutboxMessage":
        return ["key", "to", "facts"]
    if rule.model == "accounts.User":
        # Who asked to close the account before is shut out at their date; nothing of it goes.
        return ["email", "first_name", "last_name", "date_joined"]
    return [field.attname for field in rule.rows.model._meta.concrete_fields]


def test_ten_years_of_nights_change_nothing_of_who_restricted(settings, django_capture_on_commit_callbacks) -> None:
    settings.RETENTION_BRAKE_ROWS = 10_000
    known = things()
    now = START + dt.timedelta(hours=1)
    team = approve(now=START)
    _accounts_for_the_addresses()
    for user in User.objects.filter(is_staff=False, is_superuser=False, erased=None).exclude(pk=team.pk):
        choices.restrict(user=user, ground=RightsChoice.Ground.values[0], now=now)
    before = {rule.key: kept_of(rule, now) for rule in LEADING}
    empty = {key for key, rows in before.items() if not rows}
    assert sorted(empty) == sorted(WITHOUT_ACCOUNT), "a rule of which nothing in this walk is anybody's"
    last = max(each.ends for each in known) + NIGHT
    while now < last:
        now += relativedelta(months=18)
        choices.hold_on(now=now)
        if now > last or now.year in {START.year + 3, START.year + 6}:
            with django_capture_on_commit_callbacks(execute=True):
                night(now)
    after = {rule.key: kept_of(rule, now) for rule in LEADING}
    changed = [(key, pk) for key, rows in before.items() for pk, row in rows.items() if after[key].get(pk) != row]
    assert changed == []
