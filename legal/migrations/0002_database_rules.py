"""What is published, accepted or decided cannot be changed, whoever asks the database."""

from django.db import migrations

from common.triggers import append_only, frozen_when, no_update


class Migration(migrations.Migration):
    dependencies = [("legal", "0001_initial"), ("common", "0002_database_rules")]
    operations = [
        append_only("legal_acceptance"),
        no_update("legal_acceptancedetail"),
        frozen_when("legal_legalversion", "old.status = 'published'"),
        # The link to a person may still be cut at the end of retention; the decision itself is final.
        frozen_when(
            "legal_report",
            "old.status = 'decided'",
            columns="reference, object_id, ground, text, status, decision, reason, rule, decided_at, decided_by_id",
            delete=False,
        ),
    ]
