"""The operator's words for messages: versions that are only ever added."""

import datetime as dt

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from booking.models import MessageWording
from booking.notifications.kinds import Kind
from booking.notifications.wording import Words, worded


@transaction.atomic
def save(*, kind: Kind, reader: str, words: Words, author: User, now: dt.datetime) -> bool:
    """Apply from now on; messages already written stay as they are. False when nothing changes."""
    # Two who save at once are numbered one after the other.
    User.objects.select_for_update(no_key=True).get(pk=author.pk)
    if words == worded(kind.name, reader):
        return False
    rows = MessageWording.objects.filter(kind=kind.name, reader=reader)
    MessageWording.objects.create(
        kind=kind.name,
        reader=reader,
        channel=kind.channel,
        number=(rows.aggregate(last=Max("number"))["last"] or 0) + 1,
        subject=words.subject,
        heading=words.heading,
        opening=words.opening,
        closing=words.closing,
        author=author,
        created_at=now,
    )
    return True
