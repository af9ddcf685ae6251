"""Lists of clients as CSV: what Excel and other tools write is read, and what is written opens in Excel. Pure.

`read(write(rows))` gives the same rows back; a cell that a spreadsheet would compute is written with an apostrophe before it.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import NumberParseException, is_possible_number
from phonenumbers import parse as parse_number

from booking.errors import UnreadableFile
from common.text import fold

MOST_LINES, MOST_BYTES = 5_000, 2_000_000
MOST_COLUMNS = 60
FIELDS = ("first_name", "last_name", "full_name", "email", "phone", "tags", "note")
NAMES = {
    "first_name": ("prenom", "prenoms", "first name", "firstname", "given name", "forename"),
    "last_name": ("nom", "nom de famille", "noms", "last name", "lastname", "surname", "family name", "nom d usage"),
    "full_name": ("nom complet", "nom et prenom", "nom prenom", "prenom nom", "prenom et nom", "client", "cliente", "name", "full name"),
    "email": (
        "e mail", "email", "mail", "courriel", "adresse e mail", "adresse email", "adresse mail", "adresse courriel",
        "adresse electronique", "e mail address", "email address", "e mail 1 value", "e mail principal",
    ),
    "phone": (
        "telephone", "tel", "telephone portable", "telephone mobile", "portable", "mobile", "gsm", "numero de telephone", "numero",
        "phone", "phone number", "mobile phone", "telephone 1", "phone 1 value", "n de telephone", "tel portable", "tel mobile",
    ),
    "tags": ("etiquettes", "etiquette", "tags", "tag", "categories", "categorie", "groupe", "groupes", "labels", "groups"),
    "note": ("note", "notes", "note pratique", "remarque", "remarques", "commentaire", "commentaires", "comment", "comments", "practical note"),
}  # fmt: skip
_FIELD_OF = {name: field for field, names in NAMES.items() for name in names}
# What a spreadsheet takes for a formula, behind any apostrophes that were there before.
_COMPUTED = re.compile(r"^'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"^'+[=+\-@\t\r]")
_REGIONS = ("FR", "RE", "GP", "MQ", "GF", "YT", "PM", "NC", "PF")
_BINARY = (
    (b"PK\x03\x04", True),
    (b"\xd0\xcf\x11\xe0", True),
    (b"%PDF", False),
    (b"\x89PNG", False),
    (b"\xff\xd8\xff", False),
)


@dataclass(frozen=True)
class Text:
    content: str
    encoding: str
    delimiter: str


def decode(data: bytes) -> Text:
    """The text of an upload. Raises UnreadableFile with what to do about it."""
    if not data.strip():
        raise UnreadableFile(_("This file is empty."))
    if len(data) > MOST_BYTES:
        raise UnreadableFile(_("This file is larger than 2 MB. Divide it in several files."))
    for beginning, is_workbook in _BINARY:
        if data.startswith(beginning):
            raise UnreadableFile(
                _("This is a spreadsheet's own format. Open it, then “Save as”, and choose “CSV”.")
                if is_workbook
                else _("This file is not a list in text. Export your clients as CSV.")
            )
    content, encoding = _decoded(data)
    if "\0" in content:
        raise UnreadableFile(_("This file is not a list in text. Export your clients as CSV."))
    return Text(content, encoding, _delimiter(content))


def rows(text: Text) -> list[list[str]]:
    """The lines from the first that says something, cells stripped, blank lines as []. Raises UnreadableFile."""
    content = _without_hint(text.content).lstrip("\r\n")
    try:
        found = [
            [unescape(cell.replace("\r\n", "\n").replace("\r", "\n").strip()) for cell in line]
            for line in csv.reader(io.StringIO(content, newline=""), delimiter=text.delimiter, strict=False)
        ]
    except csv.Error as error:
        raise UnreadableFile(_("This file is not a list in text. Export your clients as CSV.")) from error
    found = [line if any(line) else [] for line in found]
    while found and not found[0]:
        found.pop(0)
    if not found:
        raise UnreadableFile(_("This file is empty."))
    if sum(map(bool, found)) > MOST_LINES + 1:
        raise UnreadableFile(_("This file has more than 5,000 lines. Divide it in several files."))
    if max(map(len, found)) > MOST_COLUMNS:
        raise UnreadableFile(_("This file has more than 60 columns: keep those of names, addresses and telephones."))
    return found


def recognise(heading: list[str]) -> list[str]:
    """The field that each column fills, by its name, "" for the others; a field is filled once."""
    found: list[str] = []
    for name in heading:
        field = _FIELD_OF.get(fold(name), "")
        found.append(field if field not in found else "")
    return found


def write(lines: Iterable[Iterable[str]]) -> str:
    """CSV as a French Excel opens it: semicolons, CRLF; the caller puts the BOM before it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for line in lines:
        writer.writerow([escape(cell) for cell in line])
    return out.getvalue()


