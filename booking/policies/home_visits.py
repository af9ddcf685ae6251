"""How far a practitioner goes for a session at the client's home: the radius that search shows, from the same point."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from places.distance import km_between
from places.models import Commune
from practitioners.models import Practitioner


@dataclass(frozen=True)
class Reach:
    """Home visits start from `base` (degrees) in `town`; no `radius_km` means that the practitioner set no limit."""

    town: str
    base: tuple[float, float] | None
    radius_km: int | None

    def km_to(self, commune: Commune) -> float | None:
        """From the base to the middle of the commune, as search measures it."""
        return km_between(self.base, (commune.latitude, commune.longitude)) if self.base else None

    def covers(self, commune: Commune) -> bool:
        distance = self.km_to(commune)
        return self.radius_km is None or distance is None or distance <= self.radius_km

    @property
    def words(self) -> str:
        if self.radius_km is None or not self.town:
            return ""
        return _("At your home, within %(km)s km of %(town)s.") % {"km": self.radius_km, "town": self.town}


def reach_of(practitioner: Practitioner) -> Reach:
    """From the main place; who only visits starts from the most populated commune of the own postal code."""
    place = practitioner.places.select_related("commune").first()
    if place is not None:
        return Reach(place.commune.short_name, (place.latitude, place.longitude), practitioner.home_radius_km)
    commune = None
    if practitioner.postal_code:
        found = Commune.objects.filter(postal_codes__contains=[practitioner.postal_code])
        commune = found.order_by("-population").first()
    if commune is None:
        return Reach("", None, practitioner.home_radius_km)
    return Reach(commune.short_name, (commune.latitude, commune.longitude), practitioner.home_radius_km)
