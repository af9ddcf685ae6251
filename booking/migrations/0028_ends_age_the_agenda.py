"""An announced end of a contract closes the agenda from its day on."""

from django.db import migrations

from booking import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0027_own_documents"),
        ("practitioners", "0009_ends_of_contracts"),
    ]

    operations = [
        triggers.ages("practitioners_contractend", "frame", when="old.status is distinct from new.status"),
    ]
