"""What waits for the practitioner, as lines of the office's overview. Higher apps add theirs."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.clock import today
from common.registry import Registry
from common.wording import long_date
from legal.models import RightsRequest
from practitioners.actions import lapsing
from practitioners.models import ApplicationItem, Practitioner


@dataclass(frozen=True)
class Task:
    """A line of `components/task_line.html`; `status` is todo, doing, checking, fix or done."""

    title: str | Promise
    url: str
    status: str
    status_label: str | Promise
    hint: str | Promise = ""


office_tasks: Registry[Callable[[Practitioner], Iterator[Task]]] = Registry("tasks of the office")


def tasks_for(practitioner: Practitioner) -> list[Task]:
    return [task for source in office_tasks for task in source(practitioner)]


def own_tasks(practitioner: Practitioner) -> Iterator[Task]:
    """The file until it is accepted, then what must be corrected or renewed, then the replies that reviews wait for."""
    url = reverse("office_file")
    items = practitioner.items.select_related("practice")
    soon = today() + dt.timedelta(days=lapsing.STEPS[-1])
    to_fix = [i for i in items if i.status in {ApplicationItem.Status.REFUSED, ApplicationItem.Status.LAPSED}]
    for item in to_fix:
        yield Task(
            item.get_kind_display(),
            reverse("office_item", args=[item.pk]),
            "fix",
            item.get_status_display(),
            item.refusal_reason,
        )
    for item in items:
        if item.status == ApplicationItem.Status.ACCEPTED and item.valid_until and item.valid_until <= soon:
            yield Task(
                item.label,
                reverse("office_item", args=[item.pk]),
                "todo",
                _("To renew"),
                _("Valid until %(date)s") % {"date": long_date(item.valid_until)},
            )
    if practitioner.status == Practitioner.Status.APPLYING:
        done = sum(item.status in {"provided", "accepted"} for item in items)
        hint = ngettext("%(n)s item provided", "%(n)s items provided", done) % {"n": done}
        yield Task(
            _("Your application file"), url, "doing" if done else "todo", _("In progress") if done else _("To do"), hint
        )
    elif practitioner.status == Practitioner.Status.SUBMITTED and not to_fix:
        yield Task(
            _("Your application file"), url, "checking", _("Being checked"), _("Answer within two working days.")
        )
    for row in RightsRequest.objects.filter(practitioner_id=practitioner.user_id, answered_at=None):
        due = _("Answer due by %(date)s") % {"date": long_date(row.due_on)}
        yield Task(_("A request about data"), reverse("office_right", args=[row.reference]), "todo", _("To do"), due)
    waiting = practitioner.reviews.published().filter(reply="").count()
    if waiting:
        title = ngettext("%(n)s review without a reply", "%(n)s reviews without a reply", waiting) % {"n": waiting}
        yield Task(
            title, reverse("office_reviews"), "todo", _("To read"), _("A short thank-you is read by the next ones.")
        )
