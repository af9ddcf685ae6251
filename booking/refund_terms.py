"""What a refund does to each party, before it is ordered and after. Pure; cents."""

from dataclasses import dataclass

from booking.money_story import Figures


@dataclass(frozen=True)
class Consequence:
    """`amount` is what goes back to the client; `before` and `after` are what is left to the practitioner, fee deducted."""

    amount: int
    fee: int
    before: int
    after: int
    left: int

    @property
    def is_whole(self) -> bool:
        """Nothing of what was paid online stays with the practitioner."""
        return self.left == 0

    @property
    def costs(self) -> int:
        """What the practitioner ends up paying out of pocket: at most the fee, which stays due (M4)."""
        return max(0, -self.after)


def consequence(figures: Figures, *, amount: int, refundable: int) -> Consequence:
    return Consequence(amount, figures.fee, figures.kept, figures.kept - amount, refundable - amount)
