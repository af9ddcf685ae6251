from celery import shared_task
from django.core.management import call_command


@shared_task
def publish_scheduled() -> None:
    """What an editor scheduled appears, or goes, on its day: Wagtail's own command, asked by beat."""
    call_command("publish_scheduled")
