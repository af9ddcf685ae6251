"""Money is integer cents of euro. No float ever holds an amount."""

from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"


def percent_of(cents: int, basis_points: int) -> int:
    """`basis_points` (1/100 %) of `cents`, rounded half up to the cent; `cents` is not negative."""
    if cents < 0:
        raise ValueError("an amount of money is not negative here")
    return int((Decimal(cents) * basis_points / 10_000).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def share_of(cents: int, part: int, whole: int) -> int:
    """`cents` in the proportion of `part` to `whole`, rounded half up to the cent; none is negative, `whole` is not zero."""
    if min(cents, part) < 0 or whole <= 0:
        raise ValueError("an amount of money is not negative here")
    return (2 * cents * part + whole) // (2 * whole)


def format_euros(cents: int) -> str:
    """French notation: `1 234,50 €` with no-break spaces, U+2212 for minus."""
    sign = "\u2212" if cents < 0 else ""
    euros, rest = divmod(abs(cents), 100)
    grouped = f"{euros:,}".replace(",", NBSP)
    return f"{sign}{grouped},{rest:02d}{NBSP}€"
