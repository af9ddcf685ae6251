"""Registers of breaches and of disclosures end five years after what they are about was closed: the nightly run erases them."""

from django.db import migrations

from common.triggers import ended_by_retention


class Migration(migrations.Migration):
    dependencies = [("legal", "0015_report_complaints"), ("common", "0007_ends_and_addresses")]

    operations = [
        ended_by_retention("legal_breachevent"),
        ended_by_retention("legal_disclosure", "frozen", "old.decided_at is not null"),
    ]
