"""What is said of the way to meet and of the distance: “en visio”, “chez moi”, “près de moi”, “à 10 km”."""

from search.understanding.words import Word
from search.vocabulary import RADII

VIDEO, HOME, PRACTICE = ("visio",), ("domicile",), ("cabinet",)
AROUND = ("autour",)
# Cher is a département, and no price is understood.
NOTHING: tuple[str, ...] = ()
_PHRASES = {
    VIDEO: """visio|en visio|par visio|via visio|visioconference|en visioconference|par visioconference|visio conference|en visio conference|
        teleconsultation|en teleconsultation|teleseance|video|en video|par video|webcam|par webcam|zoom|par zoom|sur zoom|skype|par skype|whatsapp|
        par whatsapp|a distance|en ligne|online|en distanciel|distanciel""",
    HOME: """a domicile|au domicile|a mon domicile|domicile|a la maison|chez moi|a mon adresse|qui se deplace|se deplacant|qui se deplace a domicile|
        deplacement a domicile|en deplacement|se deplace a domicile|se deplace|visite a domicile|visites a domicile""",
    PRACTICE: "au cabinet|en cabinet|dans un cabinet|a son cabinet|en consultation au cabinet|sur place",
    (*PRACTICE, *HOME): "en presentiel|presentiel|en face a face|en personne",
    NOTHING: "pas cher|pas chere|pas trop cher|moins cher|peu cher|pas chers|pas cheres|bon marche|petit prix|petits prix|abordable",
    AROUND: """autour de moi|autour d ici|autour de chez moi|pres de moi|pres d ici|pres de chez moi|pres de ma position|proche de moi|proche d ici|
        proche de chez moi|a proximite|a proximite de moi|a proximite de chez moi|a cote|a cote de moi|a cote de chez moi|a cote d ici|pas loin|
        pas loin de chez moi|pas loin de moi|dans mon quartier|dans le quartier|dans mon coin|dans le coin|dans les environs|aux alentours|
        dans ma ville|dans ma region|le plus proche|la plus proche|les plus proches|au plus proche|ma position|autour""",
}
PHRASES = {tuple(phrase.strip().split()): meaning for meaning, text in _PHRASES.items() for phrase in text.split("|")}
LONGEST = max(map(len, PHRASES))
# “à proximité de Lyon” speaks of Lyon.
_OPENS_A_PLACE = frozenset(["proximite", "cote", "loin", "environs", "alentours", "autour", "proche", "proches"])
_LINKS = frozenset(["de", "d", "du", "des", "a"])
# Booking online is not meeting online.
_BOOKING = frozenset(["rdv", "rendez", "vous", "reservation", "reserver", "paiement", "payer", "prise"])
_UNITS = frozenset(
    [
        "an",
        "ans",
        "mn",
        "min",
        "minute",
        "minutes",
        "euro",
        "euros",
        "eur",
        "h",
        "heure",
        "heures",
        "mois",
        "semaine",
        "semaines",
        "jour",
        "jours",
        "kg",
        "kilo",
        "kilos",
        "fois",
        "seance",
        "seances",
    ]
)
_BEFORE_RADIUS = frozenset(["a", "de", "d", "dans", "un", "rayon", "moins", "autour"])


def ways(words: list[Word]) -> list[tuple[tuple[int, ...], tuple[str, ...]]]:
    """(positions, modes) of each phrase, longest first where two overlap; AROUND stands for “près de moi”, NOTHING for what decides nothing."""
    found, position = [], 0
    while position < len(words):
        for length in range(min(LONGEST, len(words) - position), 0, -1):
            phrase = tuple(word.folded for word in words[position : position + length])
            if phrase in PHRASES and _is_meant(words, position, length):
                found.append((tuple(range(position, position + length)), PHRASES[phrase]))
                position += length - 1
                break
        position += 1
    return found


def _is_meant(words: list[Word], position: int, length: int) -> bool:
    phrase = [word.folded for word in words[position : position + length]]
    after = words[position + length].folded if position + length < len(words) else ""
    before = words[position - 1].folded if position else ""
    if phrase[-1] in _OPENS_A_PLACE and after in _LINKS:
        return False
    if phrase == ["autour"]:
        return not after
    return not (phrase == ["en", "ligne"] and before in _BOOKING)


def radius(words: list[Word], free: set[int]) -> tuple[tuple[int, ...], int] | None:
    """“à 15 km”, “10km”: the smallest distance offered that covers it."""
    for position in sorted(free):
        folded = words[position].folded
        number = folded.removesuffix("km")
        positions: tuple[int, ...] = (position,)
        if number == folded:
            if position + 1 not in free or words[position + 1].folded not in {"km", "kms", "kilometre", "kilometres"}:
                continue
            positions = (position, position + 1)
        if not number.isdecimal() or len(number) > 3:
            continue
        first = position
        while first - 1 in free and words[first - 1].folded in _BEFORE_RADIUS:
            first -= 1
        covered = next((km for km in RADII if km >= int(number)), RADII[-1])
        return (*range(first, position), *positions), covered
    return None


def quantities(words: list[Word], free: set[int], text: str) -> list[tuple[int, ...]]:
    """“60 €”, “45 min”, “50 ans”: said of a price, a time or an age, which decide nothing here; not a département’s number."""
    found: list[tuple[int, ...]] = []
    for position in sorted(free):
        if not words[position].folded.isdigit():
            continue
        after = text[words[position].end :].lstrip()
        if position + 1 in free and words[position + 1].folded in _UNITS:
            found.append((position, position + 1))
        elif after.startswith(("€", "%")):
            found.append((position,))
    return found
