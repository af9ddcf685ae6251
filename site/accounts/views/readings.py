"""« Who opened my data »: each opening of one's file by a team, with its date and its reason.

The team is shown, not the member: who reads a file acts for the operator, and the name stays in the record, for the operator, for
the authorities and for whoever asks it by a request of access that has to weigh both people's rights.
"""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.roles import Role
from common.access.kinds import label_of
from common.models import ReadingLog

A_PAGE = 50
TEAMS: dict[str, Any] = {
    Role.PRACTITIONER: gettext_lazy("Your practitioner"),
    Role.STRUCTURE: gettext_lazy("Administrator of a centre"),
    Role.EDITOR: gettext_lazy("Editorial team"),
    Role.VERIFICATION: gettext_lazy("Verification team"),
    Role.MODERATION: gettext_lazy("Moderation team"),
    Role.LEGAL: gettext_lazy("Legal team"),
    Role.OPERATOR: gettext_lazy("Operator’s team"),
    "administration": gettext_lazy("Technical administration"),
}


@dataclass(frozen=True)
class Line:
    row: ReadingLog
    what: str | Promise
    team: str


@never_cache
@require_safe
def readings(request: HttpRequest) -> HttpResponse:
    rows = ReadingLog.objects.filter(person=request.user.pk).order_by("-read_at", "-pk")
    number = request.GET.get("page", "1")
    page = Paginator(rows, A_PAGE).get_page(number if number.isascii() and number.isdigit() and len(number) < 8 else 1)
    lines = [Line(row, label_of(row.kind), _team(row.role)) for row in page.object_list]
    return render(request, "accounts/readings.html", {"page": page, "lines": lines})


def _team(role: str) -> str:
    known = [str(TEAMS[name]) for name in role.split(",") if name in TEAMS]
    return ", ".join(known) or _("The operator")
