"""schema.org objects of the editorial pages. No medical type, ever: these are wellness activities (E4)."""

import re
from collections.abc import Iterable
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from wagtail.models import Page
from wagtail.rich_text import RichText

from common import structured_data

if TYPE_CHECKING:
    from editorial.models.base import SignedPage

as_script = structured_data.as_script


def address(page: Page) -> str:
    """The page's public address: on the configured base, whatever host the request came by."""
    return urljoin(settings.BASE_URL, page.url or "/")


def website(page: Page) -> dict[str, Any]:
    root = address(page)
    return {
        "@type": "WebSite",
        "name": settings.WAGTAIL_SITE_NAME,
        "url": root,
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{root.rstrip('/')}/recherche/?q={{search_term_string}}",
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumb(page: Page) -> dict[str, Any]:
    pages = [*page.get_ancestors().filter(depth__gte=2), page]
    return structured_data.breadcrumb([(one.title, address(one)) for one in pages])


def article(page: "SignedPage") -> dict[str, Any]:
    data: dict[str, Any] = {
        "@type": "Article",
        "headline": page.title,
        "description": page.search_description or page.introduction,
        "mainEntityOfPage": address(page),
        "publisher": {"@type": "Organization", "name": settings.WAGTAIL_SITE_NAME},
        "inLanguage": "fr",
    }
    if page.first_published_at:
        data["datePublished"] = page.first_published_at.isoformat()
    if page.last_published_at:
        data["dateModified"] = page.last_published_at.isoformat()
    if page.author_name:
        data["author"] = {"@type": "Person", "name": page.author_name}
    return data


def faq(body: Iterable[Any]) -> list[dict[str, Any]]:
    """One FAQPage made of all the question blocks of a body; none when there is none."""
    entries = [
        {
            "@type": "Question",
            "name": item["question"],
            "acceptedAnswer": {"@type": "Answer", "text": _plain(item["answer"])},
        }
        for block in body
        if block.block_type == "questions"
        for item in block.value["items"]
    ]
    return [{"@type": "FAQPage", "mainEntity": entries}] if entries else []


_HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>", re.S)


def headings(body: Iterable[Any]) -> list[tuple[str, str]]:
    """(anchor, words) of each title, for the list of contents."""
    found = []
    for block in body:
        if block.block_type in {"advice", "questions"}:
            found.append(block.value["title"])
        elif block.block_type == "text":
            found += [unescape(strip_tags(title)).strip() for title in _HEADING.findall(block.value.source)]
    return [(anchor(words), words) for words in found if words]


def with_anchors(html: object) -> SafeString:
    """Rich text whose h2 can be linked to."""

    def named(match: re.Match[str]) -> str:
        return f'<h2 id="{anchor(unescape(strip_tags(match[1])).strip())}">{match[1]}</h2>'

    return mark_safe(_HEADING.sub(named, str(html)))  # noqa: S308


def anchor(words: str) -> str:
    return slugify(words)[:60] or "partie"


def _plain(value: RichText | str) -> str:
    source = value.source if isinstance(value, RichText) else str(value)
    return " ".join(strip_tags(source.replace("</p>", "</p> ").replace("</li>", "</li> ")).split())
