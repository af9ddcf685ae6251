"""`GET /api/v1/places/?q=`: suggestions of places, open to everyone."""

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.decorators import decorate_view

from common.api import PerAddress, Refused, TooMany, cacheable
from places import lookup

router = Router(tags=["places"])


class PlaceOut(Schema):
    """`id` is what the search's `lieu` takes; `department` is a code, empty for a région; degrees are WGS 84."""

    id: str
    name: str
    label: str
    postal_codes: list[str]
    department: str
    kind: str
    population: int
    latitude: float
    longitude: float


class PlacesOut(Schema):
    results: list[PlaceOut]


@router.get(
    "/places/",
    response={200: PlacesOut, 422: Refused, 429: TooMany},
    summary="Places that begin like what was typed",
    throttle=PerAddress("places", requests=600),
)
# The gazetteer changes with a release.
@decorate_view(cacheable(3600))
def places(
    request: HttpRequest,
    q: str = Query(
        "", max_length=200, description="A name, a postal code or a number, or their start.", example="69003"
    ),
) -> dict[str, object]:
    """Communes, départements and régions by the start of any word, postal code or number; most populated first."""
    found = lookup.autocomplete(q)
    return {
        "results": [
            {
                "id": p.id, "name": p.name, "label": p.label, "postal_codes": list(p.postal_codes), "kind": p.kind,
                "department": p.department or "", "population": p.population, "latitude": p.latitude, "longitude": p.longitude,
            }
            for p in found
        ]
    }  # fmt: skip
