"""Extensions that the project relies on, and the function behind every append-only table."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

from common.triggers import FUNCTION, append_only


class Migration(migrations.Migration):
    dependencies = [("common", "0001_initial")]
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(FUNCTION, "drop function refuse_change()"),
        append_only("common_readinglog"),
    ]
