"""Reviews, each with the invitation that gave the right to write it."""

import datetime as dt
import itertools
import zlib

from accounts.models import User
from common import clock
from demo.content.reviews import reviews as written
from demo.seed.accounts import NO_PASSWORD
from practitioners.models import Practitioner, Review, ReviewInvitation


def reviews(people: dict[str, Practitioner]) -> int:
    """Write them all; returns how many. Authors are demo accounts that nobody signs in to."""
    now, today = clock.now(), clock.today()
    rows = [row for row in written() if row.practitioner in people]
    authors = _authors(sorted({row.author for row in rows}))
    invitations = ReviewInvitation.objects.bulk_create(
        ReviewInvitation(
            practitioner=people[row.practitioner],
            client=authors[row.author],
            reference=f"demo-{number}",
            service_name=row.service,
            happened_on=today - dt.timedelta(days=row.happened_days_ago),
        )
        for number, row in enumerate(rows, start=1)
    )
    Review.objects.bulk_create(
        Review(
            practitioner=people[row.practitioner],
            invitation=invitation,
            author_name=row.author,
            rating=row.rating,
            text=row.text,
            published_at=now - dt.timedelta(days=row.published_days_ago, minutes=zlib.crc32(row.text.encode()) % 600),
            reply=row.reply,
            replied_at=now - dt.timedelta(days=row.replied_days_ago) if row.replied_days_ago is not None else None,
        )
        for row, invitation in zip(rows, invitations, strict=True)
    )
    return len(rows)


def _authors(names: list[str]) -> dict[str, User]:
    made = User.objects.bulk_create(
        User(email=f"auteur-{number}@clients.example", first_name=name, password=NO_PASSWORD)
        for number, name in zip(itertools.count(1), names, strict=False)
    )
    return {user.first_name: user for user in made}
