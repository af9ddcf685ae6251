"""Everything published, looked at again. In pages of some objects, so that memory does not grow with the site; run twice, the same."""

import datetime as dt

from django.db import transaction

from legal.claims import judging
from legal.claims.lint import RuleSet
from legal.claims.store import rules_in_force
from legal.claims.surfaces import Surface, surfaces
from legal.models import ClaimFinding, ClaimRule

PAGE = 200


def recheck(*, now: dt.datetime) -> dict[str, tuple[int, int]]:
    """For each surface, how many objects were read and how many sentences stand against a rule."""
    rules = rules_in_force()
    figures = {}
    for surface in surfaces:
        read = stand = after = 0
        while page := list(surface.ids(after, PAGE)):
            for object_id in page:
                read += 1
                stand += recheck_one(surface=surface, object_id=object_id, now=now, rules=rules)
            after = page[-1]
        _forget_unpublished(surface)
        figures[surface.key] = (read, stand)
    return figures


@transaction.atomic
def recheck_one(*, surface: Surface, object_id: int, now: dt.datetime, rules: RuleSet | None = None) -> int:
    """The findings of one object become what stands in it now; those that stood before keep their date."""
    published = surface.read(object_id)
    mine = ClaimFinding.objects.filter(surface=surface.key, object_id=object_id)
    if published is None:
        mine.delete()
        return 0
    found = {row.fingerprint: row for row in judging.look(published.texts, reply=surface.reply, rules=rules)}
    mine.exclude(fingerprint__in=found).delete()
    if not found:
        return 0
    fine = judging.answered(found.values(), surface=surface.key)
    refusing = {key for key, row in found.items() if row.refuses}
    let_through = fine & refusing
    mine.filter(fingerprint__in=let_through).delete()
    ids = dict(ClaimRule.objects.values_list("slug", "pk"))
    for key, row in found.items():
        if key in let_through:
            continue
        ClaimFinding.objects.update_or_create(
            surface=surface.key,
            object_id=object_id,
            fingerprint=key,
            defaults={
                "title": published.title[:200], "url": published.url[:300], "rule_id": ids[row.match.rule.slug],
                "words": row.words, "sentence": row.sentence, "confirmed": key in fine,
            },
            create_defaults={
                "title": published.title[:200], "url": published.url[:300], "rule_id": ids[row.match.rule.slug],
                "words": row.words, "sentence": row.sentence, "confirmed": key in fine, "since": now,
            },
        )  # fmt: skip
    return len(found.keys() - let_through - fine)


def _forget_unpublished(surface: Surface) -> None:
    """What is not public any more is no finding: those that the walk did not meet are read once."""
    after = 0
    while page := list(
        ClaimFinding.objects.filter(surface=surface.key, object_id__gt=after)
        .order_by("object_id").values_list("object_id", flat=True).distinct()[:PAGE]
    ):  # fmt: skip
        gone = [object_id for object_id in page if surface.read(object_id) is None]
        ClaimFinding.objects.filter(surface=surface.key, object_id__in=gone).delete()
        after = page[-1]
