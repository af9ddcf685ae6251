"""What the index listens to. A suspension or a departure acts within the transaction; everything else is a task on commit."""

from functools import partial
from typing import Any

from celery import Task
from django.db import transaction
from django.db.models.signals import post_save, pre_delete, pre_save
from django.dispatch import receiver

from common import clock
from common.signals import contract_ended, listing_changed, listing_suspended, page_reached
from common.tasks import enqueue
from practitioners.models import Practice, Theme
from search.actions import entries, landings, words
from search.models import SynonymGroup
from search.tasks import count_search, refresh_entries, refresh_entry, refresh_offering, tell_index


@receiver(listing_changed, dispatch_uid="search.listing_changed")
def on_listing_changed(sender: object, practitioner_id: int, **kwargs: Any) -> None:
    transaction.on_commit(lambda: _soon(refresh_entry, practitioner_id), robust=True)


def _soon(task: Task, *args: Any) -> None:
    """Behind the request; within it while the broker is away: a change is found again within a second all the same."""
    if not enqueue(task, *args):
        task(*args)


@receiver(listing_suspended, dispatch_uid="search.listing_suspended")
@receiver(contract_ended, dispatch_uid="search.contract_ended")
def on_listing_withdrawn(sender: object, practitioner_id: int, **kwargs: Any) -> None:
    """Out of the results with the very commit that suspends, whatever the broker's health."""
    entries.remove(practitioner_id)
    transaction.on_commit(lambda: enqueue(tell_index, practitioner_id), robust=True)


@receiver(post_save, sender=Practice, dispatch_uid="search.practice_saved")
@receiver(post_save, sender=Theme, dispatch_uid="search.theme_saved")
def on_catalogue_saved(
    sender: type[Practice] | type[Theme], instance: Practice | Theme, created: bool, **kwargs: Any
) -> None:
    """A name or an alias that editors changed is a word of every practitioner who offers it."""
    if not created:
        transaction.on_commit(partial(enqueue, refresh_offering, sender.__name__.lower(), instance.pk))


@receiver(pre_delete, sender=Practice, dispatch_uid="search.practice_deleted")
@receiver(pre_delete, sender=Theme, dispatch_uid="search.theme_deleted")
def on_catalogue_deleted(sender: type[Practice] | type[Theme], instance: Practice | Theme, **kwargs: Any) -> None:
    """Who offered it is known before it goes."""
    concerned = entries.offering(kind=sender.__name__.lower(), pk=instance.pk)
    transaction.on_commit(partial(enqueue, refresh_entries, concerned))


@receiver(post_save, sender=SynonymGroup, dispatch_uid="search.synonyms_saved")
def on_synonyms_saved(sender: type[SynonymGroup], instance: SynonymGroup, **kwargs: Any) -> None:
    """What editors relate can be mistyped too."""
    if instance.live:
        words.note_texts(instance.asked)


@receiver(pre_save, sender=Practice, dispatch_uid="search.practice_moves")
@receiver(pre_save, sender=Theme, dispatch_uid="search.theme_moves")
def on_slug_changed(sender: type[Practice] | type[Theme], instance: Practice | Theme, **kwargs: Any) -> None:
    """Its pages had an address that people and crawlers kept."""
    former = sender._default_manager.filter(pk=instance.pk).values_list("slug", flat=True).first()
    if former != instance.slug:
        landings.remember_slug(instance, former=former or "")


@receiver(page_reached, dispatch_uid="search.page_reached")
def on_page_reached(sender: object, practitioner_id: int, path: str, query: str, **kwargs: Any) -> None:
    """From a page of results: by which search is counted behind the answer."""
    if path == "/recherche/" and query:
        enqueue(count_search, practitioner_id, query[:1000], clock.today().isoformat())
