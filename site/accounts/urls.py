"""`/compte/`: signing in (django-allauth's views at French addresses) and one's own details."""

from collections.abc import Callable
from functools import wraps

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path

from accounts.views import account as own
from accounts.views import readings


def _422(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """allauth answers 200 to a refused form; the right status is 422."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if request.method == "POST" and response.status_code == 200 and getattr(form, "errors", None):
            response.status_code = 422
        return response

    return wrapped


def _path(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    return path(route, _422(view), name=name)


urlpatterns = [
    path("bienvenue/", own.welcome, name="account_welcome"),
    path("coordonnees/", own.profile, name="account_profile"),
    path("acces/", readings.readings, name="account_readings"),
    _path("connexion/", account.login, "account_login"),
    _path("connexion/code/", account.request_login_code, "account_request_login_code"),
    _path("connexion/code/saisie/", account.confirm_login_code, "account_confirm_login_code"),
    _path("deconnexion/", account.logout, "account_logout"),
    _path("inactif/", account.account_inactive, "account_inactive"),
    _path("inscription/", account.signup, "account_signup"),
    _path("identite/", account.reauthenticate, "account_reauthenticate"),
    _path("adresse/", account.email, "account_email"),
    _path("adresse/envoyee/", account.email_verification_sent, "account_email_verification_sent"),
    re_path(r"^adresse/confirmer/(?P<key>[-:\w]+)/$", _422(account.confirm_email), name="account_confirm_email"),
    _path("mot-de-passe/", account.password_change, "account_change_password"),
    _path("mot-de-passe/choisir/", account.password_set, "account_set_password"),
    _path("mot-de-passe/oublie/", account.password_reset, "account_reset_password"),
    _path("mot-de-passe/oublie/envoye/", account.password_reset_done, "account_reset_password_done"),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        _422(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    _path("mot-de-passe/enregistre/", account.password_reset_from_key_done, "account_reset_password_from_key_done"),
    _path("securite/", mfa.index, "mfa_index"),
    _path("securite/code/", mfa.authenticate, "mfa_authenticate"),
    _path("securite/confirmer/", mfa.reauthenticate, "mfa_reauthenticate"),
    _path("securite/application/activer/", totp.activate_totp, "mfa_activate_totp"),
    _path("securite/application/retirer/", totp.deactivate_totp, "mfa_deactivate_totp"),
    _path("securite/codes/", recovery.view_recovery_codes, "mfa_view_recovery_codes"),
    _path("securite/codes/nouveaux/", recovery.generate_recovery_codes, "mfa_generate_recovery_codes"),
    _path("securite/codes/telecharger/", recovery.download_recovery_codes, "mfa_download_recovery_codes"),
    _path("securite/cles/", webauthn.list_webauthn, "mfa_list_webauthn"),
    _path("securite/cles/ajouter/", webauthn.add_webauthn, "mfa_add_webauthn"),
    _path("securite/cles/confirmer/", webauthn.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    _path("securite/cles/connexion/", webauthn.login_webauthn, "mfa_login_webauthn"),
    _path("securite/cles/<int:pk>/retirer/", webauthn.remove_webauthn, "mfa_remove_webauthn"),
    _path("securite/cles/<int:pk>/nommer/", webauthn.edit_webauthn, "mfa_edit_webauthn"),
]
