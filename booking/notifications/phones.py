"""Numbers that receive SMS."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

# Where fixed lines and mobiles share their numbers, either may be meant.
RECEIVING = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def mobile(number: str) -> str:
    """The E.164 number, or nothing where it cannot receive an SMS. French numbers without a prefix are those of France."""
    try:
        parsed = phonenumbers.parse(number, "FR")
    except NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.number_type(parsed) not in RECEIVING:
        return ""
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