def escape(cell: str) -> str:
    return f"'{cell}" if _COMPUTED.match(cell) else cell


def unescape(cell: str) -> str:
    return cell[1:] if _ESCAPED.match(cell) else cell


def read_phone(text: str) -> str | None:
    """E.164 of a number as people write it, "" for none, None for what is no number."""
    text = text.strip()
    if not text:
        return ""
    if len(text) > 40:
        return None
    # A spreadsheet drops the zero that a French number begins with.
    digits = re.sub(r"\D", "", text)
    tries = [text, f"0{digits}"] if len(digits) == 9 and digits[0] in "123456789" else [text]
    for attempt in tries:
        for region in _REGIONS:
            try:
                number = parse_number(attempt, region)
            except NumberParseException:
                continue
            found = PhoneNumber(number.country_code, number.national_number)
            if found.is_valid():
                return str(found.as_e164)
    return _at_least_possible(text)


def _at_least_possible(text: str) -> str | None:
    """A number with its country, of a length that exists there: numbering plans grow faster than their tables."""
    if not text.startswith(("+", "00")):
        return None
    try:
        number = parse_number(text, "FR")
    except NumberParseException:
        return None
    found = PhoneNumber(number.country_code, number.national_number)
    return str(found.as_e164) if is_possible_number(number) else None


def write_phone(number: str) -> str:
    """Readable, and never beginning with a plus sign, which a spreadsheet takes for a sum."""
    read = PhoneNumber.from_string(number) if number and read_phone(number) else None
    if read is None:
        return number
    national = str(read.as_national)
    return national if read_phone(national) == number else f"00{number[1:]}"


def split_name(text: str) -> tuple[str, str]:
    """First and last name of a cell that holds both: what is in capitals is the last name, else all but the first word."""
    words = text.split()
    capitals = [word for word in words if len(word) > 1 and word == word.upper()]
    if capitals and len(capitals) < len(words):
        return " ".join(word for word in words if word not in capitals), " ".join(capitals)
    return (words[0], " ".join(words[1:])) if words else ("", "")


def split_tags(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;|]", text) if part.strip()]


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), "utf-16"
        except UnicodeDecodeError as error:
            raise UnreadableFile(_("This file is not a list in text. Export your clients as CSV.")) from error
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue  # the next one
    return data.decode("latin-1"), "latin-1"


def _delimiter(content: str) -> str:
    """The one that the first line has most of, outside quotation marks."""
    if content[:4].lower() == "sep=" and len(content) > 4 and content[4] in ";,\t":
        return content[4]
    heading = re.sub(r'"[^"]*"', "", content.lstrip().split("\n", 1)[0])
    return max(";,\t", key=heading.count)


def _without_hint(content: str) -> str:
    """Without the line by which Excel is told the separator."""
    return content.split("\n", 1)[1] if content[:4].lower() == "sep=" and "\n" in content else content
