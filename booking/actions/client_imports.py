"""Importing a list of clients: uploaded, shown line by line, and applied exactly as it was shown.

Nothing is written before the confirmation. An import completes what records lack and adds labels; it never replaces what is there.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking import client_csv
from booking.actions.client_records import MOST_TAGS, NOTE_LENGTH, TAG_LENGTH, clean_tags
from booking.errors import ListChanged
from booking.models import ClientImport, ClientRecord
from common.text import sort_key
from practitioners.models import Practitioner

KEPT = dt.timedelta(days=1)
CREATE, UPDATE, SKIP = "create", "update", "skip"
NAME_LENGTH, EMAIL_LENGTH = 80, 254


@dataclass
class Line:
    """What becomes of a line of the file. `number` counts as a spreadsheet does, the heading being 1."""

    number: int
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    tags: list[str] = field(default_factory=list)
    note: str = ""
    verdict: str = CREATE
    reason: str | Promise = ""
    changes: list[str] = field(default_factory=list)
    record_id: int | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def person(self) -> tuple[str, str]:
        return _known_as(self.last_name, self.first_name), self.phone


@dataclass
class Plan:
    lines: list[Line]

    def count(self, verdict: str) -> int:
        return sum(line.verdict == verdict for line in self.lines)

    @property
    def digest(self) -> str:
        """Of everything that would be written: the page shows it and the confirmation sends it back."""
        rows = [
            [
                li.number,
                li.verdict,
                li.record_id,
                li.changes,
                li.first_name,
                li.last_name,
                li.email,
                li.phone,
                li.tags,
                li.note,
            ]
            for li in self.lines
        ]
        return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def upload(*, practitioner: Practitioner, data: bytes, now: dt.datetime) -> ClientImport:
    """Keep a file until it is confirmed; one at a time. Raises UnreadableFile."""
    text = client_csv.decode(data)
    lines = client_csv.rows(text)
    columns = client_csv.recognise(lines[0])
    ClientImport.objects.filter(practitioner=practitioner, applied_at=None).delete()
    return ClientImport.objects.create(
        practitioner=practitioner,
        text=text.content,
        digest=hashlib.sha256(data).hexdigest(),
        encoding=text.encoding,
        delimiter=text.delimiter,
        columns=columns,
        has_heading=any(columns),
        uploaded_at=now,
    )


@transaction.atomic
def choose_columns(*, import_id: int, columns: list[str], has_heading: bool) -> ClientImport:
    row = ClientImport.objects.select_for_update(no_key=True).get(pk=import_id, applied_at=None)
    row.columns, row.has_heading = columns, has_heading
    row.save(update_fields=["columns", "has_heading"])
    return row


def table(row: ClientImport) -> list[list[str]]:
    """The lines of the file as they stand, heading included."""
    return client_csv.rows(client_csv.Text(row.text, row.encoding, row.delimiter))


def says_who(columns: Iterable[str]) -> bool:
    """Whether these columns tell people apart at all."""
    return bool({"first_name", "last_name", "full_name", "email"} & set(columns))


def plan(row: ClientImport) -> Plan:
    """What confirming would do now. Reads the list once, whatever the length of the file."""
    known = _Known(row.practitioner)
    lines = []
    for line in _lines(row):
        if line.verdict != SKIP:
            _decide(line, known)
        lines.append(line)
    return Plan(lines)


@transaction.atomic
def apply(*, import_id: int, shown: str, now: dt.datetime) -> ClientImport:
    """Write what the page with the digest `shown` announced. Raises ListChanged when it is no longer what would be done."""
    row = ClientImport.objects.select_for_update(no_key=True).get(pk=import_id, applied_at=None)
    records = ClientRecord.objects.select_for_update(no_key=True).filter(practitioner=row.practitioner)
    locked = {record.pk: record for record in records.order_by("pk")}
    found = plan(row)
    if found.digest != shown:
        raise ListChanged
    try:
        with transaction.atomic():
            _write(row, found, locked, now)
    except IntegrityError as error:
        # Somebody booked, and has a record, since the rows were read.
        raise ListChanged from error
    row.created_count, row.updated_count = found.count(CREATE), found.count(UPDATE)
    row.skipped_count, row.applied_at, row.text = found.count(SKIP), now, ""
    row.save()
    return row


def forget(*, now: dt.datetime) -> int:
    """Files that nobody confirmed within a day."""
    return ClientImport.objects.filter(applied_at=None, uploaded_at__lt=now - KEPT).delete()[0]


def _write(row: ClientImport, found: Plan, locked: dict[int, ClientRecord], now: dt.datetime) -> None:
    made = []
    for line in found.lines:
        if line.verdict == CREATE:
            made.append(
                ClientRecord(
                    practitioner=row.practitioner,
                    first_name=line.first_name,
                    last_name=line.last_name,
                    email=line.email,
                    phone=line.phone,
                    tags=line.tags,
                    note=line.note,
                    folded_name=sort_key(line.last_name, line.first_name)[:170],
                    source=ClientRecord.Source.IMPORT,
                    created_at=now,
                )
            )
        elif line.verdict == UPDATE and line.record_id is not None:
            record = locked[line.record_id]
            for name in line.changes:
                value = clean_tags([*record.tags, *line.tags]) if name == "tags" else getattr(line, name)
                setattr(record, name, value)
            record.folded_name = sort_key(record.last_name, record.first_name)[:170]
            record.save()
    ClientRecord.objects.bulk_create(made, batch_size=500)


class _Known:
    """The practitioner's clients, by address and by name, as they stand and as the file adds to them."""

    def __init__(self, practitioner: Practitioner) -> None:
        self.by_email: dict[str, ClientRecord] = {}
        self.by_person: dict[tuple[str, str], ClientRecord] = {}
        self.by_name: dict[str, ClientRecord] = {}
        self.emails_of_file: dict[str, int] = {}
        self.people_of_file: dict[tuple[str, str], int] = {}
        self.spelling: dict[str, str] = {}
        records = ClientRecord.objects.filter(practitioner=practitioner).order_by("pk")
        # Of two who share a name, a line without an address is the one who has none.
        for record in sorted(records, key=lambda record: bool(record.email)):
            if record.email:
                self.by_email[record.email] = record
            name = _known_as(record.last_name, record.first_name)
            if name:
                self.by_person.setdefault((name, record.phone), record)
                self.by_name.setdefault(name, record)
            for label in record.tags:
                self.spelling.setdefault(sort_key(label) or label, label)

    def match(self, line: Line) -> ClientRecord | None:
        """By the address; without one by name and telephone; by the name alone when the line has nothing else."""
        if line.email:
            found = self.by_email.get(line.email)
            if found is None and line.phone:
                same = self.by_person.get(line.person)
                found = same if same is not None and not same.email else None
            return found
        if not line.person[0]:
            return None
        return self.by_person.get(line.person) or (None if line.phone else self.by_name.get(line.person[0]))


