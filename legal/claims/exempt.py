"""What is never checked: the sentence that every profile must say (P3), and the notices made from verified files, word for word."""

from collections.abc import Sequence
from functools import cache

from legal.claims.tokens import Token, sentences, tokens

# As the profile, the confirmation and the embedded pages print it. Catalogues may change: a test compares.
NOTICES = (
    "Cette pratique est non conventionnelle et n’est pas reconnue officiellement en France. Elle complète la médecine et ne"
    " remplace jamais un médecin, seul à établir un diagnostic et à soigner. Urgence : 15 ou 112.",
    "Les pratiques de bien-être ne sont pas reconnues comme des soins. Elles complètent et ne remplacent jamais un médecin,"
    " seul à poser un diagnostic et à traiter.",
)


@cache
def _notices() -> tuple[tuple[str, ...], ...]:
    """Sentence by sentence: somebody may copy one of them."""
    rows = []
    for notice in NOTICES:
        words = tokens(notice)
        rows += [tuple(w.form for w in words[a:b] if w.is_word) for a, b in sentences(words)]
    return tuple(rows)


def exempt_spans(words: Sequence[Token]) -> list[tuple[int, int]]:
    """Sentences that say exactly that, as places in the list of words."""
    known = _notices()
    found = []
    for first, last in sentences(list(words)):
        if tuple(w.form for w in words[first:last] if w.is_word) in known:
            found.append((first, last))
    return found
