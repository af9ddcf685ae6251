"""Tests: the demo app is installed (its pages are tested too), tasks run in place, mails stay in memory."""

import tempfile

from config.settings.base import LOGGING
from config.settings.demo import *  # noqa: F403

CALENDARS_MAY_BE_PRIVATE = False
SECRET_KEY = "test-" + "x" * 50
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SMS_PROVIDER = "common.sms.provider.ConsoleProvider"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
_private = tempfile.TemporaryDirectory(prefix="private-")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    # On disk, so that every storage made of these settings holds the same files: fields keep the first for ever.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": _private.name, "base_url": None},
    },
}
LOGGING["root"]["level"] = "WARNING"
# Static files are found where they are written; nothing has to be collected first.
WHITENOISE_AUTOREFRESH = True
# A machine that has a node names it in the environment; only the tests that ask for it use it.
ELASTICSEARCH_URL = ""
# Every visitor of the tests has the same address; those of the limit set it.
HOLDS_PER_ADDRESS = HOLDS_PER_ADDRESS_AND_PRACTITIONER = PAGES_PER_NETWORK = PHONES_PER_NETWORK = 0
