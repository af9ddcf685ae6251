"""What a handler is given: one request, authenticated, checked and typed."""

from dataclasses import dataclass, field
from typing import Any

from demo.stripe.errors import StripeError, missing
from demo.stripe.store import Body, Store


@dataclass
class Call:
    store: Store
    public_url: str
    account: str = ""  # the connected account it acts on (`Stripe-Account`), empty for the platform
    path: dict[str, str] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)

    def fetch(self, kind: str, identifier: str, *, param: str = "id") -> Body:
        """The object, if it belongs to the account that asks."""
        found = self.store.get(identifier, kind=kind, account=self.account)
        if found is None:
            raise missing(kind.rpartition(".")[2] if kind.startswith("v2") else kind, identifier, param=param)
        return found

    def page(
        self, kind: str, url: str, *, types: list[str] | None = None, within: set[str] | None = None, **where: object
    ) -> Body:
        """A v1 list: newest first, with its cursors; parameters named in `where` filter when given."""
        chosen = {name: value for name, value in where.items() if value is not None}
        found = self.store.find(kind, account=self.account, **chosen)
        created = self.params.get("created")
        if created is not None:
            found = [body for body in found if _within(body["created"], created)]
        if types:
            found = [body for body in found if body["type"] in types]
        if within is not None:
            found = [body for body in found if body["id"] in within]
        after = self.params.get("starting_after")
        if after:
            identifiers = [body["id"] for body in found]
            if after not in identifiers:
                raise missing(kind, after, param="starting_after")
            found = found[identifiers.index(after) + 1 :]
        if self.params.get("ending_before"):
            raise StripeError("The stand-in does not page backwards.", param="ending_before")
        limit = self.params.get("limit", 10)
        if not 1 <= limit <= 100:
            raise StripeError("Invalid limit: must be between 1 and 100", param="limit")
        return {"object": "list", "data": found[:limit], "has_more": len(found) > limit, "url": url}


def _within(created: int, wanted: int | dict[str, int]) -> bool:
    if isinstance(wanted, int):
        return created == wanted
    return (
        created > wanted.get("gt", -1)
        and created >= wanted.get("gte", 0)
        and created < wanted.get("lt", created + 1)
        and created <= wanted.get("lte", created)
    )
