"""Accepting or refusing a version, and what remains to be asked of a person."""

import datetime as dt
import secrets
from collections.abc import Collection
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import clock
from common.compiled import Compiled, Given
from common.errors import Conflict, DomainError
from legal.actions import anchors
from legal.models import Acceptance, AcceptanceDetail, LegalVersion

_ACCEPTED = Compiled(
    lambda: Acceptance.objects.filter(detail__user=Given("user"), detail__proved=True, refused=False).values_list(
        "version"
    )
)
_STRENGTH = [LegalVersion.Mode.INFORM, LegalVersion.Mode.ACCEPT, LegalVersion.Mode.NOTICE]


class NotPublished(DomainError):
    message = _("Only a published version can be accepted.")


class AlreadyAccepted(Conflict):
    message = _("You already accepted this version.")


class Pending(NamedTuple):
    """`version` is the latest published one, `accepted` the latest that this person accepted.

    `gate_from`: when the first notice period among the versions between them ends; None when none asked for one.
    """

    version: LegalVersion
    accepted: LegalVersion
    mode: str
    refused: bool
    gate_from: dt.datetime | None

    @property
    def asks_to_accept(self) -> bool:
        return self.mode != LegalVersion.Mode.INFORM

    @property
    def gates_now(self) -> bool:
        return self.gates(clock.now())

    def gates(self, now: dt.datetime) -> bool:
        """Whether the notice period is over without an acceptance."""
        return self.gate_from is not None and self.gate_from <= now


def accept(
    *,
    user: User,
    version: LegalVersion,
    box_text: str,
    page: str,
    ip: str | None,
    agent: str,
    now: dt.datetime,
    proved: bool = True,
) -> Acceptance:
    """Add the link to the chain, once for a person and a version: asked again, the first one is returned.

    `proved=False` when only the address of an existing account was typed: the deed is evidence for the booking it belongs
    to, but it does not answer for the account, whose holder is still asked.
    """
    return _record(
        user=user,
        version=version,
        refused=False,
        box_text=box_text,
        page=page,
        ip=ip,
        agent=agent,
        now=now,
        proved=proved,
    )


def accepted_among(*, user: User, versions: Collection[LegalVersion]) -> set[int]:
    """Keys of those that this person proved to have accepted: they need no second link. One query."""
    mine = {version for (version,) in _ACCEPTED.all(user=user.pk)} if versions else set()
    return mine & {version.pk for version in versions}


def refuse(
    *, user: User, version: LegalVersion, box_text: str, page: str, ip: str | None, agent: str, now: dt.datetime
) -> Acceptance:
    """A refusal is evidence too. The person may still accept later; what was accepted cannot be refused afterwards."""
    return _record(user=user, version=version, refused=True, box_text=box_text, page=page, ip=ip, agent=agent, now=now)


@transaction.atomic
def _record(
    *,
    user: User,
    version: LegalVersion,
    refused: bool,
    box_text: str,
    page: str,
    ip: str | None,
    agent: str,
    now: dt.datetime,
    proved: bool = True,
) -> Acceptance:
    if not version.is_published:
        raise NotPublished
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two clicks wait for one another
    mine = Acceptance.objects.filter(detail__user=user, version=version)
    if proved:
        mine = mine.filter(detail__proved=True)
    accepted = mine.filter(refused=False).first()
    if accepted is not None:
        if refused:
            raise AlreadyAccepted
        return accepted
    if refused and (known := mine.filter(refused=True).first()):
        return known
    detail = AcceptanceDetail(
        user=user,
        box_text=box_text,
        page=page[:300],
        ip=ip or None,
        agent=agent[:300],
        proved=proved,
        salt=secrets.token_hex(32),
    )
    # What PostgreSQL gives back is compared with this later: an address is normalised by its own type first.
    detail.ip = AcceptanceDetail._meta.get_field("ip").clean(detail.ip, detail) if detail.ip else None
    commitment = detail.expected_commitment(version=version, refused=refused, recorded_at=now)
    row = Acceptance.append(commitment=commitment, recorded_at=now, version=version, refused=refused)
    detail.acceptance = row
    detail.save(force_insert=True)
    return row


