"""A step as a letter, for who gave no e-mail address."""

from pathlib import Path

from django.conf import settings
from django.utils import translation

from common import pdf as composer
from common import wording
from legal.models import RightsEvent, RightsRequest
from legal.requests import messages
from legal.requests.answer_texts import CNIL_URL
from legal.requests.history import What

_TEMPLATE = Path(__file__).parent.parent / "pdf_templates" / "letter.typ"
# Which step says what, by the key of its template; an answer has its own words.
WRITTEN = {
    What.RECEIVED: "received",
    What.ASKED: "asked",
    What.DOUBTED: "doubted",
    What.EXTENDED: "extended",
    What.FORWARDED: "forwarded",
    What.ANSWERED: "",
    What.REFUSED: "",
}


def pdf(request: RightsRequest, event: RightsEvent) -> bytes:
    key = WRITTEN[What(event.what)]
    reason = event.words.text if hasattr(event, "words") else ""
    text = messages.written(request, key, reason=reason) if key else reason
    with translation.override("fr"):
        data = {
            "publisher": settings.WAGTAIL_SITE_NAME,
            "to": [request.person.name, *request.person.postal_address.splitlines()],
            "date": f"Le {wording.long_date(event.at, weekday=False)}",
            "title": f"Votre demande {request.reference}",
            "paragraphs": [part for part in text.splitlines() if part.strip()],
            "end": f"Si la réponse ne vous satisfait pas, vous pouvez saisir la CNIL : {CNIL_URL}",
        }
    return composer.compose(_TEMPLATE, data, moment=event.at)
