"""Payments change by steps that are kept, rates are announced; what is asked to be paid after the booking.

The SQL is `booking/payment_states_sql.py` as it was then.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.triggers import append_only

# No status but by a step of the table of booking/payment_states.py.
LEGAL = """
create or replace function booking_legal_payment_step() returns trigger language plpgsql as $$
begin
    if (old.status, new.status) not in (
        ('authorised', 'paid'),
        ('authorised', 'released'),
        ('authorised', 'releasing'),
        ('creating', 'authorised'),
        ('creating', 'expired'),
        ('creating', 'failed'),
        ('creating', 'open'),
        ('creating', 'paid'),
        ('creating', 'released'),
        ('expired', 'authorised'),
        ('expired', 'paid'),
        ('failed', 'paid'),
        ('open', 'authorised'),
        ('open', 'expired'),
        ('open', 'paid'),
        ('open', 'released'),
        ('releasing', 'paid'),
        ('releasing', 'released')
    ) then
        raise exception 'payment %: % to % is no transition', old.id, old.status, new.status
            using errcode = 'check_violation', constraint = 'legal_payment_step';
    end if;
    return new;
end $$;
create trigger booking_payment_legal before update of status on booking_payment for each row
    when (old.status is distinct from new.status) execute function booking_legal_payment_step();
"""
NOT_LEGAL = "drop trigger booking_payment_legal on booking_payment; drop function booking_legal_payment_step();"
# Asked at commit, so that the event may be written after the row. A new row has no step behind it.
RECORDED = """
create function booking_payment_step_is_recorded() returns trigger language plpgsql as $$
begin
    if not exists (
        select from booking_paymentevent
        where payment_id = new.id and before = old.status and after = new.status and written_in = txid_current()
    ) then
        raise exception 'payment %: % to % has no event', old.id, old.status, new.status
            using errcode = 'integrity_constraint_violation', constraint = 'every_payment_step_is_recorded';
    end if;
    return null;
end $$;
create constraint trigger booking_payment_recorded after update of status on booking_payment
    deferrable initially deferred for each row
    when (old.status is distinct from new.status) execute function booking_payment_step_is_recorded();
"""
NOT_RECORDED = """
drop trigger booking_payment_recorded on booking_payment;
drop function booking_payment_step_is_recorded();
"""
# What was asked for does not change under who pays it.
ASKED = """
create function booking_payment_keeps_its_terms() returns trigger language plpgsql as $$
begin
    raise exception 'payment %: its amount, fee, account and appointment never change', old.id
        using errcode = 'check_violation', constraint = 'a_payment_keeps_its_terms';
end $$;
create trigger booking_payment_terms before update of amount_cents, fee_cents, account_id, appointment_id, link_id
    on booking_payment for each row
    when ((old.amount_cents, old.fee_cents, old.account_id, old.appointment_id, old.link_id)
          is distinct from (new.amount_cents, new.fee_cents, new.account_id, new.appointment_id, new.link_id))
    execute function booking_payment_keeps_its_terms();
"""
NOT_ASKED = """
drop trigger booking_payment_terms on booking_payment;
drop function booking_payment_keeps_its_terms();
"""
# The first of all may say what was so already. A minute for the way from the clock of the program to that of the database.
RATES = """
create function booking_rates_are_announced() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and old.valid_from <= statement_timestamp() then
        raise exception 'fee rate of %: in force, it never changes', old.valid_from
            using errcode = 'check_violation', constraint = 'a_rate_in_force_never_changes';
    end if;
    if tg_op <> 'DELETE' and new.valid_from < statement_timestamp() - interval '1 minute'
       and exists (select from booking_feerate) then
        raise exception 'fee rate of %: a rate does not begin in the past', new.valid_from
            using errcode = 'check_violation', constraint = 'a_rate_begins_in_the_future';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger booking_feerate_announced before insert or update or delete on booking_feerate
    for each row execute function booking_rates_are_announced();
"""
NOT_RATES = """
drop trigger booking_feerate_announced on booking_feerate;
drop function booking_rates_are_announced();
"""

class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0016_invoices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PaymentEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(max_length=12)),
                ('before', models.CharField(max_length=10)),
                ('after', models.CharField(max_length=10)),
                ('at', models.DateTimeField()),
                ('detail', models.CharField(blank=True, max_length=200)),
                ('written_in', models.BigIntegerField(db_default=models.Func(function='txid_current', output_field=models.BigIntegerField()), editable=False, help_text='the transaction: the database checks that a status never changes without its event')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PaymentLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=32, unique=True)),
                ('amount_cents', models.PositiveIntegerField()),
                ('message', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='payment',
            name='one_live_payment_an_appointment',
        ),
        migrations.AddField(
            model_name='appointment',
            name='fee_each_payment',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='feerate',
            name='each_payment',
            field=models.BooleanField(default=False, help_text='On each payment, of what it pays. Otherwise once an appointment, of its whole price, on the first payment.', verbose_name='taken on each online payment'),
        ),
        migrations.AlterField(
            model_name='stripeaccount',
            name='requirements',
            field=models.JSONField(blank=True, default=list, help_text='what Stripe still asks: {what, waits_for, due, overdue, blocks}'),
        ),
        migrations.AddField(
            model_name='paymentevent',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='booking.payment'),
        ),
        migrations.AddField(
            model_name='paymentlink',
            name='appointment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payment_links', to='booking.appointment'),
        ),
        migrations.AddField(
            model_name='paymentlink',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='payment',
            name='link',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='booking.paymentlink'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(('link', None), ('status__in', ['creating', 'open', 'authorised', 'paid'])), fields=('appointment',), name='one_live_payment_an_appointment'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['creating', 'open', 'authorised', 'paid'])), fields=('link',), name='one_live_payment_a_link'),
        ),
        migrations.AddConstraint(
            model_name='paymentlink',
            constraint=models.CheckConstraint(condition=models.Q(('amount_cents__gt', 0)), name='a_link_is_of_something'),
        ),
        migrations.AddConstraint(
            model_name='paymentlink',
            constraint=models.UniqueConstraint(condition=models.Q(('paid_at', None), ('withdrawn_at', None)), fields=('appointment',), name='one_open_link_an_appointment'),
        ),
        append_only("booking_paymentevent"),
        migrations.RunSQL(LEGAL, NOT_LEGAL),
        migrations.RunSQL(RECORDED, NOT_RECORDED),
        migrations.RunSQL(ASKED, NOT_ASKED),
        migrations.RunSQL(RATES, NOT_RATES),
    ]
