"""Thematic pages, articles and standing pages, from the content's neutral blocks to the editors' own."""

import datetime as dt
from html import escape
from typing import Any

from accounts.models import User
from common import clock
from demo.content import load
from demo.content.shapes import FAQ, Block
from demo.seed import pictures
from editorial.actions.site_tree import SiteTree
from editorial.models import ArticlePage, StandardPage, ThemePage
from practitioners.models import Theme

DOCTOR = (
    "Une séance de bien-être complète un suivi, elle ne le remplace pas. Consultez d’abord votre médecin dans ces cas."
)
Stream = list[tuple[str, Any]]


def themes(tree: SiteTree, by_slug: dict[str, Theme], author: User) -> None:
    today = clock.today()
    for row in load.themes():
        reviewed = today - dt.timedelta(days=row.reviewed_days_ago)
        page = ThemePage(
            title=row.title,
            slug=row.slug,
            theme=by_slug[row.slug],
            introduction=row.summary[:400],
            search_description=row.seo_description,
            author_name=row.author,
            reviewer_name=row.reviewer,
            reviewed_on=reviewed,
            next_review_on=reviewed + dt.timedelta(days=365),
            body=stream(row.blocks),
            owner=author,
        )
        tree.themes.add_child(instance=page)
        page.save_revision(user=author).publish()


def articles(tree: SiteTree, author: User) -> None:
    today = clock.today()
    for row in load.articles():
        page = ArticlePage(
            cover=pictures.cover(row.slug, title=row.title),
            title=row.title,
            slug=row.slug,
            introduction=row.summary[:400],
            search_description=row.summary[:300],
            author_name=row.author,
            dated=today - dt.timedelta(days=row.published_days_ago),
            body=stream(row.blocks),
            owner=author,
        )
        tree.articles.add_child(instance=page)
        page.save_revision(user=author).publish()


def standing_pages(tree: SiteTree) -> None:
    """The help page, from the questions people ask."""
    page = StandardPage.objects.child_of(tree.home).get(slug="aide")
    items = [_question(faq) for faq in load.questions(load.table("site")["faq"])]
    page.body = [("questions", {"title": "Vos questions", "items": items})]
    page.save_revision().publish()


def stream(blocks: tuple[Block, ...]) -> Stream:
    found: Stream = []
    for position, block in enumerate(blocks):
        found.extend(_converted(block, first=position == 0))
    return found


def _converted(block: Block, *, first: bool) -> Stream:
    text = " ".join(block.paragraphs)
    match block.kind:
        case "answer":
            return [("answer", {"text": text})]
        case "advice":
            items = [_split(item) for item in block.items]
            return [("advice", {"title": block.title, "text": text, "items": items})]
        case "doctor":
            return [("doctor_first", {"text": text or DOCTOR, "signs": list(block.items)})]
        case "testimonial":
            name, _, context = block.author.partition(", ")
            return [("testimonial", {"text": text, "first_name": name, "context": context, "agreed": True})]
        case "practitioners":
            return [("practitioners", {"title": block.title, "theme": "", "count": 6})]
        case "call_to_book":
            return [
                (
                    "booking_call",
                    {"title": block.title, "text": text[:240], "practice": "", "button": "Voir les horaires"},
                )
            ]
        case "faq":
            return [
                (
                    "questions",
                    {"title": block.title or "Questions fréquentes", "items": [_question(faq) for faq in block.faq]},
                )
            ]
        case "sources":
            return _sources(block)
        case "paragraph" if first and not block.title:
            return [("answer", {"text": text})] if len(text) <= 600 else [("text", _html(block))]
        case _:
            return [("text", _html(block)), *_sources(block)]


def _sources(block: Block) -> Stream:
    """Publisher, title and year of what a block leans on; nothing when it leans on nothing."""
    items = [
        {"publisher": publisher, "title": title, "year": year, "url": ""} for publisher, title, year in block.sources
    ]
    return [("sources", {"items": items})] if items else []


def _html(block: Block) -> str:
    parts = [f"<h2>{escape(block.title)}</h2>"] if block.title else []
    parts += [f"<p>{escape(paragraph)}</p>" for paragraph in block.paragraphs]
    if block.items:
        tag = "ol" if block.kind == "steps" else "ul"
        parts.append(f"<{tag}>{''.join(f'<li>{escape(item)}</li>' for item in block.items)}</{tag}>")
    return "".join(parts)


def _split(item: str) -> dict[str, str]:
    """« In a few words : the explanation » in two fields."""
    head, colon, rest = item.partition("\u00a0: ")
    if not colon or len(head) > 90:
        return {"title": item[:90], "text": item[90:]} if len(item) > 90 else {"title": item, "text": ""}
    return {"title": head, "text": rest[:1].upper() + rest[1:]}


def _question(faq: FAQ) -> dict[str, str]:
    return {"question": faq.question, "answer": f"<p>{escape(faq.answer)}</p>"}
