"""What the legal team says of each activity, and what the end of personal data leaves."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.triggers import append_only, frozen_when


class Migration(migrations.Migration):

    dependencies = [
        ('legal', '0005_frozen_with_the_version'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ErasedAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('erased_at', models.DateTimeField(db_index=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='erased', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='FileToErase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('storage', models.CharField(max_length=30)),
                ('name', models.CharField(max_length=300)),
                ('asked_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('storage', 'name'), name='a_file_is_erased_once')],
            },
        ),
        migrations.CreateModel(
            name='RetentionOutcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='night')),
                ('rule', models.CharField(max_length=60, verbose_name='rule')),
                ('activity', models.CharField(max_length=60)),
                ('signature', models.CharField(max_length=64)),
                ('months', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('running', 'Running'), ('done', 'Done'), ('waiting', 'Waits for an approval'), ('braked', 'Stopped by the brake'), ('failed', 'Failed')], default='running', max_length=8, verbose_name='state')),
                ('found', models.PositiveBigIntegerField(default=0, verbose_name='found')),
                ('total', models.PositiveBigIntegerField(default=0, verbose_name='of')),
                ('held', models.PositiveBigIntegerField(default=0, verbose_name='under legal hold')),
                ('ended', models.PositiveBigIntegerField(default=0, verbose_name='ended')),
                ('error', models.CharField(blank=True, max_length=200)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'night of a retention rule',
                'ordering': ['-day', 'rule'],
                'constraints': [models.UniqueConstraint(fields=('day', 'rule'), name='a_rule_once_a_night')],
            },
        ),
        migrations.CreateModel(
            name='ErasureCertificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.PositiveBigIntegerField(editable=False, unique=True)),
                ('recorded_at', models.DateTimeField(editable=False)),
                ('commitment', models.CharField(editable=False, max_length=64)),
                ('previous_hash', models.CharField(editable=False, max_length=64)),
                ('hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('facts', models.JSONField()),
                ('outcome', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='certificate', to='legal.retentionoutcome')),
            ],
            options={
                'verbose_name': 'erasure certificate',
                'verbose_name_plural': 'erasure certificates',
                'ordering': ['sequence'],
            },
        ),
        migrations.CreateModel(
            name='ActivityVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('activity', models.SlugField(max_length=60, verbose_name='activity')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('purpose', models.TextField(max_length=600, verbose_name='purpose')),
                ('people', models.JSONField(default=list, verbose_name='people')),
                ('data', models.JSONField(default=list, verbose_name='categories of data')),
                ('legal_basis', models.TextField(max_length=600, verbose_name='legal basis')),
                ('starts', models.CharField(max_length=300, verbose_name='counted from')),
                ('months', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='kept (months)')),
                ('archive_months', models.PositiveSmallIntegerField(default=0, verbose_name='then in archive (months)')),
                ('recipients', models.JSONField(default=list, verbose_name='recipients')),
                ('transfers', models.TextField(max_length=1000, verbose_name='transfers')),
                ('security', models.TextField(max_length=2000, verbose_name='security')),
                ('reason', models.CharField(max_length=300, verbose_name='why it changes')),
                ('written_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'version of an activity',
                'verbose_name_plural': 'versions of activities',
                'ordering': ['activity', '-number'],
                'constraints': [models.UniqueConstraint(fields=('activity', 'number'), name='one_activity_version_a_number'), models.CheckConstraint(condition=models.Q(('months', None), ('months__lte', 240), _connector='OR'), name='kept_at_most_twenty_years')],
            },
        ),
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(blank=True, help_text='app_label.Model:key, where it is not about a person', max_length=120, verbose_name='object')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('opened_at', models.DateTimeField(verbose_name='since')),
                ('ends_at', models.DateTimeField(help_text='reviewed by then, and opened anew when it is still needed', verbose_name='until')),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('lifted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'legal hold',
                'verbose_name_plural': 'legal holds',
                'ordering': ['-opened_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', False), ('subject', '')), models.Q(('person', None), models.Q(('subject', ''), _negated=True)), _connector='OR'), name='a_hold_has_one_subject'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('opened_at')), models.Q(('reason', ''), _negated=True)), name='a_hold_ends_and_says_why')],
            },
        ),
        migrations.CreateModel(
            name='RetentionApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=60, verbose_name='rule')),
                ('signature', models.CharField(max_length=64)),
                ('months', models.PositiveSmallIntegerField()),
                ('seen', models.PositiveBigIntegerField(help_text='rows that the dry run counted')),
                ('up_to', models.PositiveBigIntegerField(blank=True, null=True)),
                ('valid_until', models.DateTimeField(blank=True, null=True)),
                ('approved_at', models.DateTimeField()),
                ('approved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'approval of a retention rule',
                'ordering': ['-approved_at', '-pk'],
                'indexes': [models.Index(fields=['rule', '-approved_at'], name='legal_reten_rule_c71108_idx')],
            },
        ),
        append_only("legal_activityversion"),
        append_only("legal_retentionapproval"),
        append_only("legal_erasurecertificate"),
        # A hold that was lifted is history.
        frozen_when("legal_legalhold", "old.lifted_at is not null"),
    ]