def _known_as(last_name: str, first_name: str) -> str:
    """What somebody is recognised by: the folded name, or the name as written when nothing of it is a letter or a figure."""
    return sort_key(last_name, first_name)[:170] or f"{last_name} {first_name}".strip()


def _decide(line: Line, known: _Known) -> None:
    earlier = known.emails_of_file.get(line.email) if line.email else known.people_of_file.get(line.person)
    if earlier is not None:
        line.verdict, line.reason = SKIP, _("already on line %(n)s of the file") % {"n": earlier}
        return
    if line.email:
        known.emails_of_file[line.email] = line.number
    else:
        known.people_of_file[line.person] = line.number
    line.tags = clean_tags([known.spelling.setdefault(sort_key(label) or label, label) for label in line.tags])
    record = known.match(line)
    if record is None:
        if line.person[0] in known.by_name:
            line.reason = _("somebody in your list has the same name")
        return
    line.record_id = record.pk
    line.changes = [
        name
        for name in ("first_name", "last_name", "email", "phone", "note")
        if getattr(line, name) and not getattr(record, name)
    ]
    if clean_tags([*record.tags, *line.tags]) != record.tags and line.tags:
        line.changes.append("tags")
    if line.changes:
        line.verdict = UPDATE
        if "email" in line.changes:
            # The next line that fits this person is another one.
            record.email = line.email
            known.by_email[line.email] = record
    else:
        line.verdict, line.reason = SKIP, _("already one of your clients, nothing to add")


def _lines(row: ClientImport) -> Iterator[Line]:
    found = table(row)
    start = 1 if row.has_heading else 0
    for number, cells in enumerate(found[start:], start=start + 1):
        if not cells:
            continue
        yield _line(number, dict(zip(row.columns, cells, strict=False)))


def _line(number: int, cells: dict[str, str]) -> Line:
    first_name, last_name = " ".join(cells.get("first_name", "").split()), " ".join(cells.get("last_name", "").split())
    if cells.get("full_name") and not (first_name or last_name):
        first_name, last_name = client_csv.split_name(cells["full_name"])
    labels = client_csv.split_tags(cells.get("tags", ""))
    line = Line(
        number,
        first_name,
        last_name,
        email=cells.get("email", "").lower(),
        tags=clean_tags(labels),
        note=cells.get("note", ""),
    )
    phone = client_csv.read_phone(cells.get("phone", ""))
    line.phone = cells.get("phone", "")[:40] if phone is None else phone
    reason: str | Promise = ""
    if not (line.name or line.email):
        reason = _("neither name nor e-mail address")
    elif line.email and not _is_address(line.email):
        reason = _("this is not an e-mail address")
    elif phone is None:
        reason = _("this is not a telephone number")
    elif len(first_name) > NAME_LENGTH or len(last_name) > NAME_LENGTH:
        reason = _("the name is longer than 80 characters")
    elif len(line.note) > NOTE_LENGTH:
        reason = _("the note is longer than 1,000 characters")
    elif len(labels) > MOST_TAGS or any(len(label) > TAG_LENGTH for label in labels):
        reason = _("more than 12 labels, or one longer than 30 characters")
    if reason:
        line.verdict, line.reason = SKIP, reason
    return line


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= EMAIL_LENGTH
