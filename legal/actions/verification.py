"""Proof that the evidence is whole: the chain, what is still known of each link, and every published text."""

from collections.abc import Iterator
from typing import NamedTuple

from legal.canonical import content_hash
from legal.models import Acceptance, AcceptanceDetail, LegalVersion


class Problem(NamedTuple):
    where: str
    what: str


def problems() -> Iterator[Problem]:
    """Everything that does not hold, each named; nothing when the evidence is whole. Reads in streams, with flat memory."""
    for link in Acceptance.broken_links():
        yield Problem(f"acceptance #{link.sequence}", link.reason)
    yield from _details_that_do_not_fit()
    yield from _texts_that_do_not_fit()


def _details_that_do_not_fit() -> Iterator[Problem]:
    details = AcceptanceDetail.objects.select_related("acceptance__version").order_by("acceptance__sequence")
    for detail in details.iterator(chunk_size=2000):
        link = detail.acceptance
        expected = detail.expected_commitment(version=link.version, refused=link.refused, recorded_at=link.recorded_at)
        if expected != link.commitment:
            yield Problem(f"acceptance #{link.sequence}", "its detail does not give its commitment")


def _texts_that_do_not_fit() -> Iterator[Problem]:
    versions = LegalVersion.objects.published().select_related("document").order_by("document_id", "number")
    for version in versions.iterator(chunk_size=100):
        if version.content_hash != content_hash(version):
            yield Problem(f"{version.document.slug} v{version.number}", "the published text does not give its hash")


def head() -> tuple[int, str]:
    """Number and hash of the last link: kept outside, they prove later that nothing before was rewritten or cut off."""
    last = Acceptance.objects.order_by("-sequence").first()
    return (last.sequence, last.hash) if last else (0, "")


def holds(*, sequence: int, link_hash: str) -> bool:
    """Whether the chain still contains the link that someone noted down (a receipt, an earlier head)."""
    return Acceptance.objects.filter(sequence=sequence, hash=link_hash).exists()
