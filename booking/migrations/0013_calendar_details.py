from django.db import migrations, models

NAMES = [("none", "no name"), ("first", "first name"), ("full", "first and last name")]


class Migration(migrations.Migration):
    dependencies = [("booking", "0012_notifications")]
    operations = [
        migrations.AddField(
            model_name="calendarconnection",
            name="names",
            field=models.CharField(choices=NAMES, default="first", max_length=5, verbose_name="clients appear with"),
        ),
        migrations.AddField(
            model_name="publishedevent",
            name="sequence",
            field=models.PositiveIntegerField(default=0, help_text="SEQUENCE of what was written"),
        ),
        migrations.AddField(
            model_name="publishedevent",
            name="note_read_at",
            field=models.DateTimeField(
                blank=True, help_text="when its owner read that it was deleted", null=True
            ),
        ),
    ]
