"""Google Calendar: when its owner is busy, and nothing else.

The one scope is `calendar.freebusy` ("view your availability"): no title, no guest, no place ever leaves Google, and nothing can
be written there. Recurrences, cancelled and transparent events are Google's own business; its answer is a list of ranges, so
there is no token of changes to lose. Authorization code with PKCE and `state` (RFC 7636, RFC 6749).
"""

import base64
import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from booking.calendars import credentials, web
from booking.calendars.expansion import Expansion, TakenTime, uid_hash
from booking.calendars.faults import Error, Fault, of_status
from booking.calendars.providers import Reading, Window
from booking.models import CalendarConnection, ExternalCalendar
from common import clock

SCOPE = "https://www.googleapis.com/auth/calendar.freebusy"
PRIMARY = "primary"
# Google refuses ranges that are too long (`timeRangeTooLong`).
PIECE = dt.timedelta(days=50)
EARLY = dt.timedelta(seconds=60)


def is_offered() -> bool:
    return bool(settings.GOOGLE_CLIENT_ID and settings.GOOGLE_CLIENT_SECRET)


def begin(callback: str) -> tuple[str, dict[str, str]]:
    """Where to send the practitioner, and what their session must remember until they come back."""
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": settings.GOOGLE_CLIENT_ID,
        "redirect_uri": callback,
        "response_type": "code",
        "scope": SCOPE,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        # A refresh token is given only with these two.
        "access_type": "offline",
        "prompt": "consent",
    }
    return f"{settings.GOOGLE_ACCOUNTS_BASE}/o/oauth2/v2/auth?{urlencode(asked)}", {
        "state": state,
        "verifier": verifier,
    }


def finish(code: str, *, verifier: str, callback: str, now: dt.datetime) -> dict[str, Any]:
    """The tokens for a code. Raises Fault; REFUSED also when the one scope was unticked."""
    answer = _token(
        {"grant_type": "authorization_code", "code": code, "redirect_uri": callback, "code_verifier": verifier},
        seconds=web.IN_A_REQUEST,
    )
    if SCOPE not in str(answer.get("scope", "")).split() or not answer.get("refresh_token"):
        raise Fault(Error.REFUSED, "the scope was not granted")
    return {"refresh": str(answer["refresh_token"]), **_access(answer, now)}


def _access(answer: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    seconds = answer.get("expires_in")
    lasts = dt.timedelta(seconds=seconds if isinstance(seconds, int) else 0)
    return {"access": str(answer.get("access_token", "")), "until": (now + lasts).isoformat()}


def _token(asked: dict[str, str], *, seconds: float = web.IN_A_TASK) -> dict[str, Any]:
    who = {"client_id": settings.GOOGLE_CLIENT_ID, "client_secret": settings.GOOGLE_CLIENT_SECRET}
    answer = web.request("POST", f"{settings.GOOGLE_OAUTH_BASE}/token", data={**who, **asked}, seconds=seconds)
    if answer.status in {400, 401}:
        # `invalid_grant`: its owner withdrew the access, or it expired.
        raise Fault(Error.REFUSED, str(_json(answer).get("error", ""))[:60])
    if answer.status != 200:
        raise of_status(answer.status)
    return _json(answer)


def _json(answer: web.Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError as error:
        raise Fault(Error.INCOMPLETE, "not JSON") from error
    if not isinstance(found, dict):
        raise Fault(Error.INCOMPLETE, "not an object")
    return found


class GoogleProvider:
    def __init__(self, connection: CalendarConnection) -> None:
        self.connection = connection
        self.tokens = credentials.of(connection)

    def read(self, calendar: ExternalCalendar, window: Window, *, whole: bool) -> Reading:
        found = Expansion()
        for start, end in _pieces(window):
            answer = self._busy(calendar.href or PRIMARY, start, end)
            for busy in answer:
                found.times.append(busy)
        found.times = _joined(found.times)
        return Reading(whole=True, resources={"": found})

    def _busy(self, calendar_id: str, start: dt.datetime, end: dt.datetime) -> list[TakenTime]:
        asked = {"timeMin": start.isoformat(), "timeMax": end.isoformat(), "items": [{"id": calendar_id}]}
        answer = self._api(asked)
        found = answer.get("calendars")
        mine = found.get(calendar_id) if isinstance(found, dict) else None
        if not isinstance(mine, dict) or mine.get("errors") or not isinstance(mine.get("busy"), list):
            # Answered with 200 all the same.
            reasons = [str(item.get("reason", "")) for item in (mine or {}).get("errors", []) if isinstance(item, dict)]
            raise Fault(Error.GONE if "notFound" in reasons else Error.INCOMPLETE, ", ".join(reasons)[:100])
        try:
            ranges = [(_moment(item["start"]), _moment(item["end"])) for item in mine["busy"]]
        except (KeyError, TypeError, ValueError) as error:
            raise Fault(Error.INCOMPLETE, "a range that is none") from error
        return [TakenTime(uid_hash(PRIMARY), *pair) for pair in ranges if pair[0] < pair[1]]

    def _api(self, asked: dict[str, Any], *, again: bool = True) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._access_token()}", "Content-Type": "application/json"}
        answer = web.request(
            "POST", f"{settings.GOOGLE_API_BASE}/freeBusy", data=json.dumps(asked).encode(), headers=headers
        )
        if answer.status == 401 and again:
            self.tokens["until"] = ""
            return self._api(asked, again=False)
        if answer.status in {403, 429} and b"ateLimitExceeded" in answer.body:
            raise Fault(Error.SERVER, "too many requests")
        if answer.status != 200:
            raise of_status(answer.status)
        return _json(answer)

    def _access_token(self) -> str:
        now = clock.now()
        until = str(self.tokens.get("until", ""))
        if not until or dt.datetime.fromisoformat(until) - EARLY <= now:
            answer = _token({"grant_type": "refresh_token", "refresh_token": str(self.tokens["refresh"])})
            self.tokens |= _access(answer, now)
            if answer.get("refresh_token"):
                self.tokens["refresh"] = str(answer["refresh_token"])
            credentials.keep(self.connection, self.tokens)
        return str(self.tokens["access"])

    def revoke(self) -> None:
        """A refresh token takes its access tokens with it; one that is unknown already is as good as revoked."""
        answer = web.request(
            "POST", f"{settings.GOOGLE_OAUTH_BASE}/revoke", data={"token": str(self.tokens["refresh"])}
        )
        if answer.status not in {200, 400}:
            raise of_status(answer.status)

    def close(self) -> None:
        """Every request has a connection of its own."""


def _pieces(window: Window) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    start = window.since
    while start < window.until:
        end = min(start + PIECE, window.until)
        yield start, end
        start = end


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(dt.UTC)


def _joined(times: list[TakenTime]) -> list[TakenTime]:
    """A range that two pieces cut is one again."""
    joined: list[TakenTime] = []
    for item in sorted(times):
        if joined and joined[-1].ends_at >= item.starts_at:
            last = joined.pop()
            item = TakenTime(last.uid, last.starts_at, max(last.ends_at, item.ends_at))
        joined.append(item)
    return joined
