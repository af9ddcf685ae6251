"""The words of a text with their places in it, read as a person reads them: accents, capitals, invisible signs and look-alike letters
change nothing. Offsets are always those of the text as it was given."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

# Letters of other alphabets that are drawn like ours.
_DRAWN_ALIKE = str.maketrans(
    "аеорсухкмнтвіјѕԁɡḷοανικερτυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxkmhtbijsdglоavikeptyabezhikmnoptyx".replace("о", "o"),
)
_JOINED = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}
# Digits put in the place of letters inside a word.
_DIGITS = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t"})
# A text without any sign is cut: time stays that of its length.
LONGEST = 150
_ENDS = frozenset(".!?…\n\r\v\f;•\u2028\u2029")
_SIGNS = frozenset(",:()") | _ENDS
# « patient·e·s », « patient(e)s », « patient.e.s », « patient-e-s ».
_INCLUSIVE = re.compile(r"[·•‧∙⋅.(/\-]e(?:[·•‧∙⋅.)/\-]{0,2}(s))?\)?(?![a-z0-9(·])")
_WORD = re.compile(r"[a-z0-9%]+|[^\sa-z0-9%]|\n")
_SPACED = re.compile(r"(?<![a-z0-9])(?:[a-z]([ .\-_*])(?=[a-z]\1|[a-z](?![a-z0-9])))(?:[a-z]\1){3,}[a-z](?![a-z0-9])")
_TITLES = frozenset({"m", "mm", "mme", "mmes", "mlle", "dr", "pr", "st", "ste", "etc", "ex", "cf", "art", "n"})


class Token(NamedTuple):
    """`form` is folded: no accent, lower case. `start` and `end` cut the word out of the original text."""

    form: str
    start: int
    end: int
    is_word: bool
    ends: bool = False  # of the sentence
    capital: bool = False


@cache
def _char(char: str) -> str:
    """What is left of one sign: nothing for what nobody sees, one or several plain letters, or itself."""
    if char in "\u2019\u02bc\u2018\u00b4`\u2032\uff07":
        return "'"
    if char in "\n\r\v\f\u2028\u2029\x85":
        return "\n"
    if unicodedata.category(char) in {"Cf", "Mn", "Me", "Cs"} or char == "\x00":
        return ""
    plain = "".join(_JOINED.get(c, c) for c in unicodedata.normalize("NFKD", char).casefold().translate(_DRAWN_ALIKE))
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    if not plain.strip():
        return " "
    return plain if plain.isascii() or len(plain) == 1 else plain[0]


class _Single(dict[int, str]):
    """What each sign becomes when that is one sign; `_ODD` when it is none or several."""

    def __missing__(self, code: int) -> str:
        plain = _char(chr(code))
        kept = self[code] = plain if len(plain) == 1 else _ODD
        return kept


_ODD = "\x00"
_SINGLE = _Single()


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The text as plain letters, and for each the place in the original that it comes from."""
    short = text.translate(_SINGLE)
    if _ODD not in short:
        return short, range(len(text))
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for plain in _char(char):
            letters.append(plain)
            places.append(place)
    return "".join(letters), places


def tokens(text: str) -> list[Token]:
    plain, places = _folded(text)
    # A word written letter by letter is one word.
    spaced = {match.start(): match.end() for match in _SPACED.finditer(plain)} if " " in plain or "." in plain else {}
    found: list[Token] = []
    position = 0
    for match in _WORD.finditer(plain):
        start, end = match.span()
        if start < position:
            continue
        form = match.group()
        if start in spaced:
            position = spaced[start]
            found.append(_word(text, re.sub("[^a-z]", "", plain[start:position]), places, start, position))
        elif form[0].isalnum() or form[0] == "%":
            if end - start > 2:
                form, end = _as_read(plain, form, end)
            position = end
            found.append(_word(text, form, places, start, end))
        elif form in _SIGNS:
            ends = form in _ENDS
            if form == "." and found and found[-1].is_word:
                # « Mme Roux », « Sonia B., suivie »: a title or an initial ends nothing.
                last = found[-1]
                ends = not (last.form in _TITLES or (len(last.form) == 1 and last.capital))
            if ends or form != ".":
                found.append(Token(form, places[start], places[end - 1] + 1, False, ends))
    return found


def _as_read(plain: str, form: str, end: int) -> tuple[str, int]:
    inclusive = _INCLUSIVE.match(plain, end)
    if inclusive:
        end = inclusive.end()
        form += inclusive.group(1) or ""
    # A digit between letters stands for one: « so1gne ». `30min` and `b12` keep theirs.
    if not form.isalpha() and form[0].isalpha() and form[-1].isalpha():
        form = form.translate(_DIGITS)
    return form, end


def _word(text: str, form: str, places: Sequence[int], start: int, end: int) -> Token:
    first, last = places[start], places[end - 1] + 1
    # Signs that nobody sees, and accents that stand apart, belong to the word they end.
    while last < len(text) and unicodedata.combining(text[last]):
        last += 1
    return Token(form, first, last, True, False, text[first].isupper())


def sentences(found: list[Token]) -> list[tuple[int, int]]:
    """Where each sentence begins and ends in the list, its sign included."""
    limits: list[tuple[int, int]] = []
    start = 0
    for place, token in enumerate(found):
        if token.ends:
            if place > start:
                limits.append((start, place + 1))
            start = place + 1
        elif place - start >= LONGEST:
            limits.append((start, place))
            start = place
    if start < len(found):
        limits.append((start, len(found)))
    return limits