@transaction.atomic
def erase_details(*, user: User) -> int:
    """Destroy what identifies the person in the chain, salts included; returns how many links became anonymous."""
    count, _models = AcceptanceDetail.objects.filter(user=user).delete()
    return count


def pending_for(user: User | AnonymousUser, now: dt.datetime) -> list[Pending]:
    """The operator's documents of which this person accepted an earlier version than the latest published.

    What is asked is the strongest mode among all the versions published since: an informative correction
    does not hide the acceptance that the version before it asked for.
    """
    if not user.is_authenticated:
        return []
    details = AcceptanceDetail.objects.filter(user=user, proved=True, acceptance__version__document__owner=None)
    latest: dict[int, LegalVersion] = {}
    refused: set[int] = set()
    for detail in details.select_related("acceptance__version__document"):
        version = detail.acceptance.version
        if detail.acceptance.refused:
            refused.add(version.pk)
        elif version.document_id not in latest or latest[version.document_id].number < version.number:
            latest[version.document_id] = version
    found = []
    newer: dict[int, list[LegalVersion]] = {}
    candidates = (
        LegalVersion.objects.published().filter(document__in=latest).select_related("document").order_by("number")
    )
    for version in candidates:
        if version.number > latest[version.document_id].number:
            newer.setdefault(version.document_id, []).append(version)
    for document_id, versions in newer.items():
        mode = max((LegalVersion.Mode(version.mode) for version in versions), key=_STRENGTH.index)
        gates = [each.effective_at for each in versions if each.mode == LegalVersion.Mode.NOTICE and each.effective_at]
        found.append(
            Pending(versions[-1], latest[document_id], mode, versions[-1].pk in refused, min(gates, default=None))
        )
    return sorted(found, key=lambda item: (-_STRENGTH.index(LegalVersion.Mode(item.mode)), item.version.effective_at))


def accepted_version(*, user: User | AnonymousUser, document_id: int) -> Acceptance | None:
    """The latest acceptance by this person of a version of the document."""
    if not user.is_authenticated:
        return None
    mine = Acceptance.objects.filter(
        detail__user=user, detail__proved=True, refused=False, version__document_id=document_id
    )
    return mine.select_related("version").order_by("-version__number").first()


def receipt(*, acceptance: Acceptance, base: str = "") -> dict[str, Any]:
    """All that the person needs to prove the answer alone: the facts, the salt, the link, its anchor, and how to recompute them."""
    detail, version = acceptance.detail, acceptance.version
    return {
        "format": "acceptance-receipt/2",
        "document": version.title,
        "version": version.number,
        "address": base + version.get_absolute_url(),
        "canonical_text": base + reverse("legal:canonical", args=[version.document.slug, version.number]),
        "procedure_address": base + reverse("legal:register"),
        "content_hash": version.content_hash,
        "salt": detail.salt,
        "committed": detail.committed_text(
            version=version, refused=acceptance.refused, recorded_at=acceptance.recorded_at
        ),
        "commitment": acceptance.commitment,
        "sequence": acceptance.sequence,
        "recorded_at": acceptance.recorded_at.astimezone(dt.UTC).isoformat(),
        "facts": acceptance.chained_facts(),
        "previous_hash": acceptance.previous_hash,
        "hash": acceptance.hash,
        "proof": anchors.proof_of(acceptance),
        "procedure": [
            "commitment = SHA-256(salt + LF + committed)",
            "hash = SHA-256(previous_hash, sequence, recorded_at, commitment, facts, joined by LF)",
            "content_hash = SHA-256(the canonical text)",
            "proof: from hash, each step of the path is SHA-256(left LF right); the last one is the anchor's root",
            "anchor.hash = SHA-256(anchor/1, day, made_at, first, last, head, root, texts, previous_hash, joined by LF);"
            " where the anchor has `others`, it begins with anchor/2 and ends with them",
        ],
    }
