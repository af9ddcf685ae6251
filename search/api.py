"""`/api/v1/practitioners/` and `/api/v1/suggest/`."""

from ninja import Router

router = Router(tags=["search"])
