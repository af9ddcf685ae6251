"""Names in accounts end with their time: the nightly run, and nothing else, empties or erases them; figures never change."""

from django.db import migrations

from common.triggers import deleted_by_retention, emptied_by_retention, ended_by_retention


class Migration(migrations.Migration):
    dependencies = [("booking", "0029_first_messages")]

    operations = [
        emptied_by_retention(
            "booking_invoice", "frozen", "seller", "buyer", "notes", "reason", free=("paid_at",), deletes=False
        ),
        emptied_by_retention("booking_invoiceline", "append_only", "label", "detail"),
        emptied_by_retention(
            "booking_disputeanswer", "frozen", "words", "left_out", "evidence", "last_error", condition="old.state = 'sent'",
        ),
        emptied_by_retention("booking_latehold", "frozen", "reason", condition="old.closed_at is not null"),
        ended_by_retention("booking_invoicefile"),
        ended_by_retention("booking_accountssent"),
        deleted_by_retention("booking_taxreportline", "append_only_delete"),
        deleted_by_retention("booking_taxreport", "frozen_delete", "old.state in ('filed', 'discarded')"),
    ]  # fmt: skip
