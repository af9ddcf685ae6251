"""Writing in the register: what practitioners must know is announced and waits for 15 days; the rest stands at once."""

import datetime as dt
import re
from typing import Any

from django.db import transaction

from accounts.models import User
from legal.models import Provider, ProviderAnswer, ProviderChange, ProviderHistory
from legal.providers import errors
from legal.providers.countries import ADEQUATE, EEA

NOTICE = dt.timedelta(days=15)
# What a practitioner has to know: who, what for, where, which data, under which safeguard.
ANNOUNCED = ("name", "kind", "country", "data", "safeguard")
FIELDS = (*ANNOUNCED, "safeguard_words", "contract", "contract_until", "security_reviewed_on")
_SHIELD = re.compile(r"privacy[\s\u00a0_-]*shield|bouclier\s+(de\s+protection\s+des\s+donn|vie\s+priv)", re.I)
Outcome, What = ProviderChange.Outcome, ProviderChange.What


def checked(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts, or the error of what protects nobody."""
    if any(_SHIELD.search(str(facts.get(name) or "")) for name in ("safeguard_words", "contract", "data")):
        raise errors.PrivacyShield
    safeguard, country = facts["safeguard"], facts["country"]
    if safeguard == Provider.Safeguard.INSIDE and country not in EEA:
        raise errors.NoSafeguard
    if safeguard == Provider.Safeguard.ADEQUACY and country not in ADEQUATE:
        raise errors.NoSafeguard
    return facts


@transaction.atomic
def propose(
    *, provider: Provider | None, facts: dict[str, Any], summary: str, author: User, now: dt.datetime
) -> ProviderChange | None:
    """Announce a new provider or a change of one; None when what differs needs no notice and stands at once."""
    facts = checked({name: facts[name] for name in FIELDS})
    if provider is not None:
        provider = Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        changed = [name for name in FIELDS if getattr(provider, name) != facts[name]]
        if not changed:
            raise errors.NothingChanged
        _none_waits(provider)
    others = Provider.objects.exclude(pk=provider.pk) if provider else Provider.objects.all()
    waiting = ProviderChange.objects.filter(outcome=Outcome.WAITING, what=What.ADDED)
    if (
        others.filter(name__iexact=facts["name"]).exists()
        or waiting.filter(name__iexact=facts["name"], provider=None).exists()
    ):
        raise errors.NameTaken
    if provider is not None and not set(changed) & set(ANNOUNCED):
        _write(provider, facts, author=author, now=now)
        return None
    what = What.CHANGED if provider else What.ADDED
    return _announce(provider, what, facts, summary=summary, author=author, now=now)


@transaction.atomic
def end(*, provider: Provider, summary: str, author: User, now: dt.datetime) -> ProviderChange:
    provider = Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
    _none_waits(provider)
    if provider.ended_at is not None:
        raise errors.Settled
    return _announce(provider, What.ENDED, facts_of(provider), summary=summary, author=author, now=now)


@transaction.atomic
def give_up(*, change: ProviderChange, reason: str, by: User, now: dt.datetime) -> None:
    change = _waiting(change)
    change.outcome, change.outcome_reason = Outcome.GIVEN_UP, reason
    change.settled_at, change.settled_by = now, by
    change.save(update_fields=["outcome", "outcome_reason", "settled_at", "settled_by"])


@transaction.atomic
def apply(*, change: ProviderChange, now: dt.datetime) -> Provider:
    """The register becomes what was announced."""
    change = _waiting(change)
    provider = change.provider or Provider(since=now)
    if change.what == What.ENDED:
        provider.ended_at = now
        provider.save(update_fields=["ended_at"])
    provider = _write(provider, _read(change.facts), author=change.author, now=now)
    change.provider, change.outcome, change.settled_at = provider, Outcome.APPLIED, now
    change.save(update_fields=["provider", "outcome", "settled_at"])
    return provider


def facts_of(provider: Provider) -> dict[str, Any]:
    return {name: getattr(provider, name) for name in FIELDS}


def open_objections(change: ProviderChange) -> int:
    return change.answers.filter(answer=ProviderAnswer.Answer.OBJECTION, follow=ProviderAnswer.Follow.NONE).count()


def _announce(
    provider: Provider | None, what: str, facts: dict[str, Any], *, summary: str, author: User, now: dt.datetime
) -> ProviderChange:
    return ProviderChange.objects.create(
        provider=provider, what=what, name=facts["name"], facts=_stored(facts), summary=summary, author=author,
        announced_at=now, applies_at=now + NOTICE,
    )  # fmt: skip


def _none_waits(provider: Provider) -> None:
    if provider.changes.filter(outcome=Outcome.WAITING).exists():
        raise errors.AlreadyAnnounced


def _waiting(change: ProviderChange) -> ProviderChange:
    change = ProviderChange.objects.select_for_update(of=("self",), no_key=True).get(pk=change.pk)
    if change.outcome != Outcome.WAITING:
        raise errors.Settled
    return change


def _write(provider: Provider, facts: dict[str, Any], *, author: User, now: dt.datetime) -> Provider:
    for name in FIELDS:
        setattr(provider, name, facts[name])
    provider.save()
    ended = {"ended_at": provider.ended_at.isoformat()} if provider.ended_at else {}
    ProviderHistory.objects.create(provider=provider, facts={**_stored(facts), **ended}, author=author, at=now)
    return provider


def _stored(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in facts.items()}


def _read(facts: dict[str, Any]) -> dict[str, Any]:
    dates = ("contract_until", "security_reviewed_on")
    return {name: dt.date.fromisoformat(value) if name in dates and value else value for name, value in facts.items()}
