"""Before a copy leaves or an account closes, the person identifies once more: somebody may have found the session open."""

import datetime as dt
import secrets
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from accounts import second_factor
from accounts.models import User
from common import outbox
from common.clock import now as clock_now

_SESSION = "identity_code"
_FRESH = dt.timedelta(minutes=15)
_TRIES = 5
_EVERY = dt.timedelta(minutes=1)


def is_confirmed(request: HttpRequest) -> bool:
    """Signed in or identified anew within the last minutes."""
    now = clock_now().timestamp()
    records = get_authentication_records(request, request.user)
    return any(now - record["at"] < REAUTHENTICATION_TIMEOUT for record in records)


def asks_again(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """What is posted before is asked again on the page, which says so: nothing is done behind a sign-in."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if is_confirmed(request):
            return view(request, *args, **kwargs)
        return redirect(f"{_door(request)}?{urlencode({'next': request.path})}")

    return wrapped


def _door(request: HttpRequest) -> str:
    """Of an account without password or second factor, reading its address is what proves who one is."""
    assert isinstance(request.user, User)
    if second_factor.is_enrolled(request.user):
        return reverse("mfa_reauthenticate")
    if request.user.has_usable_password():
        return reverse("account_reauthenticate")
    return reverse("rights:identity")


def send_code(request: HttpRequest, now: dt.datetime) -> bool:
    """False when one left less than a minute ago."""
    known = request.session.get(_SESSION)
    if known and now.timestamp() - known["at"] < _EVERY.total_seconds():
        return False
    assert isinstance(request.user, User)
    code = "".join(secrets.choice("0123456789") for _ in range(6))
    salt = get_random_string(16)
    request.session[_SESSION] = {"sum": _sum(code, salt), "salt": salt, "at": now.timestamp(), "tries": 0}
    outbox.send(
        key=f"identity-code-{get_random_string(16)}",
        to=request.user.email,
        template="rights/identity_code",
        context={"code": code},
        not_after=now + _FRESH,
    )
    return True


def has_code(request: HttpRequest) -> bool:
    return _SESSION in request.session


def confirm(request: HttpRequest, code: str, now: dt.datetime) -> bool:
    """Whether the code is the last one sent; five errors and another is needed."""
    known = request.session.get(_SESSION)
    if not known or known["tries"] >= _TRIES or now.timestamp() - known["at"] > _FRESH.total_seconds():
        return False
    if not constant_time_compare(_sum(code.strip(), known["salt"]), known["sum"]):
        request.session[_SESSION] = known | {"tries": known["tries"] + 1}
        return False
    del request.session[_SESSION]
    record_authentication(request, request.user, "code", reauthenticated=True)
    return True


def _sum(code: str, salt: str) -> str:
    return salted_hmac(f"rights-identity-{salt}", code, algorithm="sha256").hexdigest()
