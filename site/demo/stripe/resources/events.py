"""Events, read again: v1 snapshots and v2 notifications with their data."""

from demo.stripe.call import Call
from demo.stripe.store import Body


def retrieve(call: Call) -> Body:
    return call.fetch("event", call.path["id"])


def index(call: Call) -> Body:
    return call.page("event", "/v1/events", types=call.params.get("types"), type=call.params.get("type"))


def retrieve_v2(call: Call) -> Body:
    return call.fetch("v2.core.event", call.path["id"])


def index_v2(call: Call) -> Body:
    subject = call.params.get("object_id")
    events = call.store.find("v2.core.event", **({"related_object.id": subject} if subject else {}))
    return {"data": events[: call.params.get("limit", 20)], "next_page_url": None, "previous_page_url": None}
