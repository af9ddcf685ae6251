import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402 (settings first)

# All the views, before the server forks: a worker's first visitor would wait for them.
get_resolver().url_patterns  # noqa: B018 (reading it loads them)
