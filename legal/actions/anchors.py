"""Each day's anchor: made once, published, time-stamped when the operator chose an authority, and checked again later."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.apps import apps
from django.db import connection, transaction

from common.models.evidence import GENESIS, ChainedEvidence
from legal import timestamping, tree
from legal.models import Acceptance, AnchorTimestamp, DailyAnchor, LegalTranslation, LegalVersion

log = structlog.get_logger(__name__)
PARIS = ZoneInfo("Europe/Paris")
MOST_DIGITS = 18  # of a number that the database can hold: the file of anchors comes from outside
SETTLED = dt.timedelta(minutes=10)  # a publication dated before the anchor may be committed just after it


def anchor_yesterday(*, now: dt.datetime) -> DailyAnchor | None:
    """The anchor named after the day that has just ended; made already, nothing is made."""
    day = now.astimezone(PARIS).date() - dt.timedelta(days=1)
    return None if DailyAnchor.objects.filter(day__gte=day).exists() else _make(day, now)


@transaction.atomic
def _make(day: dt.date, now: dt.datetime) -> DailyAnchor | None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [DailyAnchor._meta.db_table])
    before = DailyAnchor.objects.order_by("-day").first()
    if before is not None and before.day >= day:
        return None
    head = Acceptance.objects.order_by("-sequence").values_list("sequence", "hash").first() or (0, GENESIS)
    first = before.last + 1 if before else 1
    row = DailyAnchor(
        day=day,
        made_at=now,
        first=first,
        last=head[0],
        head=head[1],
        root=tree.root(_links(first, head[0])),
        texts=texts_until(now),
        others=_other_heads(),
        previous_hash=before.hash if before else GENESIS,
    )
    row.hash = row.expected_hash()
    row.save(force_insert=True)
    return row


def _other_chains() -> dict[str, type[ChainedEvidence]]:
    """Every chain of evidence besides the acceptances, whichever app keeps it: consents, certificates, proof files."""
    models = [model for model in apps.get_models() if issubclass(model, ChainedEvidence) and model is not Acceptance]
    return {model._meta.label: model for model in sorted(models, key=lambda each: each._meta.label)}


def _other_heads() -> str:
    heads = []
    for label, model in _other_chains().items():
        last = model.objects.order_by("-sequence").values_list("sequence", "hash").first()
        if last is not None:
            heads.append(f"{label}:{last[0]}:{last[1]}")
    return " ".join(heads)


def _links(first: int, last: int) -> Iterator[str]:
    links = Acceptance.objects.filter(sequence__gte=first, sequence__lte=last).order_by("sequence")
    return links.values_list("hash", flat=True).iterator(chunk_size=5000)


def texts_until(moment: dt.datetime) -> str:
    """One hash over the fingerprints of every text published by then, translations included; what was being published is not."""
    moment -= SETTLED
    versions = LegalVersion.objects.published().filter(published_at__lte=moment)
    french = versions.order_by("pk").values_list("content_hash", flat=True)
    others = LegalTranslation.objects.filter(version__status="published", version__published_at__lte=moment)
    lines = [*french, *others.order_by("pk").values_list("content_hash", flat=True)]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def stamp_due(*, limit: int = 5) -> int:
    """Ask the authority about the anchors that have no stamp yet. One that does not answer is asked again by the next run."""
    authority = timestamping.authority()
    if authority is None:
        return 0
    count = 0
    for anchor in DailyAnchor.objects.filter(timestamp=None).order_by("-day")[:limit]:
        try:
            stamp = authority.stamp(anchor.stated().encode())
        except timestamping.NoStamp as error:
            log.warning("no_timestamp", day=str(anchor.day), error=str(error))
            break
        _row, created = AnchorTimestamp.objects.get_or_create(
            anchor=anchor,
            defaults={"authority": stamp.authority[:200], "stamped_at": stamp.moment, "token": stamp.token},
        )
        count += created
    return count


def as_published(anchor: DailyAnchor) -> dict[str, Any]:
    """What the public page and its JSON say of an anchor."""
    others = {"others": anchor.others} if anchor.others else {}
    return {
        "day": anchor.day.isoformat(),
        "made_at": anchor.made_at.astimezone(dt.UTC).isoformat(),
        "first": anchor.first,
        "last": anchor.last,
        "head": anchor.head,
        "root": anchor.root,
        "texts": anchor.texts,
        "previous_hash": anchor.previous_hash,
        **others,
        "hash": anchor.hash,
    }


def proof_of(acceptance: Acceptance) -> dict[str, Any] | None:
    """The anchor that holds a link and the way up to its root; none before the first anchor made after it."""
    anchor = DailyAnchor.objects.filter(first__lte=acceptance.sequence, last__gte=acceptance.sequence).first()
    if anchor is None:
        return None
    leaves = list(_links(anchor.first, anchor.last))
    steps = tree.path(leaves, acceptance.sequence - anchor.first)
    return {"anchor": as_published(anchor), "path": [list(step) for step in steps]}


def problems(noted: Iterable[Mapping[str, Any]] = ()) -> Iterator[tuple[str, str]]:
    """(where, what) for each anchor that no longer fits; `noted`: anchors saved from the public page, which come first.

    What was noted down outside tells what the database alone cannot: that the last links, or the anchors too, were cut off.
    """
    kept = {row.day.isoformat(): row for row in DailyAnchor.objects.order_by("day")}
    for each in noted:
        mine = kept.get(str(each.get("day")))
        if mine is None:
            yield f"anchor of {each.get('day')}", "was published and is no longer there"
        elif as_published(mine) != dict(each):
            yield f"anchor of {each.get('day')}", "differs from the one that was published"
        yield from _link_problem(str(each.get("day")), _number(each.get("last")), str(each.get("head")))
        yield from _other_problems(str(each.get("day")), str(each.get("others", "")))
    previous, expected = GENESIS, 1
    for row in kept.values():
        where = f"anchor of {row.day}"
        if row.hash != row.expected_hash():
            yield where, "was changed: its content does not give its hash"
        elif row.previous_hash != previous or row.first != expected:
            yield where, "does not follow the anchor before it"
        yield from _link_problem(row.day.isoformat(), row.last, row.head)
        yield from _other_problems(row.day.isoformat(), row.others)
        if row.root != tree.root(_links(row.first, row.last)):
            yield where, f"links #{row.first} to #{row.last} are not those that were anchored"
        if row.texts != texts_until(row.made_at):
            yield where, "the published texts are not those that were anchored"
        previous, expected = row.hash, row.last + 1
    yield from _stamp_problems(kept.values())


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _link_problem(day: str, sequence: int, link_hash: str) -> Iterator[tuple[str, str]]:
    """Named by the link: whoever reads the report looks for the row."""
    if not sequence:
        return
    found = Acceptance.objects.filter(sequence=sequence).values_list("hash", flat=True).first()
    if found is None:
        yield f"acceptance #{sequence}", f"missing: it was the head anchored on {day}"
    elif found != link_hash:
        yield f"acceptance #{sequence}", f"is not the head that was anchored on {day}"


def _other_problems(day: str, others: str) -> Iterator[tuple[str, str]]:
    chains = _other_chains()
    for head in others.split():
        label, _colon, rest = head.partition(":")
        number, _colon, link_hash = rest.partition(":")
        if label not in chains or not number.isdecimal() or len(number) > MOST_DIGITS:
            yield f"anchor of {day}", f"names {label}, which is no chain here"
            continue
        found = chains[label].objects.filter(sequence=int(number)).values_list("hash", flat=True).first()
        if found is None:
            yield f"{label} #{number}", f"missing: it was the head anchored on {day}"
        elif found != link_hash:
            yield f"{label} #{number}", f"is not the head that was anchored on {day}"


def _stamp_problems(anchors: Iterable[DailyAnchor]) -> Iterator[tuple[str, str]]:
    authority = timestamping.authority()
    if authority is None:
        return
    stamps = {stamp.anchor_id: stamp for stamp in AnchorTimestamp.objects.filter(authority=authority.name)}
    for anchor in anchors:
        stamp = stamps.get(anchor.pk)
        if stamp is None:
            continue
        try:
            authority.check(bytes(stamp.token), anchor.stated().encode())
        except timestamping.NoStamp as error:
            yield f"anchor of {anchor.day}", f"its time stamp does not hold: {error}"


def by_month(anchors: Iterable[DailyAnchor]) -> list[tuple[dt.date, list[DailyAnchor]]]:
    return [(month, list(rows)) for month, rows in groupby(anchors, key=lambda row: row.day.replace(day=1))]
