"""What follows a publication: the page is searchable as soon as the transaction is over, without any queue."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from editorial.actions import findable


@receiver(page_published, dispatch_uid="editorial.page_published")
@receiver(page_unpublished, dispatch_uid="editorial.page_unpublished")
@receiver(page_slug_changed, dispatch_uid="editorial.page_slug_changed")
@receiver(post_page_move, dispatch_uid="editorial.page_moved")
def on_page_changed(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    if type(instance) in findable.KINDS:
        transaction.on_commit(partial(findable.refresh, instance))


@receiver(post_delete, dispatch_uid="editorial.page_deleted")
def on_page_deleted(sender: type[Page], instance: Any, **kwargs: Any) -> None:
    if sender in findable.KINDS:
        transaction.on_commit(partial(findable.remove, instance.pk))
