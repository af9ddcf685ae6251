"""`make demo`: the same parts as production on embedded services, with every role one click away."""

from config.settings.base import *  # noqa: F403
from config.settings.base import CONTENT_SECURITY_POLICY, INSTALLED_APPS, STORAGES, env

DEMO = True
INSTALLED_APPS = ["demo", *INSTALLED_APPS]
SECRET_KEY = env("SECRET_KEY", default="demo-only-not-a-secret-" + "x" * 40)
ALLOWED_HOSTS = ["*"]
STRIPE_API_KEY = env("STRIPE_API_KEY", default="sk_test_demo")
STRIPE_WEBHOOK_SECRET = env("STRIPE_WEBHOOK_SECRET", default="whsec_demo")
STRIPE_API_BASE = env("STRIPE_API_BASE", default="http://127.0.0.1:12111")
EMAIL_BACKEND = "demo.mailbox.MailboxBackend"
# The family's calendar that the demo's practitioner linked is served by the demo itself.
CALENDARS_MAY_BE_PRIVATE = True
SMS_PROVIDER = "demo.mailbox.SmsMailbox"
FIELD_KEYS = ["demo-only-field-key"]
# The hosted payment page is the stand-in's, on a port of this machine.
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += ["http://127.0.0.1:*", "http://localhost:*"]
# The names of production's static files, without compressing a thousand of them before the first page is seen.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
# Pages hold their trap address, as in production; nobody's mail server answers for that name.
CANARY_DOMAIN = env("CANARY_DOMAIN", default="piege.exemple.fr")
# Who the demo's invoices come from: the legal mentions of its content say the same.
PLATFORM_IDENTITY = {
    "name": "Jupi’Terre",
    "legal_form": "SARL au capital de 2\u00a0000\u00a0€, RCS Toulon 900\u00a0457\u00a0466",
    "street": "1 avenue de la Démonstration",
    "postal_code": "83400",
    "town": "Hyères",
    "siret": "90045746600010",
    "vat_number": "FR10900457466",
    "email": "facturation@exemple.fr",
}
