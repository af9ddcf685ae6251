"""What a connection needs to be let in: JSON, encrypted at rest. Erased with its row."""

import json
from typing import Any

from cryptography.fernet import InvalidToken

from booking.calendars.faults import Error, Fault
from booking.models import CalendarConnection
from common.crypto import decrypt, encrypt


def seal(values: dict[str, Any]) -> str:
    return encrypt(json.dumps(values))


def of(connection: CalendarConnection) -> dict[str, Any]:
    try:
        return dict(json.loads(decrypt(connection.secret)))
    except (InvalidToken, ValueError) as error:
        raise Fault(Error.REFUSED, "the access can no longer be deciphered") from error


def keep(connection: CalendarConnection, values: dict[str, Any]) -> None:
    """New tokens replace the old ones at once, whatever becomes of the reading that asked for them."""
    connection.secret = seal(values)
    CalendarConnection.objects.filter(pk=connection.pk).update(secret=connection.secret)
