"""What is said about the words of a match: denied, said of a doctor, asked, quoted. By clauses, as one reads."""

from collections.abc import Sequence

from legal.claims.tokens import Token

FARTHEST = 14  # words that one negation reaches

_SUBJECTS = frozenset(
    [
        "je",
        "j",
        "tu",
        "il",
        "elle",
        "on",
        "nous",
        "vous",
        "ils",
        "elles",
        "ce",
        "c",
        "cela",
        "ca",
        "celui",
        "celle",
        "ceux",
    ]
)
_BREAKS = frozenset(["mais", "car", "donc", "or", "cependant", "pourtant", "toutefois", "alors", "puisque"])
_CLITICS = frozenset(
    ["me", "m", "te", "t", "se", "s", "le", "la", "l", "les", "lui", "leur", "y", "en", "nous", "vous"]
)
_DETERMINERS = frozenset(
    [
        "le",
        "la",
        "l",
        "les",
        "un",
        "une",
        "des",
        "du",
        "de",
        "d",
        "mon",
        "ma",
        "mes",
        "votre",
        "vos",
        "notre",
        "nos",
        "son",
        "sa",
        "ses",
        "leur",
        "leurs",
        "ce",
        "cet",
        "cette",
        "ces",
        "au",
        "aux",
    ]
)
_ONLY = frozenset(["seulement", "uniquement", "simplement", "juste", "exclusivement"])
# Verbs and turns that a negation makes into an invitation: « n'hésitez pas à arrêter … », « n'attendez plus pour guérir ».
_INVITES = frozenset(
    [
        "hesite",
        "hesitez",
        "hesiter",
        "hesitons",
        "attends",
        "attendez",
        "attendre",
        "attendons",
        "manque",
        "manquez",
        "manquer",
        "tarde",
        "tardez",
        "tarder",
        "tardons",
        "oublie",
        "oubliez",
        "oublier",
        "doute",
        "doutez",
        "doutons",
        "empeche",
        "empechez",
        "empecher",
        "crains",
        "craignez",
        "craindre",
        "peur",
        "rare",
        "rares",
        "impossible",
        "interdit",
        "exclu",
        "imagine",
        "imaginez",
        "privez",
        "prive",
        "passez",
    ]
)
_COMPARED = frozenset(["contrairement", "mieux", "comme", "lieu", "plutot", "sans", "echec", "echoue", "inutile"])
_NONE = frozenset(["aucun", "aucune", "aucunement", "nullement"])
# « Il est interdit de poser un diagnostic », « fuyez quiconque prétend guérir », « au lieu de promettre ».
_AGAINST = (
    ("interdit", "de"), ("interdit", "a"), ("interdits", "de"), ("defendu", "de"), ("illegal", "de"), ("loin", "de"), ("loin", "d"),
    ("plutot", "que"), ("plutot", "qu"), ("au", "lieu"), ("mefiez", "vous"), ("mefie", "toi"), ("fuyez", "quiconque"), ("fuyez", "qui"),
    ("fuyez", "ceux"), ("fuyez", "celui"), ("fuyez", "les"), ("mefiance", "envers"), ("evitez", "quiconque"), ("refuse", "de"),
    ("abstiens", "de"), ("interdis", "de"), ("garde", "de"), ("garde", "bien"), ("hors", "de"), ("incapable", "de"), ("exclut", "tout"),
    ("exclus", "tout"), ("exclut", "toute"), ("exclus", "toute"), ("a", "aucun"), ("inutile", "d"), ("dangereux", "d"),
    ("dangereux", "de"), ("risque", "de"), ("jamais", "de"), ("jamais", "d"), ("renoncer", "a"), ("absence", "de"),
    ("pas", "question"), ("refusez", "quiconque"),
)  # fmt: skip
_PRACTITIONER_WRONG = frozenset(
    ["serieux", "honnete", "serieuse", "charlatan", "charlatans", "charlatanisme", "derive", "derives"]
)
DOCTORS = frozenset(
    [
        "medecin",
        "medecins",
        "medecine",
        "docteur",
        "docteurs",
        "psychiatre",
        "psychiatres",
        "cardiologue",
        "oncologue",
        "dermatologue",
        "gynecologue",
        "neurologue",
        "chirurgien",
        "chirurgiens",
        "chirurgienne",
        "dentiste",
        "pharmacien",
        "pharmacienne",
        "infirmier",
        "infirmiere",
        "infirmiers",
        "generaliste",
        "hopital",
        "hopitaux",
        "clinique",
        "cancerologue",
        "pediatre",
        "rhumatologue",
        "tabacologue",
        "addictologue",
        "urgences",
        "samu",
        "kinesitherapeute",
        "allergologue",
        "endocrinologue",
    ]
)
_FIRST = frozenset(["je", "j", "moi", "nous", "notre", "nos", "mon", "ma", "mes"])
_OF = frozenset(["par", "de", "du", "d", "des", "au", "aux", "avec", "chez", "aupres", "a"])
_INVERTED = frozenset(["il", "elle", "on", "ils", "elles"])


