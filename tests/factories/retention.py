"""Rules approved as the legal team approves them."""

import datetime as dt

from accounts.models import User
from accounts.roles import Role
from common.retention import rules
from legal.actions import retention
from legal.retention import dry_run
from tests.factories.accounts import UserFactory


def approve(*keys: str, now: dt.datetime, by: User | None = None) -> User:
    """Let these rules run, or all of them."""
    team = by or UserFactory(roles=[Role.LEGAL])
    for rule in rules:
        if not rule.done_by and (not keys or rule.key in keys):
            retention.approve(rule=rule, signature=dry_run.preview(rule, now).signature, by=team, now=now)
    return team
