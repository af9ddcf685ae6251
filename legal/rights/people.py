"""Who an account is, for every right: the account, the addresses that it proved to read, the practitioner's file."""

from allauth.account.models import EmailAddress

from accounts.models import User
from common.personal_rows import Person


def person_of(user: User) -> Person:
    """An address that was typed and never proved opens nothing: somebody else may read it."""
    known = list(EmailAddress.objects.filter(user=user).values_list("email", "verified"))
    proved = [email.lower() for email, verified in known if verified]
    if not known:
        # Made by the team or by an import, before any sign-in: the account's own address is the only one it has.
        proved = [user.email.lower()]
    practitioner = getattr(user, "practitioner", None)
    return Person(user.pk, tuple(sorted(set(proved))), practitioner.pk if practitioner else None)
