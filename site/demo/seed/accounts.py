"""The people who hold the roles of the demo: `<role>@demo.example`, one password, one authenticator secret."""

from functools import cache

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password

from accounts.actions import roles
from accounts.models import User
from accounts.roles import Role
from common import clock

PASSWORD = "Un-carnet-en-papier-26"  # noqa: S105 (the demo says it aloud)
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105

NO_PASSWORD = "!"  # noqa: S105 (what Django writes for nobody can sign in)

STAFF = {
    "editor": (Role.EDITOR, "Inès", "Carpentier"),
    "editor2": (Role.EDITOR, "Bastien", "Le Goff"),
    "verification": (Role.VERIFICATION, "Maud", "Lemoine"),
    "verification2": (Role.VERIFICATION, "Yann", "Le Corre"),
    "moderation": (Role.MODERATION, "Karim", "Benali"),
    "moderation2": (Role.MODERATION, "Louise", "Tessier"),
    "legal": (Role.LEGAL, "Hélène", "Vasseur"),
    "legal2": (Role.LEGAL, "Antoine", "Roussel"),
    "legal3": (Role.LEGAL, "Clémence", "Aubry"),
    "operator": (Role.OPERATOR, "Sophie", "Garnier"),
    "structure": (Role.STRUCTURE, "Nadège", "Fontaine"),
}


def address(role: str) -> str:
    return f"{role}@demo.example"


def person(email: str, first_name: str, last_name: str, *, phone: str = "") -> User:
    """An adult with a confirmed address and no password."""
    user = User.objects.create_user(
        email, None, first_name=first_name, last_name=last_name, phone=phone, adult_declared_at=clock.now()
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


@cache
def _encoded() -> str:
    """Slow on purpose, so once: they all have the same password, which the demo's page tells."""
    return make_password(PASSWORD)


def can_sign_in(user: User, *, second_factor: bool) -> User:
    user.password = _encoded()
    user.save(update_fields=["password"])
    if second_factor:
        TOTP.activate(user, TOTP_SECRET)
        RecoveryCodes.activate(user)
    return user


def staff() -> dict[str, User]:
    found = {}
    for name, (role, first, last) in STAFF.items():
        user = can_sign_in(person(address(name), first, last), second_factor=True)
        roles.grant(user=user, role=role)
        found[name] = user
    return found


def client() -> User:
    return can_sign_in(person(address("client"), "Camille", "Dubois", phone="+33199004242"), second_factor=False)
