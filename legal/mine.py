"""What applies to one person: each document in force for them, what they answered and when, what is coming."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from accounts.models import User
from accounts.roles import Role, has_role
from legal.actions.acceptances import Pending, pending_for
from legal.models import Acceptance, LegalDocument, LegalVersion

Kind = LegalDocument.Kind
# Contracts between the operator and professionals: of no concern to whoever never answered to them.
OF_PRACTITIONERS = frozenset({Kind.CONTRACT, Kind.DPA, Kind.MANDATE, Kind.ETHICS})
OF_STRUCTURES = frozenset({Kind.STRUCTURES})


@dataclass(frozen=True)
class Line:
    document: LegalDocument
    in_force: LegalVersion | None
    upcoming: LegalVersion | None
    accepted: Acceptance | None
    refused: Acceptance | None
    pending: Pending | None

    @property
    def is_behind(self) -> bool:
        """What was accepted is not what is in force."""
        return (
            self.accepted is not None
            and self.in_force is not None
            and self.accepted.version.number < self.in_force.number
        )


def applying_to(user: User, *, now: dt.datetime) -> tuple[list[Line], list[Line]]:
    """The operator's documents in the order of their kinds, then those of the practitioners whose terms were accepted."""
    answers: dict[int, list[Acceptance]] = {}
    mine = Acceptance.objects.filter(detail__user=user, detail__proved=True).select_related("version")
    for row in mine.order_by("sequence"):
        answers.setdefault(row.version.document_id, []).append(row)
    light = LegalVersion.objects.published().defer("articles", "preamble", "summary").order_by("-number")
    asked = LegalDocument.objects.filter(Q(owner=None) | Q(pk__in=answers))
    pending = {item.version.document_id: item for item in pending_for(user, now)}
    ours: list[Line] = []
    theirs: list[Line] = []
    for document in asked.prefetch_related(Prefetch("versions", light)):
        if not answers.get(document.pk) and not _concerns(document, user):
            continue
        line = _line(document, answers.get(document.pk, []), pending.get(document.pk), now)
        if line.in_force or line.upcoming:
            (ours if document.owner_id is None else theirs).append(line)
    order = list(Kind)
    ours.sort(key=lambda line: order.index(Kind(line.document.kind)))
    theirs.sort(key=lambda line: line.document.title)
    return ours, theirs


def _concerns(document: LegalDocument, user: User) -> bool:
    if document.kind in OF_PRACTITIONERS:
        return has_role(user, Role.PRACTITIONER)
    if document.kind in OF_STRUCTURES:
        return has_role(user, Role.STRUCTURE)
    return True


def _line(document: LegalDocument, answers: list[Acceptance], pending: Pending | None, now: dt.datetime) -> Line:
    versions = list(document.versions.all())
    for version in versions:
        version.document = document
    accepted = max((row for row in answers if not row.refused), key=lambda row: row.version.number, default=None)
    refused = max((row for row in answers if row.refused), key=lambda row: row.version.number, default=None)
    if refused and accepted and refused.version.number <= accepted.version.number:
        refused = None  # accepted since
    return Line(
        document,
        next((each for each in versions if each.applies(now)), None),
        next((each for each in reversed(versions) if each.is_coming(now)), None),
        accepted,
        refused,
        pending,
    )
