"""What the agenda's forms answer, in a page of their own or in the dialog of the agenda."""

import datetime as dt
import json
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from booking.agenda_page.periods import View

DIALOG = "HX-Agenda-Dialog"


def in_dialog(request: HttpRequest) -> bool:
    """Asked from the grid, by a script that shows the answer in a dialog."""
    return request.headers.get(DIALOG) == "1"


def template(request: HttpRequest, page: str, inside: str) -> str:
    return inside if in_dialog(request) else page


def to_day(request: HttpRequest, day: dt.date, said: str, key: str = "") -> HttpResponse:
    """Done: back to the day. A dialog is told, and the agenda behind it reads itself anew."""
    if in_dialog(request):
        answer = HttpResponse(status=204)
        answer["Agenda-Changed"] = json.dumps({"key": key, "said": said})
        return answer
    messages.success(request, said)
    address = f"{reverse('office:agenda')}?{urlencode({'vue': View.DAY.value, 'jour': day.isoformat()})}"
    return redirect(f"{address}#{key}" if key else address)
