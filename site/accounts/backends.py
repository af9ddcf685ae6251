"""Who signed in: allauth's way, the account read by a query whose SQL is written once."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User
from common.compiled import Compiled, Given

_ACCOUNT = Compiled(lambda: User.objects.filter(pk=Given("pk")))


class AccountBackend(AuthenticationBackend):
    def get_user(self, user_id: int) -> User | None:
        user: User | None = _ACCOUNT.first(pk=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
