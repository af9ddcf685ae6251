"""The choice of a session and of a time. Every page is an address; going back works, and so does everything without scripts."""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from booking import access, agenda, hold_limits, no_times, picker
from booking.actions import follow_up, holds
from booking.agenda import Age
from booking.errors import NotBookable, PastTime, SlotTaken, TooManyHolds
from booking.models import AgendaVersion
from booking.policies.follow_up import asks_first, came_before
from booking.policies.home_visits import reach_of
from booking.policies.offer import bookable_services
from booking.views import pages
from booking.views.flow import held, known
from common import clock, wording
from common.compiled import Compiled, Given
from common.errors import DomainError
from practitioners.models import Practitioner, Service

LAST_YEAR = 9990
_LISTED = Compiled(lambda: Practitioner.objects.listed().filter(slug=Given("slug")).order_by())
_CHOSEN = Compiled(
    lambda: (
        Service.objects.filter(
            pk=Given("service"),
            practitioner__slug=Given("slug"),
            practitioner__status=Practitioner.Status.LISTED,
        )
        .select_related("practitioner")
        .annotate(
            frame_age=Subquery(AgendaVersion.objects.filter(pk=OuterRef("practitioner")).values("frame")),
            busy_age=Subquery(AgendaVersion.objects.filter(pk=OuterRef("practitioner")).values("busy")),
        )
        .order_by()
    )
)
_OFFERED = Compiled(
    lambda: (
        bookable_services()
        .filter(practitioner=Given("practitioner"), pk=Given("service"))
        .select_related("practice")
        .order_by()
    )
)


@login_not_required
@require_GET
def choose_service(request: HttpRequest, slug: str) -> HttpResponse:
    """Step 1: what is offered, what is for a first time, and what for those who already came."""
    practitioner = listed(slug)
    services = list(bookable_services().filter(practitioner=practitioner)) if practitioner else []
    if practitioner is None or not services:
        return pages.refused(request, NotBookable(), practitioner=practitioner)
    follow_ups = any(service.follow_up for service in services)
    came = follow_ups and came_before(practitioner, request.user, now=clock.now())
    # The first of the list is the one proposed: a first session to who is new, a follow-up to who already came.
    order = sorted(services, key=lambda service: (service.follow_up != came, not service.first_session))
    context = {
        "practitioner": practitioner,
        "services": order if follow_ups else services,
        "known": came,
        "home_reach": reach_of(practitioner).words if any(s.mode == "domicile" for s in services) else "",
        "step_number": 1,
        "step_total": 4,
    }
    return render(request, "booking/service.html", context)


@login_not_required
@never_cache
@require_GET
def choose_time(request: HttpRequest, slug: str) -> HttpResponse:
    """Step 2: the next days that have something, from today, from `du` (a day) or in `mois`; a part of it for htmx."""
    practitioner = listed(slug)
    service = offered(practitioner, request.GET.get("service", ""))
    if practitioner is None or service is None:
        return pages.refused(request, NotBookable(), practitioner=practitioner)
    now = clock.now()
    partial = bool(request.htmx)  # type: ignore[attr-defined]
    context = times_context(request, practitioner, service, now=now) | {
        "swapped": partial,
        "step_number": 2,
        "step_total": 4,
    }
    context |= held.held_context(request, practitioner, now=now)
    if not partial:
        context |= {
            "asks_first": asks_first(service, request.user, now=now),
            "home_reach": reach_of(practitioner).words if service.mode == "domicile" else "",
            "step_total": 3 if known.contact_of_account(request, service, now=now) else 4,
        }
    response = render(request, "booking/times.html" if partial else "booking/time.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def times_context(
    request: HttpRequest, practitioner: Practitioner, service: Service, *, now: dt.datetime
) -> dict[str, Any]:
    """The times that the address asks for, with the words that go around them."""
    key = access.holder_key(request)
    wanted, month = _day(request.GET.get("du", "")), _month(request.GET.get("mois", ""))
    context: dict[str, Any] = picker.pick(
        practitioner=practitioner, service=service, now=now, holder_key=key, wanted=wanted, month=month
    )
    context |= {
        "practitioner": practitioner,
        "service": service,
        "times_url": pages.times_url(practitioner, service),
        # Translators: %s is a time on the reader's own clock.
        "own_words": _("%s where you are"),
        "said": _announcement(context),
    }
    if not context["has_times"] and not context["first_free"]:
        context |= no_times.ways_out(practitioner=practitioner, service=service, full=context["is_full"], now=now)
    return context


@login_not_required
@never_cache
@require_GET
def chosen(request: HttpRequest, slug: str) -> HttpResponse:
    """A time chosen elsewhere (the widget on another site): one press here holds it. Following a link never does."""
    practitioner = listed(slug)
    service = offered(practitioner, request.GET.get("service", ""))
    start = instant_of(request.GET.get("debut", ""))
    if practitioner is None or service is None:
        return pages.refused(request, NotBookable(), practitioner=practitioner)
    if start is None:
        return redirect(pages.times_url(practitioner, service))
    context = {
        "practitioner": practitioner,
        "service": service,
        "start": start,
        "zone": picker.zone_of(practitioner),
        "times_url": pages.times_url(practitioner, service),
        "asks_first": asks_first(service, request.user, now=clock.now()),
        "home_reach": reach_of(practitioner).words if service.mode == "domicile" else "",
    }
    return render(request, "booking/chosen.html", context)


