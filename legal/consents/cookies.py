"""What a browser may be asked to load or keep beyond the needed, and the choice that was made about it.

A category is declared by the app that uses it, and asked about only while it is in use: without one there is no banner. The choice
stays in the browser for six months. Refusing leaves nothing anywhere else; accepting, and taking back, are proved.
"""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from accounts.models import User
from common.clock import now as clock_now
from common.registry import Registry
from legal.consents import proofs
from legal.consents.proofs import Circumstances

COOKIE = "choix_cookies"
KEPT = dt.timedelta(days=182)
_FORM = re.compile(r"(\d{8})~([0-9a-f]{32}|0)~([a-z]{1,20}-[01](?:\.[a-z]{1,20}-[01]){0,9})")


@dataclass(frozen=True)
class Category:
    """`says`: what loads, from whom, and what that does. `topic` is one of the consents."""

    topic: str
    label: str | Promise
    says: str | Promise
    in_use: Callable[[], bool]


categories: Registry[Category] = Registry("optional categories of cookies")


@dataclass(frozen=True)
class Choice:
    """`subject` names what was accepted in the proofs; none for who only refused."""

    on: dt.date
    answers: Mapping[str, bool]
    subject: uuid.UUID | None = None

    def allows(self, topic: str) -> bool:
        return self.answers.get(topic, False)

    @property
    def until(self) -> dt.date:
        return self.on + KEPT


def in_use() -> list[Category]:
    return [category for category in categories if category.in_use()]


def read(request: HttpRequest) -> Choice | None:
    """The choice that still stands; a text that we did not write is none."""
    found = _FORM.fullmatch(request.COOKIES.get(COOKIE, ""))
    if not found:
        return None
    day, subject, answers = found.groups()
    try:
        on = dt.datetime.strptime(day, "%Y%m%d").date()
    except ValueError:
        return None
    today = clock_now().date()
    if not today - KEPT < on <= today + dt.timedelta(days=1):
        return None
    pairs = (each.split("-") for each in answers.split("."))
    return Choice(on, {topic: given == "1" for topic, given in pairs}, None if subject == "0" else uuid.UUID(subject))


def allows(request: HttpRequest, topic: str) -> bool:
    choice = read(request)
    return choice is not None and choice.allows(topic)


def unasked(request: HttpRequest) -> list[Category]:
    """Those in use that this browser never answered about, or longer ago than a choice stands."""
    choice = read(request)
    known = choice.answers if choice else {}
    return [category for category in categories if category.topic not in known and category.in_use()]


def choose(
    request: HttpRequest,
    response: HttpResponse,
    answers: Mapping[str, bool],
    *,
    how: Circumstances,
    user: User | None,
    now: dt.datetime,
) -> Choice:
    """Keep the choice in the browser, for six months from now; prove what it gives and what it takes back."""
    before = read(request)
    kept = {category.topic: answers.get(category.topic, False) for category in categories if category.topic in answers}
    subject = before.subject if before else None
    for topic, given in kept.items():
        had = before is not None and before.allows(topic)
        if given:
            subject = subject or uuid.uuid4()
            event = proofs.Event.RENEWED if had else proofs.Event.GIVEN
            proofs.record(subject=subject, topic=topic, event=event, how=how, now=now, user=user)
        elif had and subject:
            proofs.record(subject=subject, topic=topic, event=proofs.Event.WITHDRAWN, how=how, now=now, user=user)
    # Once everything is refused, nothing links this browser to what it accepted before.
    choice = Choice(now.date(), kept, subject if any(kept.values()) else None)
    _write(request, response, choice)
    return choice


def _write(request: HttpRequest, response: HttpResponse, choice: Choice) -> None:
    answers = ".".join(f"{topic}-{int(given)}" for topic, given in sorted(choice.answers.items()))
    if not answers:
        return
    value = f"{choice.on:%Y%m%d}~{choice.subject.hex if choice.subject else 0}~{answers}"
    response.set_cookie(
        COOKIE, value, max_age=int(KEPT.total_seconds()), httponly=True, samesite="Lax", secure=request.is_secure()
    )
