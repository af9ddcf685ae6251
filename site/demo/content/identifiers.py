"""SIRET, VAT and telephone numbers that pass every check and belong to nobody.

SIREN numbers that start with 000 were never given out; the telephone numbers are in the range that the
regulator (Arcep) keeps for fiction: the one of fixed lines, since the library that checks numbers refuses the mobile one.
"""


def luhn_digit(digits: str) -> str:
    """The digit that makes `digits` + it valid."""
    total = 0
    for index, character in enumerate(reversed(digits)):
        value = int(character) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def is_luhn(digits: str) -> bool:
    return digits.isdigit() and luhn_digit(digits[:-1]) == digits[-1]


def siret(rank: int, establishment: int = 1) -> str:
    stem = f"000{rank:05d}"
    siren = stem + luhn_digit(stem)
    body = f"{siren}{establishment:04d}"
    return body + luhn_digit(body)


def vat_number(siret_number: str) -> str:
    siren = int(siret_number[:9])
    return f"FR{(12 + 3 * (siren % 97)) % 97:02d}{siret_number[:9]}"


def phone(rank: int) -> str:
    return f"+3319900{rank:04d}"
