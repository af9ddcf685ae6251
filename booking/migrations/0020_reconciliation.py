"""Comparisons of the ledger with everything else, kept for the operator."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0019_processing_fees'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reconciliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, help_text='empty while it runs, or when it was cut short', null=True)),
                ('lines', models.PositiveBigIntegerField(default=0)),
                ('accounts', models.PositiveIntegerField(default=0, help_text="at Stripe, the platform's included")),
                ('repaired', models.PositiveIntegerField(default=0)),
                ('count', models.PositiveIntegerField(default=0, help_text='of differences; the first ones are kept by name')),
                ('differences', models.JSONField(default=list, help_text='as `booking.ledger.differences.Difference` says them')),
                ('unanswered', models.PositiveIntegerField(default=0, help_text='accounts of which Stripe said nothing')),
            ],
            options={
                'ordering': ['-started_at'],
            },
        ),
    ]
