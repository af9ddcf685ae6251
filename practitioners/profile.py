"""What the public profile shows, read in a bounded number of queries and put in the words of the components."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from common.clock import today
from legal.models import LegalDocument
from practitioners import harvesting
from practitioners.models.application import ApplicationItem
from practitioners.models.practitioner import Practitioner
from practitioners.models.service import Mode

if TYPE_CHECKING:
    from practitioners.models import ProfilePage, Review

REVIEWS_A_PAGE = 10
PAYMENT_METHODS = {
    "carte": gettext_lazy("card"),
    "especes": gettext_lazy("cash"),
    "cheque": gettext_lazy("cheque"),
    "virement": gettext_lazy("bank transfer"),
}
SHOWN = (
    ApplicationItem.Kind.CERTIFICATE,
    ApplicationItem.Kind.INSURANCE,
    ApplicationItem.Kind.SIRET,
    ApplicationItem.Kind.MEDIATOR,
)


@dataclass(frozen=True)
class ReviewLine:
    """A review in the words of `components/review.html`."""

    pk: int
    score: int
    text: str
    author: str
    published_on: Any
    session_on: Any
    checked: bool
    reply: str
    replied_on: Any

    @classmethod
    def of(cls, review: "Review") -> "ReviewLine":
        return cls(
            pk=review.pk,
            score=review.rating,
            text=review.text,
            author=review.author_name,
            published_on=review.published_at,
            session_on=review.invitation.happened_on,
            checked=True,
            reply=review.reply,
            replied_on=review.replied_at,
        )

    @property
    def report_url(self) -> str:
        return f"/signaler/avis/{self.pk}/"


def profile_context(page: "ProfilePage", request: HttpRequest) -> dict[str, Any]:
    practitioner = Practitioner.objects.with_profile().get(pk=page.practitioner_id)
    practices = practitioner.checked_practices
    shown_practices = {link.practice_id for link in practices}
    # A practice is not offered before its certificate was checked (R3), and neither is a service of it.
    services = [s for s in practitioner.services.all() if s.archived_at is None and s.practice_id in shown_practices]
    places = list(practitioner.places.all())
    ratings, reviews = _reviews(practitioner, request)
    checks = verification_rows(practitioner)
    context = {
        "practitioner": practitioner,
        "practices": practices,
        "services": services,
        "cheapest": min((s.price_cents for s in services if s.bookable), default=None),
        "places": places,
        "town": places[0].commune.short_name if places else practitioner.town,
        "modes": [mode.label for mode in Mode if any(s.mode == mode for s in services)],
        "languages": [language_name(code) for code in practitioner.languages],
        "payment_methods": [str(PAYMENT_METHODS.get(name, name)) for name in practitioner.payment_methods],
        "checks": checks,
        "checked_on": max((row["checked_on"] for row in checks if row["status"] == "verified"), default=None),
        "reviews": reviews,
        "review_count": len(ratings),
        "rating": round(sum(ratings) / len(ratings), 1) if ratings else None,
        "own_documents": own_documents(practitioner),
        "report_url": f"/signaler/profil/{practitioner.pk}/",
        "write_url": f"/rendez-vous/avec/{practitioner.slug}/ecrire/" if practitioner.is_listed else "",
        "trap": harvesting.address_for(request, practitioner),
        "canonical": page.get_full_url(request),
        "is_preview": getattr(request, "is_preview", False),
    }
    context["discipline"] = ", ".join(link.practice.name for link in practices)
    return context


def verification_rows(practitioner: Practitioner) -> list[dict[str, Any]]:
    """What was seen, when, until when. A lapsed item says so; a practice checked before files existed keeps its date.

    What was sent anew, whether it is being checked or was refused, takes nothing from what was checked before it.
    """
    day = today()
    rows = []
    certified = set()
    for item in practitioner.items.all():
        if item.kind not in SHOWN or not item.checked_at or not item.evidence:
            continue
        certified.add(item.practice_id if item.kind == ApplicationItem.Kind.CERTIFICATE else None)
        rows.append(
            {
                "label": _label(item, practitioner),
                "seen": item.evidence,
                "checked_on": item.checked_at,
                "valid_until": item.valid_until,
                "status": "verified" if item.evidence_holds(day) else "renew",
                "order": SHOWN.index(item.kind),
            }
        )
    for link in practitioner.checked_practices:
        if link.practice_id not in certified:
            rows.append(
                {
                    "label": _("Certificate: %(practice)s") % {"practice": link.practice.name},
                    "seen": ", ".join(str(part) for part in (link.school, link.year) if part) or _("Certificate seen"),
                    "checked_on": link.certificate_checked_at,
                    "valid_until": None,
                    "status": "verified",
                    "order": 0,
                }
            )
    return sorted(rows, key=lambda row: row["order"])


def _label(item: ApplicationItem, practitioner: Practitioner) -> str:
    if item.kind == ApplicationItem.Kind.CERTIFICATE and item.practice_id:
        names = {link.practice_id: link.practice.name for link in practitioner.practice_links.all()}
        return _("Certificate: %(practice)s") % {"practice": names.get(item.practice_id, "")}
    return str(item.get_kind_display())


def _reviews(practitioner: Practitioner, request: HttpRequest) -> tuple[list[int], Any]:
    published = practitioner.reviews.published()
    ratings = list(published.order_by().values_list("rating", flat=True))
    lines = published.select_related("invitation").order_by("-published_at", "-pk")
    page: Any = Paginator(lines, REVIEWS_A_PAGE).get_page(request.GET.get("avis"))
    page.object_list = [ReviewLine.of(review) for review in page.object_list]
    return ratings, page


def own_documents(practitioner: Practitioner) -> list[tuple[str, str]]:
    """(title, address) of the practitioner's own terms of sale and privacy policy, once a version is published."""
    documents = LegalDocument.objects.filter(owner_id=practitioner.user_id, versions__status="published").distinct()
    return [(document.title, _document_url(document)) for document in documents.order_by("kind")]


