"""The practitioner's office: overview, the page, the facts, the places, the file, the reviews."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.roles import Role, has_role
from common.clock import now as clock_now
from common.clock import today
from common.errors import DomainError
from common.registry import office_nav
from practitioners.actions import applications, facts, listing, media, pages, reviews, thread
from practitioners.completeness import completeness_of
from practitioners.documents import document_response
from practitioners.first_steps import first_steps_of
from practitioners.forms import ContactForm, ItemForm, MessageForm, PlaceForm, ReplyForm
from practitioners.models import ApplicationItem, FileEvent, Practitioner
from practitioners.office_tasks import tasks_for
from practitioners.profile import ReviewLine, own_documents, verification_rows

# The team's own deliberation, and what the thread shows.
NOT_THEIRS = (FileEvent.Kind.REFUSAL_ASKED, FileEvent.Kind.REFUSAL_OFF, FileEvent.Kind.MESSAGE)
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Practitioner, P], HttpResponse]


def for_practitioner(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """The view receives the own practitioner; whoever is none gets a page that says so."""

    @wraps(view)
    def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        practitioner = Practitioner.objects.with_profile().filter(user=request.user).first()
        if practitioner is None or not has_role(request.user, Role.PRACTITIONER):
            return render(request, "practitioners/office/not_a_practitioner.html", status=403)
        if practitioner.status == Practitioner.Status.ENDED and not _open_after_end(request.path):
            return render(request, "practitioners/office/ended.html", {"practitioner": practitioner}, status=403)
        return view(request, practitioner, *args, **kwargs)

    return never_cache(opened)


def _open_after_end(path: str) -> bool:
    """What one still owes or may take with one: invoices, requests of clients, the way out."""
    return any(path.startswith(reverse(entry.url_name)) for entry in office_nav if entry.after_end)


@require_GET
@for_practitioner
def home(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    context = {
        "practitioner": practitioner,
        "page": getattr(practitioner, "page", None),
        "completeness": completeness_of(practitioner),
        "tasks": tasks_for(practitioner),
        "first_steps": first_steps_of(practitioner),
        "unanswered": practitioner.reviews.published().filter(reply="").count(),
    }
    return render(request, "practitioners/office/home.html", context)


@require_GET
@for_practitioner
def my_page(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    """To the CMS, on the own page, made as a draft the first time."""
    page = pages.open_profile(practitioner=practitioner)
    media.collection_of(owner=practitioner)
    return redirect("wagtailadmin_pages:edit", page.pk)


@require_http_methods(["GET", "POST"])
@for_practitioner
def my_facts(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    form = ContactForm(request.POST or None, instance=practitioner)
    if request.method == "POST" and form.is_valid():
        facts.update_contact(practitioner=practitioner, values=form.cleaned_data)
        messages.success(request, _("Your details are saved."))
        return redirect("office_facts")
    fresh = Practitioner.objects.with_profile().get(pk=practitioner.pk)
    context = {
        "practitioner": fresh,
        "form": form,
        "checks": verification_rows(fresh),
        "own_documents": own_documents(fresh),
        "places": list(fresh.places.all()),
    }
    return render(request, "practitioners/office/facts.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@for_practitioner
def my_place(request: HttpRequest, practitioner: Practitioner, place_id: int) -> HttpResponse:
    place = get_object_or_404(practitioner.places.select_related("commune__department"), pk=place_id)
    form = PlaceForm(request.POST or None, instance=place)
    if request.method == "POST" and form.is_valid():
        facts.update_place(place=place, values=form.cleaned_data)
        messages.success(request, _("Your place is saved."))
        return redirect("office_facts")
    context = {"practitioner": practitioner, "place": place, "form": form}
    return render(request, "practitioners/office/place.html", context, status=422 if form.is_bound else 200)


@require_GET
@for_practitioner
def my_file(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    return _file(request, practitioner)


@require_POST
@for_practitioner
def write_to_team(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _file(request, practitioner, form=form, status=422)
    thread.write(practitioner=practitioner, by=request.user, text=form.cleaned_data["text"])
    messages.success(request, _("Sent. The team answers here, and a mail tells you."))
    return redirect(reverse("office_file") + "#echanges")


def _file(
    request: HttpRequest, practitioner: Practitioner, *, form: MessageForm | None = None, status: int = 200
) -> HttpResponse:
    items = applications.open_file(practitioner=practitioner)
    done = sum(item.is_current(today()) for item in items)
    context = {
        "practitioner": practitioner,
        "items": items,
        "done": done,
        "total": len(items),
        "events": practitioner.events.exclude(kind__in=NOT_THEIRS).select_related("item__practice")[:30],
        "may_submit": _may_submit(practitioner, items),
        "thread": thread.messages_of(practitioner),
        "message_form": form or MessageForm(),
    }
    return render(request, "practitioners/office/file.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_practitioner
def my_item(request: HttpRequest, practitioner: Practitioner, item_id: int) -> HttpResponse:
    item = get_object_or_404(practitioner.items.select_related("practice"), pk=item_id)
    form = ItemForm(request.POST or None, request.FILES or None, item=item)
    if request.method == "POST" and form.is_valid():
        applications.declare(item=item, value=form.cleaned_data["value"], document=form.cleaned_data["document"])
        messages.success(request, _("Saved. The verification team checks it."))
        return redirect("office_file")
    context = {"practitioner": practitioner, "item": item, "form": form}
    return render(request, "practitioners/office/item.html", context, status=422 if form.is_bound else 200)


@require_GET
@for_practitioner
def my_document(request: HttpRequest, practitioner: Practitioner, item_id: int) -> FileResponse:
    item = get_object_or_404(practitioner.items, pk=item_id)
    if not item.document:
        raise Http404
    return document_response(item)


@require_POST
@for_practitioner
def submit_file(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    try:
        listing.submit(practitioner=practitioner)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your file is handed in. You will be answered within two working days."))
    return redirect("office_file")


@require_GET
@for_practitioner
def my_reviews(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    return _reviews_page(request, practitioner)


@require_POST
@for_practitioner
def reply_to_review(request: HttpRequest, practitioner: Practitioner, review_id: int) -> HttpResponse:
    review = get_object_or_404(practitioner.reviews.published(), pk=review_id)
    form = ReplyForm(request.POST, prefix=f"avis{review.pk}")
    form.claims_author = practitioner.user
    if not form.is_valid():
        return _reviews_page(request, practitioner, refused={review.pk: form}, status=422)
    try:
        form.keep_confirmation(now=clock_now())
        reviews.reply(review=review, by=request.user, text=form.cleaned_data["text"])
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your reply is published."))
    return redirect("office_reviews")


def _reviews_page(
    request: HttpRequest, practitioner: Practitioner, *, refused: dict[int, ReplyForm] | None = None, status: int = 200
) -> HttpResponse:
    refused = refused or {}
    found = practitioner.reviews.published().select_related("invitation").order_by("-published_at", "-pk")
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    shown = [r for r in page.object_list if not refused or r.pk in refused] if status == 422 else page.object_list
    rows: list[dict[str, Any]] = [
        {"line": ReviewLine.of(r), "form": refused.get(r.pk) or (None if r.reply else ReplyForm(prefix=f"avis{r.pk}"))}
        for r in shown or found.filter(pk__in=refused)
    ]
    context = {"practitioner": practitioner, "rows": rows, "found": page, "refused": list(refused.values())}
    return render(request, "practitioners/office/reviews.html", context, status=status)


def _may_submit(practitioner: Practitioner, items: list[ApplicationItem]) -> bool:
    given = {ApplicationItem.Status.PROVIDED, ApplicationItem.Status.ACCEPTED}
    waiting = practitioner.status in {Practitioner.Status.APPLYING, Practitioner.Status.REFUSED}
    return waiting and all(item.status in given for item in items)
