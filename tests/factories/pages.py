"""Pages in their tree, made for what is tested about them and not about Wagtail.

`add_child` validates, logs, and writes two indexes that only the CMS reads (its search, and where things are used): three
quarters of what a listed practitioner cost, in nearly every test.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TypeVar
from unittest import mock

from django.db.models import F, Max
from modelsearch import signal_handlers
from wagtail.models import Page
from wagtail.signal_handlers import disable_reference_index_auto_update

P = TypeVar("P", bound=Page)
NO_TASK = SimpleNamespace(enqueue=lambda *_arguments: None)


@contextmanager
def without_indexes() -> Iterator[None]:
    """Pages that are saved enter neither index of Wagtail's."""
    silent = mock.patch.object(signal_handlers, "insert_or_update_object_task", NO_TASK)
    with disable_reference_index_auto_update(), silent:
        yield


def grow(parent: Page, page: P) -> P:
    """`parent.add_child(instance=page)` for a page whose fields are known to be right."""
    last = Page.objects.filter(path__startswith=parent.path, depth=parent.depth + 1).aggregate(last=Max("path"))["last"]
    page.depth = parent.depth + 1
    page.path = Page(path=last)._inc_path() if last else Page._get_path(parent.path, page.depth, 1)
    page._cached_parent_obj = parent
    page._is_site_root = False  # not asked for: a site is given its root later
    page.locale_id = page.locale_id or parent.locale_id
    page._set_core_field_defaults()
    with without_indexes():
        page.save(clean=False, log_action=None)
    del page._is_site_root
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + 1)
    parent.numchild += 1
    return page
