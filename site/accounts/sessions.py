"""Sessions in the database, as Django keeps them, read by a query whose SQL is written once: every signed-in request asks it."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from common.compiled import Compiled, Given

_LIVE = Compiled(lambda: Session.objects.filter(session_key=Given("key"), expire_date__gt=Given("now")))


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        found = _LIVE.first(key=self.session_key, now=timezone.now())
        if found is None:
            # Ended, or made up: whoever writes next writes a new one.
            self._session_key = None
        return found
