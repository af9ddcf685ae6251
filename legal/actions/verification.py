"""Proof that the evidence is whole: the chain, what is still known of each link, the consents alike, every published text, every anchor."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from legal.actions import anchors
from legal.canonical import content_hash, translation_hash
from legal.consents import proofs
from legal.models import Acceptance, AcceptanceDetail, LegalTranslation, LegalVersion


class Problem(NamedTuple):
    where: str
    what: str


def problems(noted: Iterable[Mapping[str, Any]] = ()) -> Iterator[Problem]:
    """Everything that does not hold, each named; nothing when the evidence is whole. Reads in streams, with flat memory.

    `noted`: anchors kept from the public page.
    """
    for link in Acceptance.broken_links():
        yield Problem(f"acceptance #{link.sequence}", link.reason)
    yield from _details_that_do_not_fit()
    for link in proofs.problems():
        yield Problem(f"consent #{link.sequence}", link.reason)
    yield from _texts_that_do_not_fit()
    for where, what in anchors.problems(noted):
        yield Problem(where, what)


def _details_that_do_not_fit() -> Iterator[Problem]:
    details = AcceptanceDetail.objects.select_related("acceptance__version").order_by("acceptance__sequence")
    # A million details would otherwise carry a million copies of the text that they accepted.
    long = [f"acceptance__version__{name}" for name in ("articles", "preamble", "summary", "values")]
    for detail in details.defer(*long).iterator(chunk_size=2000):
        link = detail.acceptance
        expected = detail.expected_commitment(version=link.version, refused=link.refused, recorded_at=link.recorded_at)
        if expected != link.commitment:
            yield Problem(f"acceptance #{link.sequence}", "its detail does not give its commitment")
        # Each holds the other: left to the garbage collector, a quarter of the memory in use would wait for it.
        detail._state.fields_cache.clear()


def _texts_that_do_not_fit() -> Iterator[Problem]:
    versions = LegalVersion.objects.published().select_related("document").order_by("document_id", "number")
    before: tuple[int, int] = (0, 0)
    for version in versions.iterator(chunk_size=100):
        expected = before[1] + 1 if before[0] == version.document_id else 1
        for number in range(expected, version.number):
            yield Problem(f"{version.document.slug} v{number}", "missing: a later version is published")
        before = (version.document_id, version.number)
        if version.content_hash != content_hash(version):
            yield Problem(f"{version.document.slug} v{version.number}", "the published text does not give its hash")
    rows = LegalTranslation.objects.filter(version__status=LegalVersion.Status.PUBLISHED)
    for row in rows.select_related("version__document").order_by("pk").iterator(chunk_size=100):
        if row.content_hash != translation_hash(row):
            where = f"{row.version.document.slug} v{row.version.number} ({row.language})"
            yield Problem(where, "the published translation does not give its hash")


def head() -> tuple[int, str]:
    """Number and hash of the last link: kept outside, they prove later that nothing before was rewritten or cut off."""
    last = Acceptance.objects.order_by("-sequence").first()
    return (last.sequence, last.hash) if last else (0, "")


def holds(*, sequence: int, link_hash: str) -> bool:
    """Whether the chain still contains the link that someone noted down (a receipt, an earlier head)."""
    return Acceptance.objects.filter(sequence=sequence, hash=link_hash).exists()
