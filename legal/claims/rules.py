"""What the legal team does with rules and lists: each change is kept, with what stood before."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.forms.models import model_to_dict

from accounts.models import User
from common.tasks import enqueue
from legal.claims import shipped
from legal.models import ClaimChange, ClaimList, ClaimRule, ClaimWaiver


def facts(row: ClaimRule | ClaimList) -> dict[str, Any]:
    return {key: value for key, value in model_to_dict(row).items() if key != "id"}


def name_of(row: ClaimRule | ClaimList) -> str:
    return f"rule:{row.slug}" if isinstance(row, ClaimRule) else f"list:{row.name}"


@transaction.atomic
def save(*, row: ClaimRule | ClaimList, author: User | None, now: dt.datetime) -> bool:
    """False when nothing changed. What is published is looked at again once this is committed."""
    model = type(row)
    stood = model.objects.select_for_update(no_key=True).filter(pk=row.pk).first() if row.pk else None
    before = facts(stood) if stood else None
    if before == facts(row):
        return False
    row.save()
    ClaimChange.objects.create(what=name_of(row), author=author, at=now, before=before, after=facts(row))
    transaction.on_commit(_look_again)
    return True


def _look_again() -> None:
    from legal.tasks import recheck_claims

    enqueue(recheck_claims)


@transaction.atomic
def revoke(*, waiver_id: int, by: User, now: dt.datetime) -> bool:
    """The sentence counts again, where it stands and at the next save."""
    row = ClaimWaiver.objects.select_for_update(no_key=True).get(pk=waiver_id)
    if row.revoked_at:
        return False
    row.revoked_by, row.revoked_at = by, now
    row.save(update_fields=["revoked_by", "revoked_at"])
    transaction.on_commit(_look_again)
    return True


def load(*, rules: Any, lists: Any, changes: Any, now: dt.datetime) -> int:
    """The rules as delivered, where there are none yet. Given the models of the moment: a migration calls it too."""
    if rules.objects.exists() or lists.objects.exists():
        return 0
    for name, words in shipped.lists().items():
        row = lists.objects.create(name=name, words="\n".join(words))
        changes.objects.create(what=f"list:{name}", at=now, after={"name": name, "words": row.words})
    for facts_of in shipped.read()["rule"]:
        row = rules.objects.create(**{key: v.strip() if isinstance(v, str) else v for key, v in facts_of.items()})
        changes.objects.create(
            what=f"rule:{row.slug}", at=now, after={k: v for k, v in model_to_dict(row).items() if k != "id"}
        )
    return int(rules.objects.count())
