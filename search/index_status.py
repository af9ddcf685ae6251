"""How the search stands, for operators: who answers, what waits, what the index holds, what was done to it."""

import datetime as dt
from dataclasses import dataclass, field, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from search import elastic, engines, indices
from search.actions.index import WORK
from search.alone import is_taken
from search.engines.breaker import State
from search.engines.vitals import Vitals
from search.models import IndexReport, PendingChange, SearchEntry

LOOK_SECONDS = 1.0
# Words for `Vitals.word`.
WHY: dict[str, str | Promise] = {
    "ok": _("Told of everything, and answering."),
    "unreachable": _("It does not answer, or answers with an error."),
    "missing": _("The index does not exist: it is being built anew."),
    "empty": _("The index is empty: it is being built anew."),
    "partial": _("A part of the index does not answer."),
    "behind": _("It has not been told of changes for more than thirty seconds."),
    "lost": _("Changes were not kept for it while it was not configured: a check has to come first."),
}
BREAKER: dict[str, str | Promise] = {
    "closed": _("closed: nothing prevents asking it"),
    "open": _("open: nothing is asked of it for a moment"),
    "half-open": _("half-open: the next question will try"),
}


@dataclass(frozen=True)
class Status:
    """`why` is in words. Without Elasticsearch configured, the fields after `entries` say nothing."""

    answering: str
    pending: int
    waiting_since: dt.datetime | None
    entries: int
    reports: list[IndexReport]
    busy: bool
    configured: bool = False
    good: bool = True
    why: str | Promise = ""
    documents: int | None = None
    breaker: State = field(default_factory=State)
    alias: str = ""
    live: list[str] = field(default_factory=list)
    building: list[str] = field(default_factory=list)

    @property
    def breaker_words(self) -> str | Promise:
        return BREAKER[self.breaker.word]

    @property
    def breaker_since(self) -> dt.datetime | None:
        return dt.datetime.fromtimestamp(self.breaker.since, dt.UTC) if self.breaker.is_open else None

    @property
    def last_check(self) -> IndexReport | None:
        return next((r for r in self.reports if r.kind == IndexReport.Kind.CHECK and r.ended_at), None)

    @property
    def last_rebuild(self) -> IndexReport | None:
        return next((r for r in self.reports if r.kind == IndexReport.Kind.REBUILD and r.ended_at), None)


def read() -> Status:
    """Never waits for an Elasticsearch that does not answer longer than a second."""
    oldest = PendingChange.objects.order_by("changed_at").first()
    here = Status(
        answering="embedded",
        pending=PendingChange.objects.count(),
        waiting_since=oldest.changed_at if oldest else None,
        entries=SearchEntry.objects.count(),
        reports=_reports(),
        busy=is_taken(WORK),
    )
    both = engines.guarded()
    if both is None:
        return here
    answering = both.answering()
    vitals, state = both.watch.vitals(), both.breaker.state()
    known = indices.Known() if state.is_open else _known()
    return replace(
        here,
        answering=answering.name,
        configured=True,
        good=answering is both.first,
        why=_why(vitals, state),
        documents=vitals.documents,
        breaker=state,
        alias=indices.alias(),
        live=known.live,
        building=known.building,
    )


def _why(vitals: Vitals, state: State) -> str | Promise:
    return WHY["unreachable"] if state.is_open and vitals.good else WHY[vitals.word]


def _known() -> indices.Known:
    try:
        return indices.known(elastic.client().options(request_timeout=LOOK_SECONDS))
    except elastic.ERRORS:
        # The page says in its first line that it does not answer.
        return indices.Known()


def _reports() -> list[IndexReport]:
    """The ten latest, and the last of each kind, however long ago."""
    latest = list(IndexReport.objects.all()[:10])
    for kind in IndexReport.Kind:
        last = IndexReport.objects.filter(kind=kind, ended_at__isnull=False).first()
        if last and last not in latest:
            latest.append(last)
    return latest
