import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('practitioners', '0002_files_and_ownership'),
    ]

    operations = [
        TrigramExtension(),
        migrations.AddIndex(
            model_name='practitioner',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Concat(models.Value(' '), models.F('sort_name')), name='gin_trgm_ops'), fastupdate=False, name='practitioner_words'),
        ),
    ]