def clause(words: Sequence[Token], start: int, *, back: bool = True) -> tuple[int, int]:
    """The clause around the word at `start`: between signs and words that open another."""
    first = start
    while first > 0 and not _opens(words, first):
        first -= 1
    last = start + 1
    while last < len(words) and not _opens(words, last):
        last += 1
    return first, last


def _opens(words: Sequence[Token], place: int) -> bool:
    """Whether a new clause begins at `place`."""
    token, before = words[place], words[place - 1]
    if not token.is_word:
        return token.form not in {",", "(", ")"}
    if not before.is_word and before.form not in {",", "(", ")"}:
        return True
    if token.form in _BREAKS:
        return True
    divided = not before.is_word or before.form in {"et", "puis", "ou"}
    # « …, je guéris », « …, je ne prescris pas »: each subject speaks for itself; « nous » and « vous » may be objects.
    return divided and token.form in _SUBJECTS and not (token.form in {"nous", "vous"} and _is_object(words, place))


def _is_object(words: Sequence[Token], place: int) -> bool:
    following = words[place + 1].form if place + 1 < len(words) else ""
    return following in {"", "et", "ou"}


def denied(words: Sequence[Token], start: int, end: int) -> bool:
    """Whether the match that begins at `start` is negated where it stands."""
    first, last = clause(words, start)
    if any(w.form in _PRACTITIONER_WRONG for w in words) and any(
        w.form in {"n", "ne", "charlatan", "derive"} for w in words
    ):
        return True
    for place in range(max(first, start - FARTHEST), start):
        if _denies(words, place, start, end, last):
            return True
    return _informal(words, start, end) or _ne_inside(words, start, end, last)


def _denies(words: Sequence[Token], place: int, start: int, end: int, last: int) -> bool:
    form = words[place].form
    following = words[place + 1].form if place + 1 < len(words) else ""
    if form in {"ne", "n"}:
        return _truly(words, place, start, end, last)
    if form in {"sans", "ni"}:
        return not _apart(words, place, start)
    if form in _NONE or (
        form == "pas" and following in {"de", "d", "un", "une", "du", "des"} and not _has_ne(words, place)
    ):
        return not _apart(words, place, start)
    if form in {"non", "jamais"} and start - place <= 2 and not _apart(words, place, start):
        return following not in _ONLY
    return (form, following) in _AGAINST and not _apart(words, place, start)


def _has_ne(words: Sequence[Token], place: int) -> bool:
    return any(word.form in {"ne", "n"} for word in words[max(0, place - 6) : place])


def _apart(words: Sequence[Token], place: int, start: int) -> bool:
    """« Sans médicaments, la sophrologie guérit »: what follows the comma is another thing, unless it goes on in the same way."""
    for n in range(place + 1, start):
        if not words[n].is_word:
            following = words[n + 1].form if n + 1 < len(words) else ""
            if following not in {"sans", "ni", "de", "d", "et", "ou", "aucun", "aucune", "pas", "non"}:
                return True
    return start - place > 12


