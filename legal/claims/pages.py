"""The texts of Wagtail pages: read field by field and block by block, checked in the editor, looked at again once published."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.html import strip_tags
from wagtail import blocks
from wagtail.blocks.stream_block import StreamValue
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import RichText
from wagtail.signals import page_published, page_unpublished

from common.tasks import enqueue
from legal.claims import surfaces
from legal.claims.surfaces import Published, Surface

# The titles of publications are quoted as they are; what sends to a doctor names illnesses.
EXEMPT_BLOCKS = frozenset({"sources", "doctor_first", "booking_call", "practitioners", "video"})
NAMES = frozenset(
    {"author_name", "author_role", "reviewer_name", "slug", "url_path", "content_type", "draft_title", "path"}
)
_BLOCK_END = re.compile(r"</(?:p|h[1-6]|li|blockquote)>|<br\s*/?>", re.IGNORECASE)
_OF_PAGE = frozenset({"title", "seo_title", "search_description"})

keys: dict[type[Page], str] = {}


def read(html: str) -> str:
    """Each paragraph, title and item on its own line: they are sentences of their own."""
    return unescape(strip_tags(_BLOCK_END.sub("\n", html))).strip()


def text_fields(model: type[Page]) -> "Iterator[models.Field[Any, Any]]":
    for field in model._meta.concrete_fields:
        inherited = field.model is Page
        if field.name in NAMES or getattr(field, "choices", None) or (inherited and field.name not in _OF_PAGE):
            continue
        if isinstance(field, StreamField | models.CharField | models.TextField):
            yield field


def texts_of(model: type[Page], value_of: Callable[[str], Any]) -> dict[str, str]:
    """Texts by the name of their field; a block adds its place."""
    found: dict[str, str] = {}
    for field in text_fields(model):
        value = value_of(field.name)
        if isinstance(field, StreamField):
            for path, text in _stream(value, field.name):
                found[path] = text
        elif isinstance(value, str) and value:
            found[field.name] = read(value) if isinstance(field, RichTextField) else value
    return found


def _stream(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, StreamValue):
        return
    for number, child in enumerate(value):
        if child.block_type not in EXEMPT_BLOCKS:
            yield from _block(child.block, child.value, f"{path}.{number + 1}")


def _block(block: blocks.Block, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(block, blocks.StructBlock) and value:
        for name, child in block.child_blocks.items():
            yield from _block(child, value.get(name), f"{path}.{name}")
    elif isinstance(block, blocks.ListBlock) and value:
        for number, item in enumerate(value):
            yield from _block(block.child_block, item, f"{path}.{number + 1}")
    elif isinstance(block, blocks.StreamBlock):
        yield from _stream(value, path)
    elif isinstance(value, RichText):
        yield path, read(value.source)
    elif isinstance(block, blocks.CharBlock | blocks.TextBlock) and isinstance(value, str) and value:
        yield path, value


def register(
    model: type[Page],
    key: str,
    label: str | Promise,
    *,
    of_owners: bool = False,
    owner_email: Callable[[Any], str] = lambda page: page.owner.email if page.owner else "",
) -> None:
    """Pages of this very type are a surface of the check."""

    def ids(after: int, most: int) -> list[int]:
        return list(model.objects.live().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:most])

    def read(object_id: int) -> Published | None:
        page = model.objects.live().filter(pk=object_id).first()
        if page is None:
            return None
        return Published(
            object_id=page.pk,
            title=str(page.title),
            texts=texts_of(model, lambda name: getattr(page, name)),
            url=page.url or "",
            edit_url=f"/cms/pages/{page.pk}/edit/",
            owner_email=owner_email(page),
        )

    keys[model] = key
    surfaces.register(Surface(key, label, ids, read, of_owners=of_owners))


def connect() -> None:
    page_published.connect(_published, dispatch_uid="legal.claims.published")
    page_unpublished.connect(_published, dispatch_uid="legal.claims.unpublished")


def _published(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """By whatever way: a workflow, a schedule, many at once."""
    key = keys.get(type(instance))
    if key is None:
        return
    from legal.tasks import recheck_claims_of

    transaction.on_commit(lambda: enqueue(recheck_claims_of, key, instance.pk))
