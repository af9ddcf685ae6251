"""What leaves by mail: to the person, in the words of the templates; to the team and to the practitioner, what waits for them."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from common import outbox, wording
from legal.models import IdentityProof, RightsEvent, RightsRequest
from legal.requests import answer_texts, links


def written(request: RightsRequest, key: str, *, reason: str = "") -> str:
    """The template filled for this request, in French whatever the page's language."""
    with translation.override("fr"):
        practitioner = request.practitioner
        return answer_texts.filled(
            answer_texts.text_of(key),
            {
                "nom": request.person.name,
                "reference": request.reference,
                "droit": str(RightsRequest.Kind(request.kind).label).lower(),
                "recue_le": wording.long_date(request.received_on, weekday=False),
                "echeance": wording.long_date(request.due_on, weekday=False),
                "motif": reason,
                "praticien": practitioner.get_full_name() if practitioner else "",
                "justificatifs": ", ".join(str(label).lower() for label in IdentityProof.Document.labels),
            },
        )


def to_person(request: RightsRequest, event: RightsEvent, text: str) -> bool:
    """By mail with the link of the request; False when the person gave no address: the letter is then printed."""
    if not request.person.email:
        return False
    outbox.send(
        key=f"rights-{request.reference}-{event.pk}",
        to=request.person.email,
        template="legal/rights_message",
        about=f"rights:{request.reference}",
        context={
            "request": request,
            "what": event.what,
            "text": text,
            "url": links.url_of(request),
            "has_files": request.is_ended and request.files.exists(),
            "cnil_url": answer_texts.CNIL_URL,
        },
    )
    return True


def to_practitioner(request: RightsRequest, event: RightsEvent) -> None:
    practitioner = request.practitioner
    assert practitioner is not None  # only a request that was handed over
    # The office is above this app: its page has this name.
    path = reverse("office_right", args=[request.reference])
    _about(request, practitioner, f"handed-{event.pk}", "legal/rights_forwarded", path, days=0)


def alarm(request: RightsRequest, people: Iterable[User], *, days: int, level: int) -> None:
    for user in people:
        handed = user.pk == request.practitioner_id
        name = "office_right" if handed else "legal_desk_right"
        path = reverse(name, args=[request.reference])
        _about(request, user, f"alarm-{request.due_on}-{level}-{user.pk}", "legal/rights_alarm", path, days=days)


def team() -> list[User]:
    return list(User.objects.filter(groups__name=Role.LEGAL.value, is_active=True).order_by("pk"))


def _about(request: RightsRequest, user: User, suffix: str, template: str, path: str, *, days: int) -> None:
    outbox.send(
        key=f"rights-{request.reference}-{suffix}",
        to=user.email,
        template=template,
        about=f"rights:{request.reference}",
        context={"request": request, "url": settings.BASE_URL + path, "days": days, "late": -days},
    )
