"""What a movement of a payout was paid by, so that what is learnt later finds it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0023_paid_services")]

    operations = [
        migrations.AddField(
            model_name="payoutline",
            name="payment_intent",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
    ]
