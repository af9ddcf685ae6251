"""Places in a sentence. French takes its preposition from the name: à Lyon, au Mans, dans le Rhône, en Bretagne, à La Réunion."""

from django.utils.translation import get_language

from places.lookup import Kind, Place

# By code, under what stands before the name. “En” before names without an article in use, and before two names joined by “et”.
_DEPARTMENTS = {
    "dans l’": "01 02 03 10 11 12 27 34 36 60 61 89 91",
    "dans le ": "14 15 18 25 29 30 32 39 45 46 56 59 62 63 67 68 69 81 83 84 90 94 95",
    "dans la ": "23 26 42 50 51 55 58 72 80 86",
    "dans les ": "04 05 06 08 13 22 40 64 65 66 78 79 88 92 984",
    "en ": "07 09 16 17 19 21 24 28 2A 2B 31 33 35 37 38 41 43 44 47 48 49 52 53 54 57 70 71 73 74 76 77 82 85 87 93 971 972 973"
    " 987 988",
    "à ": "75 974 975 976 977 978 986",
    "sur l’": "989",
}
_REGIONS = {
    "dans le ": "44",
    "dans les ": "32 52",
    "en ": "01 02 03 11 24 27 28 53 75 76 84 93 94 987 988",
    "à ": "04 06 975 977 978 986",
}
_AREAS: dict[tuple[Kind, str], str] = {
    **{("department", code): words for words, codes in _DEPARTMENTS.items() for code in codes.split()},
    **{("region", code): words for words, codes in _REGIONS.items() for code in codes.split()},
}
# The article of a commune's name melts into the preposition, La and L’ stay.
_CONTRACTED = (("Le ", "au "), ("Les ", "aux "))
_OF = (("Le ", "du "), ("Les ", "des "))
_VOWELS = "aàâeéèêiîoôuyAÀÂEÉÈÊIÎOÔUY"


def typographic(name: str) -> str:
    """`L’Haÿ-les-Roses`: the gazetteer writes straight apostrophes."""
    return name.replace("'", "’")


def in_place(place: Place) -> str:
    """`à Lyon`, `aux Sables-d’Olonne`, `dans le Rhône`, `en Auvergne-Rhône-Alpes`; `in Lyon` in English."""
    name = typographic(place.name)
    if not (get_language() or "fr").startswith("fr"):
        return f"in {name}"
    if place.kind != "commune":
        return f"{_AREAS.get((place.kind, place.code), 'en ')}{name}"
    for article, contracted in _CONTRACTED:
        if name.startswith(article):
            return f"{contracted}{name.removeprefix(article)}"
    return f"à l’{name}" if name.startswith("Île-") else f"à {name}"


def of_commune(place: Place) -> str:
    """`de Lyon`, `du Mans`, `d’Annecy`: after “près”, “autour”. English: `Lyon`."""
    name = typographic(place.name)
    if not (get_language() or "fr").startswith("fr"):
        return name
    for article, contracted in _OF:
        if name.startswith(article):
            return f"{contracted}{name.removeprefix(article)}"
    if name.startswith("Île-"):
        return f"de l’{name}"
    return f"d’{name}" if name[:1] in _VOWELS else f"de {name}"
