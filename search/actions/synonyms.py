"""The groups of synonyms that come with the software are loaded once each; what an editor has touched is the editor's."""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Revision

from common.clock import now
from search import synonyms
from search.models import SampleSearch, SynonymGroup
from search.synonyms import Shipped


@dataclass(slots=True)
class Loaded:
    added: int = 0
    renewed: int = 0
    kept: int = 0


@transaction.atomic
def load(groups: list[Shipped] | None = None) -> Loaded:
    """Add what is new, renew what nobody has edited, keep the rest. May run at every deployment."""
    known = {
        group.key: group for group in SynonymGroup.objects.select_for_update(no_key=True).filter(key__isnull=False)
    }
    written: list[SynonymGroup] = []
    done = Loaded()
    for line in synonyms.shipped() if groups is None else groups:
        group = known.get(line.key)
        if group is not None and (group.shipped == line.digest or not _is_untouched(group)):
            done.kept += 1
            continue
        done.added, done.renewed = done.added + (group is None), done.renewed + (group is not None)
        written.append(_filled(group or SynonymGroup(key=line.key), line))
    _publish(written)
    if not SampleSearch.objects.exists():
        SampleSearch.objects.bulk_create(SampleSearch(text=text) for text in synonyms.sample_searches())
    return done


def _is_untouched(group: SynonymGroup) -> bool:
    """As it was loaded, live, and without a draft."""
    also = tuple(group.found) if group.direction == SynonymGroup.Direction.ALSO else ()
    current = synonyms.digest_of(str(group.direction), tuple(group.asked), also)
    return group.live and not group.has_unpublished_changes and current == group.shipped


def _filled(group: SynonymGroup, line: Shipped) -> SynonymGroup:
    group.direction, group.shipped = line.direction, line.digest
    group.expressions, group.also_finds = "\n".join(line.expressions), "\n".join(line.also_finds)
    group.full_clean()
    moment = now()
    group.first_published_at, group.last_published_at = group.first_published_at or moment, moment
    return group


def _publish(groups: list[SynonymGroup]) -> None:
    """Each with its version in the history, in few statements: hundreds are loaded at once."""
    new = [group for group in groups if group.pk is None]
    SynonymGroup.objects.bulk_create(new)
    kind = ContentType.objects.get_for_model(SynonymGroup)
    versions = Revision.objects.bulk_create(
        Revision(
            content_type=kind, base_content_type=kind, object_id=str(group.pk), object_str=str(group)[:255],
            content=group.serializable_data(), created_at=group.last_published_at,
        )
        for group in groups
    )  # fmt: skip
    for group, version in zip(groups, versions, strict=True):
        group.latest_revision = group.live_revision = version
        group.updated_at = now()
    fields = [
        "direction",
        "shipped",
        "expressions",
        "also_finds",
        "first_published_at",
        "last_published_at",
        "updated_at",
    ]
    SynonymGroup.objects.bulk_update(groups, [*fields, "latest_revision", "live_revision"])
