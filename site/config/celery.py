"""The Celery application: `celery -A config.celery worker`."""

import logging.config
import os

from celery import Celery, signals
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")


class Directory(Celery):  # type: ignore[misc]  # Celery has no types.
    def gen_task_name(self, name: str, module: str) -> str:
        """By the app's `tasks`, whichever of its modules holds it: a task that moves keeps its name, its queue and its schedule."""
        app_name, tasks, _ = module.partition(".tasks.")
        return str(super().gen_task_name(name, f"{app_name}.tasks" if tasks else module))


app = Directory("directory")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@signals.setup_logging.connect
def configure_logs(**kwargs: object) -> None:
    """Celery would put its own format in place of ours; being connected to this signal is what stops it."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)
