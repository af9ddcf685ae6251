"""The agenda as a pure function: what the practitioner decided, what is taken, and the moment → the times that are free.

No database, no web, no words: instants are whole minutes since 1970 (UTC), local times are minutes since midnight, so that the
same code answers a page, an explanation and ten thousand random histories. `booking.agenda` reads it from the database,
`booking.slots` gives its answers in the words of the product.
"""
