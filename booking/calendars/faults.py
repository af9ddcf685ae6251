"""What can go wrong with a calendar elsewhere, in the terms a practitioner reads on the page of connections."""

from booking.models import CalendarConnection

Error = CalendarConnection.Error


class Fault(Exception):
    """`error` is what the practitioner is told, `detail` what support reads: neither holds an address nor a password."""

    def __init__(self, error: str, detail: str = "") -> None:
        super().__init__(f"{error}: {detail}" if detail else error)
        self.error, self.detail = error, detail


class Stale(Exception):
    """The token of the last reading is no longer accepted: the calendar is read whole."""


def of_status(status: int) -> Fault:
    """What an HTTP status that is no success means."""
    known = {401: Error.REFUSED, 403: Error.REFUSED, 404: Error.GONE, 410: Error.GONE}
    return Fault(known.get(status, Error.SERVER), f"HTTP {status}")
