"""Official numbers, checked by their own arithmetic: a typing mistake is found before a human reads the file."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as WrongNumber
from stdnum.fr import siret, tva


def validate_siret(value: str) -> None:
    """Fourteen digits whose Luhn sums hold, for the SIRET and for the SIREN it begins with."""
    try:
        siret.validate(value)
    except WrongNumber as error:
        raise ValidationError(_("This SIRET is not valid: it has 14 digits, for example 732 829 320 00074.")) from error
    if " " in value or not value.isdigit():
        raise ValidationError(_("Write the SIRET without spaces."))


def validate_vat_number(value: str) -> None:
    """A French intra-community VAT number (FR, two key characters, the SIREN)."""
    if not value.upper().startswith("FR"):
        raise ValidationError(_("A French VAT number begins with FR."))
    try:
        tva.validate(value)
    except WrongNumber as error:
        raise ValidationError(_("This VAT number is not valid, for example FR40303265045.")) from error


def siren_of_vat(value: str) -> str:
    return value.replace(" ", "")[-9:]
