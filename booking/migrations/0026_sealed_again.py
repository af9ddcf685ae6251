"""What was declared to the tax office stays as it was, and yet its seals can be renewed when keys are rotated."""

from django.db import migrations

from common.triggers import sealed_again


class Migration(migrations.Migration):
    dependencies = [("booking", "0025_subscription_disputes")]

    operations = [
        sealed_again("booking_taxreportline", "booking_taxreportline_append_only", "sealed_identity"),
        sealed_again(
            "booking_taxreport", "booking_taxreport_frozen", "sealed_file", "old.state in ('filed', 'discarded')"
        ),
    ]
