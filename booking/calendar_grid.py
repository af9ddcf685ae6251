"""The clock on which a practitioner's times are shown."""

from booking.local_time import PARIS
from practitioners.models import Practitioner


def zone_of(practitioner: Practitioner) -> str:
    """The zone on whose clock a practitioner's times are shown: that of the main place."""
    place = practitioner.places.select_related("commune__department").first()
    return place.timezone if place else PARIS
