"""Whether the address that an account bears is read by its owner."""

from allauth.account.models import EmailAddress
from django.db.models import QuerySet

from accounts.models import User


def doubts(user: User) -> QuerySet[EmailAddress]:
    """The address the account was opened with, while nobody has confirmed it; one that the house entered is not in doubt."""
    return EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=False)


def has_doubtful_address(user: User) -> bool:
    return doubts(user).exists()
