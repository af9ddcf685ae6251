"""The practitioner's privacy policy that a booking was made under; what documents those were is never changed afterwards."""

import django.db.models.deletion
from django.db import migrations, models

from booking.triggers import KEEP_DOCUMENTS, LET_GO_OF_DOCUMENTS


class Migration(migrations.Migration):
    dependencies = [("booking", "0026_sealed_again"), ("legal", "0011_audits_disclosures_accessibility")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="practitioner_privacy",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="the practitioner's privacy policy that was shown: information, nothing to accept",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="legal.legalversion",
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("practitioner_privacy__isnull", False)),
                fields=["practitioner_privacy"],
                name="appointments_under_a_privacy",
            ),
        ),
        migrations.RunSQL(sql=KEEP_DOCUMENTS, reverse_sql=LET_GO_OF_DOCUMENTS),
    ]
