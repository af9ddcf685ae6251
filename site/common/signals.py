"""Signals by which a lower app tells the higher ones, without knowing them."""

from django.dispatch import Signal

# practitioners → search. Arguments: practitioner_id. Sent when anything a visitor can search or see in a result changed.
listing_changed = Signal()
# practitioners → search, booking. Arguments: practitioner_id, reason. Sent within the transaction: receivers commit with it.
listing_suspended = Signal()
contract_ended = Signal()
# practitioners' actions → their task. Arguments: item_id. A document waits for the virus scanner; sent after the commit.
document_given = Signal()
# legal → whoever cares. Arguments: version_id.
version_published = Signal()
# practitioners → its figures. Arguments: practitioner_id, what ("view", "phone" or "message"), request. What the public did with a page.
page_used = Signal()
# practitioners → search. Arguments: practitioner_id, path, query. A person, no program, came to a page from this address of the site.
page_reached = Signal()
