"""The dated record of a check or a rebuild, whatever becomes of it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import Conflict
from search.actions.index import WORK
from search.alone import alone
from search.models import IndexReport

log = structlog.get_logger(__name__)
KEPT = dt.timedelta(days=90)


class AlreadyUnderWay(Conflict):
    message = _("A check or a rebuild is already under way: its report comes here when it is done.")


@contextmanager
def reported(kind: str, cause: str) -> Iterator[IndexReport]:
    """Alone at work, and told: `figures` are filled in by the one who works. Raises AlreadyUnderWay at once."""
    with alone(WORK) as mine:
        if not mine:
            raise AlreadyUnderWay
        moment = clock.now()
        # Whoever wrote "under way" and is not there any more was killed.
        IndexReport.objects.filter(outcome=IndexReport.Outcome.RUNNING).update(
            outcome=IndexReport.Outcome.FAILED, ended_at=moment, error="interrupted"
        )
        IndexReport.objects.filter(started_at__lt=moment - KEPT).delete()
        report = IndexReport.objects.create(kind=kind, cause=cause, started_at=moment)
        try:
            yield report
        except BaseException as error:
            report.outcome, report.error = IndexReport.Outcome.FAILED, f"{type(error).__name__}: {error}"[:300]
            raise
        else:
            report.outcome = IndexReport.Outcome.DONE
        finally:
            report.ended_at = clock.now()
            report.save()
            log.info("index_" + kind, cause=cause, outcome=report.outcome, error=report.error, **report.figures)
