"""`/lettre/`: asking for mails, then everything from the links of those mails; and the consents of a signed-in person.

A link only shows: what programs open before the person does must neither confirm nor stop anything.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from common import clock
from common.pace import too_many
from legal.consents import cookies, subscriptions
from legal.consents.origin import from_this_site
from legal.consents.proofs import Circumstances, circumstances
from legal.consents.topics import SAYS
from legal.models import ConsentDetail, Subscription
from legal.models.consent import MAILS, Topic

HOURLY = 10  # from one connection; more is a flood
BOX = gettext_lazy(
    "I would like to receive the newsletter at this address, about once a month. I can stop it in one press."
)


class NewsletterForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    agreed = forms.BooleanField(label=BOX)
    # Left empty by people, who do not see it; what fills it in is answered like anybody and nothing is kept.
    site_web = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))


@from_this_site
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def newsletter(request: HttpRequest) -> HttpResponse:
    user = request.user
    form = NewsletterForm(
        request.POST if request.method == "POST" else None,
        initial={"email": user.email if user.is_authenticated else ""},
    )
    if not form.is_bound:
        return render(request, "legal/newsletter.html", {"form": form})
    if not form.is_valid():
        return render(request, "legal/newsletter.html", {"form": form}, status=422)
    if too_many(request, "letters", most=HOURLY):
        form.add_error(None, _("Too many were asked for from your connection. Try again in an hour."))
        return render(request, "legal/newsletter.html", {"form": form}, status=429)
    if not form.cleaned_data["site_web"]:
        subscriptions.ask(
            email=form.cleaned_data["email"],
            topics=[Topic.NEWSLETTER],
            how=circumstances(request, str(BOX)),
            now=clock.now(),
        )
    return redirect("newsletter_asked")


@login_not_required
@never_cache
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The same whatever the address: who reads it learns the rest from the mail."""
    return render(request, "legal/newsletter_asked.html", {"days": subscriptions.CONFIRM_WITHIN.days})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, token: str) -> HttpResponse:
    """What an address receives, for who received its mails: confirm, go on, choose."""
    found = Subscription.objects.by_token(token)
    late = found is not None and not found.confirmed_at and found.asked_at < clock.now() - subscriptions.CONFIRM_WITHIN
    if found is None or late:
        return render(request, "legal/subscription_over.html", status=410)
    if request.method != "POST":
        return _show(request, found, token)
    action = request.POST.get("action", "")
    if action == "confirm":
        subscriptions.confirm(subscription=found, how=circumstances(request, _("Confirm")), now=clock.now())
        messages.success(request, _("It is confirmed: you will receive our next letter."))
    elif action == "renew" and found.confirmed_at:
        subscriptions.renew(
            subscription=found, how=circumstances(request, _("Yes, keep writing to me")), now=clock.now()
        )
        messages.success(request, _("Thank you: we go on for three years."))
    elif action == "choose" and found.confirmed_at:
        wanted = _wanted(request)
        how = circumstances(request, _words(wanted))
        subscriptions.choose(email=found.email, wanted=wanted, how=how, now=clock.now())
        messages.success(request, _("Your choice is saved."))
        if found.topic not in wanted:
            # This link opened what has just gone; another of theirs goes on, if there is one.
            left = subscriptions.active_of(found.email)
            return redirect("subscription", token=left[0].token) if left else _stopped(request, found)
    return redirect("subscription", token=token)


def _show(request: HttpRequest, found: Subscription, token: str) -> HttpResponse:
    mine = {row.topic for row in subscriptions.active_of(found.email)} if found.confirmed_at else set()
    context = {"subscription": found, "token": token, "lines": _lines(mine)}
    return render(request, "legal/subscription.html", context)


def _lines(mine: set[str]) -> list[dict[str, Any]]:
    return [{"topic": topic.value, "label": topic.label, "says": SAYS[topic], "on": topic in mine} for topic in MAILS]


def _wanted(request: HttpRequest) -> list[str]:
    ticked = set(request.POST.getlist("topic"))
    return [topic.value for topic in MAILS if topic in ticked]


def _words(wanted: list[str]) -> str:
    """The boxes as they were left, all of them: an empty one is an answer too."""
    with override("fr"):
        return "\n".join(f"[{'x' if topic in wanted else ' '}] {topic.label} – {SAYS[topic]}" for topic in MAILS)


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """One press. Mail programs post here themselves (RFC 8058), without a cookie: the token alone is what opens."""
    found = Subscription.objects.by_token(token)
    if request.method != "POST":
        if found is None:
            return render(request, "legal/subscription_over.html", status=410)
        return render(request, "legal/subscription_stop.html", {"subscription": found, "token": token})
    if found:
        text = "List-Unsubscribe" if "List-Unsubscribe" in request.POST else _("Stop")
        subscriptions.stop(subscription=found, how=circumstances(request, text), now=clock.now())
    # Pressed twice, or long after: it is stopped all the same.
    return _stopped(request, found)


def _stopped(request: HttpRequest, found: Subscription | None) -> HttpResponse:
    return render(request, "legal/subscription_stopped.html", {"subscription": found})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """`/compte/consentements/`: every consent of the account in one place, given and taken back as easily."""
    user = request.user
    email = subscriptions.address_of(user)  # type: ignore[arg-type]
    if request.method == "POST":
        wanted = _wanted(request)
        how: Circumstances = circumstances(request, _words(wanted))
        if email:
            subscriptions.choose(email=email, wanted=wanted, how=how, now=clock.now(), user=user)  # type: ignore[arg-type]
            messages.success(request, _("Your choice is saved."))
        else:
            subscriptions.ask(email=user.email, topics=wanted, how=how, now=clock.now())  # type: ignore[union-attr]
            messages.info(request, _("Confirm from the e-mail that we have just sent you."))
        return redirect("my_consents")
    on = {row.topic for row in subscriptions.active_of(email)}
    history = ConsentDetail.objects.filter(user=user)
    if email:
        history = history | ConsentDetail.objects.filter(email__iexact=email)
    choice = cookies.read(request)
    context = {
        "lines": _lines(on),
        "proved": bool(email),
        "history": history.select_related("proof").order_by("-proof__sequence")[:30],
        "categories": [(each, choice.answers.get(each.topic) if choice else None) for each in cookies.in_use()],
        "choice": choice,
    }
    return render(request, "legal/my_consents.html", context)
