"""The files of the yearly declaration of the platform."""

from celery import shared_task

from booking.actions import tax_reports
from common import clock


@shared_task
def write_tax_report(report_id: int) -> None:
    tax_reports.write(report_id=report_id)


@shared_task
def write_tax_reports() -> None:
    """Files whose task was lost."""
    for report_id in tax_reports.to_write(now=clock.now()):
        tax_reports.write(report_id=report_id)
