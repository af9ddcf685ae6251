"""Payments whose processing fee Stripe has not told yet."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0018_tax_reports'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProcessingFeeToRead',
            fields=[
                ('payment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='fee_to_read', serialize=False, to='booking.payment')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(db_index=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
            ],
        ),
    ]
