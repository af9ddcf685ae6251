"""The record of transitions is append-only, in the database too."""

from django.db import migrations

from common.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("booking", "0001_initial"), ("common", "0002_database_rules")]
    operations = [append_only("booking_appointmentevent")]