def _document_url(document: LegalDocument) -> str:
    try:
        return reverse("legal:document", args=[document.slug])
    except NoReverseMatch:
        return f"/documents/{document.slug}/"


def language_name(code: str) -> str:
    try:
        return get_language_info(code)["name_translated"].lower()
    except KeyError:
        return code


def structured_data(context: dict[str, Any]) -> list[dict[str, Any]]:
    """schema.org objects. Never a medical type: these are wellness activities."""
    practitioner, page, url = context["practitioner"], context["page"], context["canonical"]
    business: dict[str, Any] = {
        "@type": "LocalBusiness",
        "@id": f"{url}#activite",
        "name": f"{practitioner.full_name}, {context['discipline']}"
        if context["discipline"]
        else practitioner.full_name,
        "url": url,
        "description": page.headline or page.word[:200],
        "founder": {"@type": "Person", "name": practitioner.full_name, "jobTitle": context["discipline"]},
    }
    if context["places"]:
        place = context["places"][0]
        business["address"] = {
            "@type": "PostalAddress",
            "streetAddress": place.street,
            "postalCode": place.postal_code,
            "addressLocality": place.commune.short_name,
            "addressCountry": "FR",
        }
        business["geo"] = {"@type": "GeoCoordinates", "latitude": place.latitude, "longitude": place.longitude}
    if context["services"]:
        business["makesOffer"] = [
            {
                "@type": "Offer",
                "price": f"{service.price_cents / 100:.2f}",
                "priceCurrency": "EUR",
                "itemOffered": {"@type": "Service", "name": service.name},
            }
            for service in context["services"]
        ]
    if context["rating"] is not None:
        business["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": context["rating"],
            "reviewCount": context["review_count"],
            "bestRating": 5,
            "worstRating": 1,
        }
    profile = {"@type": "ProfilePage", "url": url, "inLanguage": "fr", "mainEntity": {"@id": business["@id"]}}
    steps = [
        (settings.WAGTAIL_SITE_NAME, "/"),
        (_("Practitioners"), "/recherche/"),
        (practitioner.full_name, page.url or ""),
    ]
    root = url.removesuffix(page.url or "") if page.url else ""
    crumbs = {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": f"{root}{path}"}
            for number, (name, path) in enumerate(steps, 1)
        ],
    }
    return [profile, business, crumbs]
