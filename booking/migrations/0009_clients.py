"""Messages, requests and imports of clients."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.triggers import append_only, no_update


class Migration(migrations.Migration):

    dependencies = [
        ("booking", "0008_intake"),
        ('practitioners', '0004_sessions_in_full'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='refund',
            name='cause',
            field=models.CharField(choices=[('client', 'Cancelled by the client'), ('practitioner', 'Cancelled by the practitioner'), ('late', 'Paid after the time was gone'), ('request', 'Asked by the client, granted by the practitioner')], max_length=12),
        ),
        migrations.CreateModel(
            name='ClientImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True, help_text='the file, decoded; empty once applied')),
                ('digest', models.CharField(help_text="SHA-256 of the file's bytes", max_length=64)),
                ('encoding', models.CharField(max_length=12)),
                ('delimiter', models.CharField(max_length=1)),
                ('columns', models.JSONField(default=list, help_text='for each column of the file, the field it fills or an empty text')),
                ('has_heading', models.BooleanField(default=True)),
                ('uploaded_at', models.DateTimeField()),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
                ('created_count', models.PositiveIntegerField(default=0)),
                ('updated_count', models.PositiveIntegerField(default=0)),
                ('skipped_count', models.PositiveIntegerField(default=0)),
                ('practitioner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='client_imports', to='practitioners.practitioner')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ClientRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=12, unique=True)),
                ('kind', models.CharField(choices=[('refund', 'Refund'), ('withdrawal', 'Withdrawal'), ('complaint', 'Complaint'), ('after_sale', 'After the session')], max_length=12, verbose_name='what it is about')),
                ('state', models.CharField(choices=[('open', 'Waiting for an answer'), ('answered', 'Answered'), ('closed', 'Closed'), ('unresolved', 'Unresolved: mediator')], default='open', max_length=12, verbose_name='state')),
                ('opened_at', models.DateTimeField(verbose_name='opened')),
                ('answer_by', models.DateTimeField(help_text="without an answer by then, the mediator's details are shown")),
                ('answered_at', models.DateTimeField(blank=True, help_text="the practitioner's last answer", null=True)),
                ('ended_at', models.DateTimeField(blank=True, help_text='closed, or found unresolved', null=True)),
                ('reminded_days', models.PositiveSmallIntegerField(default=0, help_text='the last reminder sent, in days from opening')),
                ('mediator', models.CharField(blank=True, max_length=160)),
                ('mediator_contact', models.CharField(blank=True, max_length=200)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='client_requests', to='booking.appointment')),
            ],
            options={
                'verbose_name': "client's request",
                'verbose_name_plural': "clients' requests",
                'ordering': ['-opened_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ClientRequestEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('opened', 'Request received'), ('reminded', 'Practitioner reminded'), ('answered', 'Answer of the practitioner'), ('refunded', 'Refund granted'), ('refused', 'Refused'), ('added', 'Added by the client'), ('closed', 'Closed by the client'), ('unresolved', 'Found unresolved by the client'), ('silent', 'No answer in time')], max_length=12)),
                ('by', models.CharField(choices=[('client', 'the client'), ('practitioner', 'the practitioner'), ('system', 'the platform')], max_length=12)),
                ('at', models.DateTimeField()),
                ('number', models.PositiveSmallIntegerField(default=0, help_text='of a reminder: its days')),
                ('amount_cents', models.PositiveIntegerField(default=0, help_text='of a refund')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('refund', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='booking.refund')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='booking.clientrequest')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ClientRequestWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000)),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='words', to='booking.clientrequestevent')),
            ],
        ),
        migrations.CreateModel(
            name='ClientThread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('last_at', models.DateTimeField(db_index=True, help_text='of the last message: the exchange is erased a year later')),
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='thread', to='booking.clientrecord')),
            ],
        ),
        migrations.CreateModel(
            name='ClientMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by', models.CharField(choices=[('client', 'the client'), ('practitioner', 'the practitioner')], max_length=12)),
                ('text', models.TextField(max_length=2000, verbose_name='message')),
                ('sent_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(blank=True, help_text='when the other side opened the thread', null=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='booking.clientthread')),
            ],
            options={
                'ordering': ['sent_at', 'pk'],
            },
        ),
        migrations.AddIndex(
            model_name='clientrequest',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['opened_at'], name='requests_to_remind'),
        ),
        migrations.AddConstraint(
            model_name='clientrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('appointment', 'kind'), name='one_open_request_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='clientrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['closed', 'unresolved']), ('ended_at__isnull', False)), models.Q(('state__in', ['open', 'answered']), ('ended_at', None)), _connector='OR'), name='an_ended_request_has_its_moment'),
        ),
        migrations.AddConstraint(
            model_name='clientrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'answered'), _negated=True), ('answered_at__isnull', False), _connector='OR'), name='an_answer_has_its_moment'),
        ),
        migrations.AddConstraint(
            model_name='clientrequestevent',
            constraint=models.UniqueConstraint(condition=models.Q(('what', 'reminded')), fields=('request', 'number'), name='one_reminder_of_each_kind'),
        ),
        migrations.AddIndex(
            model_name='clientmessage',
            index=models.Index(condition=models.Q(('read_at', None)), fields=['thread', 'by'], name='messages_unread'),
        ),
        append_only("booking_clientrequestevent"),
        no_update("booking_clientrequestwords"),
    ]

