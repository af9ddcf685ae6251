"""The question as removable chips: what was understood of the words, the place, the distance, then each filter."""

from dataclasses import dataclass

from search import vocabulary
from search.addresses import ORDER, Address
from search.presentation.words import option_label, quoted
from search.query import Parsed

# Those of the question itself come first; orders and pages are not chips.
_KINDS = {"pratique": "subject", "theme": "subject"}
_ASKED = {"q", "exact", "lieu", "autour", "rayon", "tri", "page"}


@dataclass(frozen=True)
class Chip:
    """`url` leads to the question without it. `fixed`: nothing to take away, it leads to where it is changed."""

    label: str
    url: str
    kind: str = "filter"
    fixed: bool = False


def chips(parsed: Parsed, address: Address) -> list[Chip]:
    """What is sought, then where, then each filter."""
    asked, chosen = _asked(parsed, address), filters(parsed, address)
    where = ("place", "radius", "around")
    what = [chip for chip in asked if chip.kind not in where] + [chip for chip in chosen if chip.kind == "subject"]
    return [
        *what,
        *(chip for chip in asked if chip.kind in where),
        *(chip for chip in chosen if chip.kind != "subject"),
    ]


def in_words(parsed: Parsed) -> list[str]:
    """The question as short phrases: `Sophrologie`, `Lyon (69)`, `20 km`, `This week`."""
    return [chip.label for chip in chips(parsed, Address.of(parsed.raw))]


def filters(parsed: Parsed, address: Address) -> list[Chip]:
    """One chip a value chosen among the filters."""
    return [
        Chip(option_label(parsed, name, value), str(address.drop(name, value)), _KINDS.get(name, "filter"))
        for name in ORDER
        if name not in _ASKED
        for value in parsed.raw.get(name, [])
    ]


def without_pieces(parsed: Parsed, address: Address, *kinds: str) -> Address:
    """The question without what its words say of these kinds."""
    text = address.get("q")
    for piece in parsed.pieces:
        if piece.kind in kinds:
            left = piece.rest if text == address.get("q") else text.replace(piece.typed, " ", 1)
            text = " ".join(left.split())
    return address.setting(q=text)


def _asked(parsed: Parsed, address: Address) -> list[Chip]:
    asked, found = parsed.query, []
    typed, said = address.get("q"), {piece.kind for piece in parsed.pieces}
    if asked.exact and typed:
        found.append(Chip(quoted(typed), str(address.without("q", "exact")), kind="words"))
    else:
        for piece in parsed.pieces:
            rest = address.setting(q=piece.rest)
            if piece.kind in {"place", "around"}:
                rest = rest.without("autour", "rayon")
            found.append(Chip(str(piece.label), str(rest), kind=piece.kind))
        if typed and not parsed.pieces:
            found.append(Chip(quoted(typed), str(address.without("q", "exact")), kind="words"))
    if asked.place and "lieu" in parsed.raw:
        found.append(Chip(asked.place.label, str(address.without("lieu", "rayon")), kind="place"))
    if "autour" in parsed.raw and "around" not in said:
        found.append(Chip(option_label(parsed, "autour", ""), str(address.without("autour", "rayon")), kind="place"))
    if asked.center and ("radius" not in said or "rayon" in parsed.raw):
        usual = asked.radius_km == vocabulary.DEFAULT_RADIUS
        url = "#rayon" if usual else str(address.without("rayon"))
        found.append(Chip(f"{asked.radius_km}\u00a0km", url, kind="radius", fixed=usual))
    return found
