"""Busy times from a CalDAV account: what changed since the last token, or the whole window."""

from booking.calendars import credentials
from booking.calendars.caldav_client import CalDavClient, key_of
from booking.calendars.expansion import expand
from booking.calendars.faults import Stale
from booking.calendars.providers import Reading, Window
from booking.models import CalendarConnection, ExternalCalendar


class CalDavProvider:
    def __init__(self, connection: CalendarConnection) -> None:
        self.connection = connection
        known = credentials.of(connection)
        self.client = CalDavClient(str(known["address"]), connection.account, str(known["password"]))

    def read(self, calendar: ExternalCalendar, window: Window, *, whole: bool) -> Reading:
        if not whole and calendar.sync_token:
            try:
                return self._changes(calendar, window)
            except Stale:
                # A token that is not known any more says nothing of what was deleted: all of it is read again.
                pass
        return self._whole(calendar, window)

    def _changes(self, calendar: ExternalCalendar, window: Window) -> Reading:
        changes = self.client.changes(calendar.href, calendar.sync_token)
        reading = Reading(sync_token=changes.token, gone={key_of(href) for href in changes.gone})
        self._expand(calendar, list(changes.changed), window, reading)
        return reading

    def _whole(self, calendar: ExternalCalendar, window: Window) -> Reading:
        # The token first: what changes while the window is read is then found by the next reading.
        reading = Reading(whole=True, sync_token=self.client.token(calendar.href))
        self._expand(calendar, self.client.between(calendar.href, window.since, window.until), window, reading)
        return reading

    def _expand(self, calendar: ExternalCalendar, hrefs: list[str], window: Window, reading: Reading) -> None:
        for href, etag, text in self.client.events(calendar.href, hrefs):
            key = key_of(href)
            if text is None:
                reading.gone.add(key)
                continue
            reading.etags[key] = etag
            reading.resources[key] = expand(
                text,
                zone=window.zone,
                since=window.since,
                until=window.until,
                titles=self.connection.show_titles,
            )

    def revoke(self) -> None:
        """A password of an application is withdrawn by its owner; the page says so."""

    def close(self) -> None:
        self.client.close()
