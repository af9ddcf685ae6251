from celery import shared_task
from django.core.management import call_command

from common.clock import now as clock_now
from editorial.actions import letters


@shared_task
def publish_scheduled() -> None:
    """What an editor scheduled appears, or goes, on its day: Wagtail's own command, asked by beat."""
    call_command("publish_scheduled")


@shared_task
def send_letters() -> None:
    """The next messages of the letters being sent."""
    letters.send_due(now=clock_now())
