"""The demo cards. A number is read, never kept."""

from dataclasses import dataclass

from demo.stripe.resources.charging import Card


class UnknownCard(Exception):
    """The number typed is not that of a card; the message is for the client."""


@dataclass(frozen=True)
class DemoCard:
    number: str
    title: str
    hint: str
    brand: str = "visa"
    decline_code: str = ""
    settles: str = ""
    disputed_as: str = ""
    renews: bool = True  # pays a subscription’s next months too
    confirms: bool = False  # the bank asks its client to confirm (3-D Secure)


DEMO_CARDS = (
    DemoCard("4242424242424242", "Carte acceptée", "Le paiement passe tout de suite."),
    DemoCard(
        "4000002500003155", "Carte avec confirmation", "La banque demande de confirmer (3-D Secure).", confirms=True
    ),
    DemoCard(
        "4000000000000002", "Carte refusée", "La banque refuse, rien n’est débité.", decline_code="generic_decline"
    ),
)
OTHERS = (
    DemoCard("4000000000009995", "", "", decline_code="insufficient_funds"),
    DemoCard("5555555555554444", "", "", brand="mastercard"),
    DemoCard("4000000000000341", "", "", renews=False),
    DemoCard("4000000000000085", "", "", settles="succeeded"),
    DemoCard("4000000000000093", "", "", settles="failed"),
    DemoCard("4000000000000259", "", "", disputed_as="fraudulent"),
    DemoCard("4000000000002685", "", "", disputed_as="product_not_received"),
)


def read_number(typed: str) -> tuple[Card, bool]:
    """The card, and whether its bank asks for a confirmation. Numbers that are no demo card's are refused, as in test mode."""
    number = "".join(typed.replace("-", " ").split())
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19 and _checks(number)):
        raise UnknownCard("Ce numéro de carte n’est pas valide. Exemple : 4242 4242 4242 4242.")
    known = next((card for card in DEMO_CARDS + OTHERS if card.number == number), None)
    if known is None:
        return Card("visa", number[-4:], "test_mode_live_card"), False
    card = Card(known.brand, number[-4:], known.decline_code, known.settles, known.disputed_as, renews=known.renews)
    return card, known.confirms


def _checks(number: str) -> bool:
    """Luhn's sum."""
    digits = [int(digit) for digit in reversed(number)]
    return not sum(sum(divmod(digit * 2, 10)) if place % 2 else digit for place, digit in enumerate(digits)) % 10
