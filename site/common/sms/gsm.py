"""What fits into one SMS: 160 characters of GSM 03.38, of which some count twice and most accents are missing."""

import unicodedata

LENGTH = 160
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€\f")
# French typography that the alphabet lacks.
_PLAIN = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "’": "'", "‘": "'", "«": '"', "»": '"', "“": '"', "”": '"', "–": "-", "—": "-",
     "…": "...", "œ": "oe", "Œ": "OE"}
)  # fmt: skip


def plain(text: str) -> str:
    """`text` in the alphabet: what it has stays (é, è, à, ù), the rest loses its accent; what cannot be said is left out.

    One character outside would turn the whole message into UCS-2, of which only 70 fit.
    """
    said = []
    for character in unicodedata.normalize("NFC", text.translate(_PLAIN)):
        if character in _BASIC or character in _TWICE:
            said.append(character)
        else:
            bare = unicodedata.normalize("NFD", character)[0]
            said.append(bare if bare in _BASIC else "")
    return "".join(said)


def length(text: str) -> int:
    """In the units of the network: 2 for those of the extension table."""
    return sum(2 if character in _TWICE else 1 for character in text)


def fits(text: str) -> bool:
    return length(text) <= LENGTH and all(character in _BASIC or character in _TWICE for character in text)
