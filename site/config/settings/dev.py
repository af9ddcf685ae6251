"""Working on the code: the demo with debug pages and readable logs."""

from config.settings.base import LOGGING, STORAGES
from config.settings.demo import *  # noqa: F403

DEBUG = True
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
LOGGING["handlers"]["console"]["formatter"] = "console"