def _truly(words: Sequence[Token], place: int, start: int, end: int, last: int) -> bool:
    """« ne … » denies, unless it restricts (« ne … que »), adds (« ne … pas seulement ») or invites (« n'hésitez pas à »)."""
    if place and words[place - 1].form == "non":
        return True
    forms = [word.form for word in words[place + 1 : last]]
    if "pourquoi" in {word.form for word in words[max(0, place - 2) : place]}:
        return False
    here = start - place - 1
    before = forms[:here]
    if _INVITES & set(before[:6]):
        return False
    if _ONLY & set(forms[: here + 4]):
        at = next(n for n, form in enumerate(forms) if form in _ONLY)
        if at and forms[at - 1] in {"pas", "plus"}:
            return False
    for n, form in enumerate(forms[: max(here + (end - start) + 3, 6)]):
        if form not in {"que", "qu"}:
            continue
        denies = {"pas", "plus", "jamais", "aucun", "aucune", "rien", "nullement"} & set(forms[:n])
        if not denies and n <= here + (end - start) + 1:
            # « je ne guéris que … », « je ne fais que soigner »
            return bool({"avant", "craindre", "sans"} & {word.form for word in words[max(0, place - 3) : place]})
        if forms[n - 1] in {"pas", "plus"} and (
            n >= here or {"fais", "fait", "faire", "font", "faisons"} & set(forms[:n])
        ):
            return False
    return True


def _informal(words: Sequence[Token], start: int, end: int) -> bool:
    """« ça guérit pas », « soigne aucune maladie »."""
    after = [word.form for word in words[start + 1 : start + 3]]
    if after[:1] and after[0] in {"pas", "jamais", "aucune", "aucun", "rien"}:
        return not (len(after) > 1 and (after[1] in _ONLY or after[1] in {"que", "qu"}))
    return False


def _ne_inside(words: Sequence[Token], start: int, end: int, last: int) -> bool:
    """The match begins before the verb that is denied: « mes séances ne se substituent jamais … »."""
    for place in range(start + 1, min(end, last)):
        if words[place].form in {"ne", "n"} and place + 1 < end:
            return _truly(words, place, end - 1, end, last)
    return False


def said_of_a_doctor(words: Sequence[Token], start: int, end: int) -> bool:
    """A doctor does it (« consultez votre médecin, qui soigne ») or did it (« un diagnostic posé par le neurologue »)."""
    first, last = clause(words, start)
    for place in range(start - 1, first - 1, -1):
        form = words[place].form
        if form in _FIRST:
            break
        if form in DOCTORS:
            before = {word.form for word in words[max(first, place - 4) : place]}
            behind = {word.form for word in words[place + 1 : start]}
            return not ((_COMPARED | {"ne", "n"}) & (before | behind))
    for place in range(start + 1, min(last, end + 7)):
        if words[place].form in DOCTORS:
            near = [word.form for word in words[max(start, place - 4) : place]]
            return bool(_OF & set(near)) and not (_COMPARED | {"que"}) & set(near)
    return False


def asked(words: Sequence[Token], start: int, end: int) -> bool:
    """« La sophrologie soigne-t-elle … ? », « Est-ce que l'hypnose guérit ? »: a question says nothing yet."""
    if not words or words[-1].form != "?":
        return False
    forms = [word.form for word in words]
    if forms[:2] == ["est", "ce"]:
        return True
    after = forms[start + 1 : start + 3]
    inverted = (after[:1] and after[0] in _INVERTED) or (len(after) > 1 and after[0] == "t" and after[1] in _INVERTED)
    if inverted:
        return True
    return any(
        forms[n] in {"peut", "doit", "faut", "pourrait", "dois", "puis", "peux", "pouvez", "devez"}
        and n + 1 < len(forms)
        and forms[n + 1] in _INVERTED | {"je", "vous", "tu"}
        for n in range(max(0, start - 5), start)
    )