@login_not_required
@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """From a card, a profile or the page of times: the time is held, and one goes on to step 3."""
    practitioner, service, known_agenda = _chosen(request.POST.get("practitioner", ""), request.POST.get("service", ""))
    start = instant_of(request.POST.get("start", ""))
    if practitioner is None or service is None:
        return pages.refused(request, NotBookable(), practitioner=practitioner)
    if start is None:
        return pages.refused(
            request,
            SlotTaken(_("This time does not exist. Choose another one.")),
            practitioner=practitioner,
            status=422,
        )
    now, key = clock.now(), access.ensure_holder_key(request)
    steps = request.POST.get("etapes", "")
    contact = known.contact_of_account(request, service, now=now)
    total = (int(steps) if steps in {"2", "3", "4"} else 2) - bool(contact)
    # A session is written only when it changes.
    for name, value in ((held.STEPS, total), (held.LEFT_OUT, bool(contact))):
        if request.session.get(name, False) != value:
            request.session[name] = value
    try:
        hold_limits.take(request, practitioner, holder_key=key)
        appointment = holds.hold(
            practitioner=practitioner,
            service=service,
            start=start,
            holder_key=key,
            now=now,
            contact=contact,
            known=known_agenda,
        )
    except TooManyHolds as error:
        response = pages.refused(request, error, practitioner=practitioner)
        response["Retry-After"] = str(hold_limits.LONGEST_SECONDS)
        return response
    except (SlotTaken, PastTime) as error:
        _no_hold(request, practitioner, key, now)
        return pages.slot_gone(request, error, practitioner=practitioner, service=service, wanted=start)
    except DomainError as error:
        _no_hold(request, practitioner, key, now)
        return pages.refused(request, error, practitioner=practitioner)
    if service.follow_up:
        follow_up.decide(appointment_id=appointment.pk, user=request.user, now=now)
    step = "booking:check" if contact and appointment.contact_email else "booking:details"
    return redirect(step, appointment.reference)


def _no_hold(request: HttpRequest, practitioner: Practitioner, key: str, now: dt.datetime) -> None:
    """A refused time costs no ticket, unless the visitor still holds an earlier one."""
    if access.held_by(key, practitioner, now=now) is None:
        hold_limits.give_back(request, practitioner, holder_key=key)


def listed(slug: str) -> Practitioner | None:
    found: Practitioner | None = _LISTED.first(slug=slug[:120])
    return found


def _chosen(slug: str, number: str) -> tuple[Practitioner | None, Service | None, agenda.Known | None]:
    """The same two by one query, with the agenda by its age, whose frame says whether the service is offered."""
    service: Service | None = _CHOSEN.first(slug=slug[:120], service=int(number)) if _is_key(number) else None
    if service is None:
        return listed(slug), None, None
    pk, frame, busy = service.practitioner_id, service.frame_age, service.busy_age  # type: ignore[attr-defined]
    aged = {pk: Age(frame, busy)} if frame and not agenda.in_transaction() else {}
    known_agenda = agenda.known([pk], aged)[pk]
    is_offered = service.pk in {offer.service_id for offer in known_agenda.offers}
    return service.practitioner, service if is_offered else None, known_agenda


def _is_key(number: str) -> bool:
    return number.isascii() and number.isdigit() and len(number) <= 18


def offered(practitioner: Practitioner | None, number: str) -> Service | None:
    if practitioner is None or not _is_key(number):
        return None
    found: Service | None = _OFFERED.first(practitioner=practitioner.pk, service=int(number))
    return found


def _announcement(context: dict[str, Any]) -> str:
    """For a screen reader, once the part of the page was swapped."""
    if not context["days"]:
        return _("No free time here.")
    count = sum(len(day.slots) for day in context["days"])
    first, last = context["days"][0].date, context["days"][-1].date
    text = ngettext("%(n)s time, from %(first)s to %(last)s", "%(n)s times, from %(first)s to %(last)s", count)
    days = {"first": wording.long_date(first, year=False), "last": wording.long_date(last, year=False)}
    return text % {"n": count, **days}


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text[:10])
    except ValueError:
        return None


def _month(text: str) -> dt.date | None:
    """`2027-03`, as the month's first day."""
    return _day(f"{text[:7]}-01") if len(text) == 7 else None


def instant_of(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text[:40])
        # The last years of the calendar leave no room to look for other times around.
        return moment.astimezone(dt.UTC) if moment.tzinfo and moment.year < LAST_YEAR else None
    except (ValueError, OverflowError):
        return None
