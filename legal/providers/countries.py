"""Where data may be, and under which safeguard (GDPR, articles 44 to 49)."""

from babel import Locale
from django.utils.translation import get_language

EEA = frozenset(
    ["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"]
)  # fmt: skip
# Countries with an adequacy decision in force; for the United States, only members of the Data Privacy Framework.
ADEQUATE = frozenset(["AD", "AR", "CA", "CH", "FO", "GB", "GG", "IL", "IM", "JE", "JP", "KR", "NZ", "US", "UY"])


def name_of(code: str) -> str:
    language = "fr" if (get_language() or "fr").startswith("fr") else "en"
    return str(Locale(language).territories.get(code, code))


def choices() -> list[tuple[str, str]]:
    """Two letters each, in the order of their names; the Union first."""
    known = [str(code) for code in Locale("fr").territories]
    codes = [code for code in known if len(code) == 2 and code.isalpha() and code not in _NOWHERE]
    named = sorted((name_of(code), code) for code in codes)
    return [(code, name) for name, code in sorted(named, key=lambda pair: (pair[1] not in EEA, pair[0]))]


_NOWHERE = frozenset({"ZZ", "EU", "EZ", "UN", "QO", "XA", "XB", "XK", "AQ"})
