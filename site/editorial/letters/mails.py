"""A letter as a mail: written when it leaves, for a subscription that still stands, with the ways to stop it."""

import re
from typing import Any

from bs4 import BeautifulSoup
from django.conf import settings
from django.utils.safestring import mark_safe
from wagtail.rich_text import expand_db_html

from common import outbox
from common.models import BadAddress, OutboxMessage
from editorial.models import Letter
from legal.consents import subscriptions
from legal.models import Subscription
from legal.models.consent import Topic

RENDERER = "letters"
Reason = OutboxMessage.Reason


def register() -> None:
    outbox.renderers.register(RENDERER, outbox.Renderer(render=render, unwanted=unwanted))


def draft(letter: Letter, row: Subscription) -> outbox.Draft:
    """Once for a letter and a reader, and rather not at all than twice."""
    return outbox.Draft(
        key=f"letter-{letter.pk}-{row.subject}",
        to=row.email,
        template="editorial/letter",
        facts={"letter": letter.pk, "subscription": row.pk},
        about=f"letter:{letter.pk}",
        at_most_once=True,
    )


def unwanted(message: OutboxMessage) -> str:
    """Stopped meanwhile, or an address that came back."""
    rows = Subscription.objects.select_for_update(no_key=True).active()
    if not rows.filter(pk=message.facts["subscription"], email=message.to).exists():
        return Reason.UNWANTED
    return Reason.BAD_ADDRESS if BadAddress.objects.of(message.to).exists() else ""


def render(message: OutboxMessage) -> outbox.Rendered:
    letter = Letter.objects.get(pk=message.facts["letter"])
    row = Subscription.objects.get(pk=message.facts["subscription"])
    said = outbox.render_mail("editorial/letter", written(letter, row), language=message.language)
    return outbox.Rendered(said.text, said.subject, said.html, headers=subscriptions.one_click(row))


def written(letter: Letter, row: Subscription | None) -> dict[str, Any]:
    """What the templates say; without a subscription, a trial whose links lead to the form."""
    base = settings.BASE_URL.rstrip("/")
    links = subscriptions.links(row) if row else {"page_url": f"{base}/lettre/", "stop_url": f"{base}/lettre/"}
    html = absolute(expand_db_html(letter.body), base)
    return {
        "letter": letter,
        # From the editors' own field, whose features its widget enforces.
        "body": mark_safe(html),  # noqa: S308
        "words": as_text(html),
        "topic": Topic(letter.topic).label,
        "trial": row is None,
        **links,
    }


def absolute(html: str, base: str) -> str:
    """Links of the site with its address: a mailbox does not know where it came from."""
    return re.sub(r'href="/(?!/)', f'href="{base}/', html)


def as_text(html: str) -> str:
    """The same for those who read without HTML: titles, lines, and the address of each link after its words."""
    soup = BeautifulSoup(html, "html.parser")
    for link in soup.find_all("a"):
        link.append(f" ({link.get('href', '')})")
    for item in soup.find_all("li"):
        item.insert(0, "- ")
    for block in soup.find_all(["p", "h2", "li", "ul", "ol"]):
        block.append("\n")
        if block.name in {"p", "h2", "ul", "ol"}:
            block.append("\n")
    return re.sub(r"\n{3,}", "\n\n", soup.get_text()).strip()
