"""The Contract's order (S4), and nothing else that orders results: declaration, packed rank, and the reason in words.

Lexicographic: online booking, reviews, completeness, partner software, seniority; then the practitioner's number. No text
score and no payment enters it. Both engines sort by `pack()`; the public page and each card's reason are generated from
`CRITERIA`, so that neither can tell another story.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from common import wording

PRIOR_WEIGHT = 5
DEFAULT_PRIOR_MILLI = 4000
EPOCH = dt.date(1970, 1, 1)
_SCORE_MAX, _COMPLETE_MAX, _DAY_BITS, _ID_BITS = 50, 100, 15, 32


@dataclass(frozen=True, slots=True)
class Standing:
    """The columns that decide a place. `score` in tenths (10 to 50), `completeness` in percent."""

    online: bool
    score: int
    completeness: int
    partner: bool
    listed_on: dt.date
    practitioner_id: int


def bayesian_score(ratings_sum: int, ratings_count: int, prior_milli: int) -> int:
    """Mean in tenths, rounded half up, as if `PRIOR_WEIGHT` more ratings at the prior had been left.

    `prior_milli` is in thousandths; no rating gives the prior itself. Integers only: no two machines disagree.
    """
    if ratings_count < 0 or not ratings_count <= ratings_sum <= 5 * ratings_count:
        raise ValueError("ratings are from 1 to 5")
    total = 1000 * ratings_sum + PRIOR_WEIGHT * prior_milli
    weight = 100 * (ratings_count + PRIOR_WEIGHT)
    return (2 * total + weight) // (2 * weight)


def pack(standing: Standing) -> int:
    """One integer, ascending in the Contract's order and unique: 1+6+7+1+15+32 = 62 bits, within a signed 64.

    Booking first, higher scores and completeness first, partners first, the longest listed first, the lower number first.
    """
    day = (standing.listed_on - EPOCH).days
    if not (
        0 <= standing.score <= _SCORE_MAX
        and 0 <= standing.completeness <= _COMPLETE_MAX
        and 0 <= day < 2**_DAY_BITS
        and 0 <= standing.practitioner_id < 2**_ID_BITS
    ):
        raise ValueError(f"out of the rank's range: {standing}")
    rank = 0 if standing.online else 1
    rank = rank << 6 | (_SCORE_MAX - standing.score)
    rank = rank << 7 | (_COMPLETE_MAX - standing.completeness)
    rank = rank << 1 | (0 if standing.partner else 1)
    rank = rank << _DAY_BITS | day
    return rank << _ID_BITS | standing.practitioner_id


def score_of(rank: int) -> int:
    """The score in tenths, out of a packed rank."""
    return _SCORE_MAX - (rank >> (7 + 1 + _DAY_BITS + _ID_BITS) & 63)


def sort_key(standing: Standing) -> tuple[object, ...]:
    """The rule as the Contract words it, column by column; `pack` must order as this does (a test proves it)."""
    return (*(criterion.key(standing) for criterion in CRITERIA), standing.practitioner_id)


@dataclass(frozen=True)
class Criterion:
    """`key` sorts ascending; `reason` tells a standing in words."""

    name: str
    label: str | Promise
    explanation: str | Promise
    key: Callable[[Standing], object]
    reason: Callable[[Standing], str]


def score_in_words(score: int) -> str:
    """`4,6` for 46, with the decimal sign of the language."""
    sign = "," if (get_language() or "fr").startswith("fr") else "."
    return f"{score // 10}{sign}{score % 10}"


CRITERIA: tuple[Criterion, ...] = (
    Criterion(
        "online_booking",
        gettext_lazy("Online booking"),
        gettext_lazy(
            "Practitioners with at least one service that can be booked here and opening hours come first, whether the session is "
            "paid online or on the day."
        ),
        lambda s: not s.online,
        lambda s: _("takes bookings online") if s.online else _("does not take bookings online"),
    ),
    Criterion(
        "review_score",
        gettext_lazy("Reviews"),
        gettext_lazy(
            "Then the mean of the ratings from 1 to 5, to one decimal. To keep a single five-star review from passing before forty "
            "good ones, each profile counts as if it had five more ratings equal to the mean of the whole platform; without any "
            "review, it stands at that mean."
        ),
        lambda s: -s.score,
        lambda s: _("review score %(score)s out of 5") % {"score": score_in_words(s.score)},
    ),
    Criterion(
        "completeness",
        gettext_lazy("Complete profile"),
        gettext_lazy(
            "Then how complete the profile is, in percent: portrait, presentation, services, place, training, answers to questions. "
            "Each practitioner sees what is missing."
        ),
        lambda s: -s.completeness,
        lambda s: _("profile complete at %(percent)s %%") % {"percent": s.completeness},
    ),
    Criterion(
        "partner",
        gettext_lazy("Partner software"),
        gettext_lazy(
            "Then those who use the partner software. The operator records it with a date and evidence; the practitioner sees it."
        ),
        lambda s: not s.partner,
        lambda s: _("uses the partner software") if s.partner else _("does not use the partner software"),
    ),
    Criterion(
        "listed_on",
        gettext_lazy("Seniority"),
        gettext_lazy(
            "Last, how long the practitioner has been listed here without interruption. Two practitioners listed on the same day "
            "stand in the order of their file numbers."
        ),
        lambda s: s.listed_on,
        lambda s: _("listed since %(date)s") % {"date": wording.long_date(s.listed_on, weekday=False)},
    ),
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of “why here”: the criterion, what it says of this result, in the rule's order."""

    name: str
    label: str | Promise
    text: str


def reasons(standing: Standing, reviews: int | None = None) -> list[Reason]:
    """Why a result stands where it stands, criterion by criterion, from the very columns that sorted it (S5)."""
    lines = []
    for criterion in CRITERIA:
        text = criterion.reason(standing)
        if criterion.name == "review_score" and reviews is not None:
            text += (
                " ("
                + (
                    ngettext("%(n)s review", "%(n)s reviews", reviews) % {"n": reviews}
                    if reviews
                    else _("no review yet: the platform’s mean")
                )
                + ")"
            )
        lines.append(Reason(criterion.name, criterion.label, text))
    return lines


def in_one_sentence(sort: str = "classement") -> str:
    """The line above every list of results: the criteria by name, in the order of the rule, and that nobody pays."""
    labels = [str(criterion.label)[:1].lower() + str(criterion.label)[1:] for criterion in CRITERIA]
    if sort == "distance":
        order = _("Sorted by distance, then by ranking")
    elif sort == "horaire":
        order = _("Sorted by next free time, then by ranking")
    else:
        order = _("Ranking: %(first)s, then %(others)s") % {"first": labels[0], "others": ", ".join(labels[1:])}
    return order + ". " + _("No practitioner pays to move up.")


def why(standing: Standing, reviews: int | None = None) -> str:
    """The same in one sentence."""
    # Translators: between two parts of one sentence; French has a no-break space before a semicolon.
    sentence = _("; ").join(reason.text for reason in reasons(standing, reviews))
    return sentence[:1].upper() + sentence[1:] + "."
