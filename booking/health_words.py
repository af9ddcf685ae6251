"""Words by which a question asks about somebody's health. Pure: the form refuses them while the switch is off."""

from common.text import fold

# Beginnings of folded words, so that « allergies », « allergique » and « Allergènes » are one entry.
_BEGINNINGS = (
    "addict", "alcool", "allerg", "analgesi", "angoiss", "antecedent", "anxie", "arthr", "asthm", "avc", "blessur", "cancer",
    "cardia", "chimio", "chirurg", "cicatri", "contraception", "cortiso", "depress", "diabet", "diagnosti", "douleur",
    "douloureu", "enceinte", "entorse", "epilep", "fausse couche", "fibromyalg", "fievre", "fractur", "grossesse", "handicap",
    "hernie", "hopita", "hospitali", "hypertens", "infect", "inflamma", "insomni", "invalidit", "lombalgi", "malad", "medecin",
    "medica", "menopaus", "menstru", "migrain", "nevralgi", "obes", "ordonnance", "operation chirurg", "opere", "pacemaker",
    "patholog", "phlebit", "phobi", "prothes", "psychiatr", "psychotrop", "radiotherap", "sante", "scanner", "sciatiqu", "scolios",
    "sclerose", "stimulateur", "suicid", "surpoids", "symptom", "tabac", "tendinit", "tension arterielle", "thyroid", "traitement",
    "traumatis", "trouble", "vaccin", "varic", "vertige",
)  # fmt: skip
_WHOLE = frozenset(
    {"bpco", "burn out", "burnout", "covid", "ivg", "mal", "maux", "regles", "souffrez", "souffrance", "tdah", "vih"}
)


def suspects(text: str) -> list[str]:
    """The words of `text` that suggest health, as they stand in it, each once."""
    words = [(word, fold(word)) for word in text.replace("’", " ").replace("'", " ").replace("-", " ").split()]
    found: dict[str, str] = {}
    for place, (word, folded) in enumerate(words):
        following = words[place + 1][1] if place + 1 < len(words) else ""
        pair = f"{folded} {following}".strip()
        if folded in _WHOLE or any(folded.startswith(entry) for entry in _BEGINNINGS if " " not in entry):
            found.setdefault(folded, _bare(word))
        elif following and (pair in _WHOLE or any(pair.startswith(entry) for entry in _BEGINNINGS if " " in entry)):
            found.setdefault(pair, _bare(f"{word} {words[place + 1][0]}"))
    return list(found.values())


def _bare(word: str) -> str:
    return word.strip(' ,;:.!?…()«»"\u00a0\u202f')
