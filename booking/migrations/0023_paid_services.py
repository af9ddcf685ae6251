"""Optional paid services, the subscriptions to them and their money.

The SQL is `booking/subscription_sql.py` as it was then.
"""

import booking.models.subscription
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.triggers import append_only

VERSIONS = """
create function booking_service_version() returns trigger language plpgsql as $$
declare
    before integer;
begin
    perform 1 from booking_paidservice where id = new.service_id for no key update;
    select max(number) into before from booking_paidserviceversion where service_id = new.service_id;
    if before is not null and new.valid_from < statement_timestamp() - interval '1 minute' then
        raise exception 'service %: a price does not begin in the past', new.service_id
            using errcode = 'check_violation', constraint = 'a_price_begins_in_the_future';
    end if;
    new.number := coalesce(before, 0) + 1;
    new.terms_sha256 := encode(sha256(convert_to(new.terms, 'UTF8')), 'hex');
    return new;
end $$;
create trigger booking_paidserviceversion_numbered before insert on booking_paidserviceversion
    for each row execute function booking_service_version();
"""
NO_VERSIONS = """
drop trigger booking_paidserviceversion_numbered on booking_paidserviceversion;
drop function booking_service_version();
"""
AGREED = """
create function booking_subscription_keeps_its_terms() returns trigger language plpgsql as $$
begin
    raise exception 'subscription %: what was agreed to never changes', old.reference
        using errcode = 'check_violation', constraint = 'a_subscription_keeps_its_terms';
end $$;
create trigger booking_servicesubscription_terms before update on booking_servicesubscription for each row
    when ((old.reference, old.subscriber_id, old.service_id, old.version_id, old.service_name, old.agreed_by_id, old.agreed_at,
           old.agreement, old.starts_at_once)
          is distinct from
          (new.reference, new.subscriber_id, new.service_id, new.version_id, new.service_name, new.agreed_by_id, new.agreed_at,
           new.agreement, new.starts_at_once)
          or old.stripe_id is not null and new.stripe_id is distinct from old.stripe_id
          or old.begun_at is not null and new.begun_at is distinct from old.begun_at
          or old.withdrawn_at is not null and new.withdrawn_at is distinct from old.withdrawn_at
          or old.ended_at is not null and new.ended_at is distinct from old.ended_at)
    execute function booking_subscription_keeps_its_terms();
create trigger booking_servicesubscription_kept before delete on booking_servicesubscription
    for each row execute function refuse_change();
create trigger booking_subscriptionpayment_terms before update on booking_subscriptionpayment for each row
    when ((to_jsonb(new) - 'stripe_fee_cents' - 'invoice_id') is distinct from (to_jsonb(old) - 'stripe_fee_cents' - 'invoice_id')
          or old.stripe_fee_cents is not null and new.stripe_fee_cents is distinct from old.stripe_fee_cents
          or old.invoice_id is not null and new.invoice_id is distinct from old.invoice_id)
    execute function refuse_change();
create trigger booking_subscriptionpayment_kept before delete on booking_subscriptionpayment
    for each row execute function refuse_change();
create trigger booking_subscriptionrefund_terms before update on booking_subscriptionrefund for each row
    when ((old.payment_id, old.amount_cents, old.cause, old.ordered_at)
          is distinct from (new.payment_id, new.amount_cents, new.cause, new.ordered_at)
          or old.credit_note_id is not null and new.credit_note_id is distinct from old.credit_note_id)
    execute function refuse_change();
create trigger booking_subscriptionrefund_kept before delete on booking_subscriptionrefund
    for each row execute function refuse_change();
"""
NOT_AGREED = """
drop trigger booking_subscriptionrefund_kept on booking_subscriptionrefund;
drop trigger booking_subscriptionrefund_terms on booking_subscriptionrefund;
drop trigger booking_subscriptionpayment_kept on booking_subscriptionpayment;
drop trigger booking_subscriptionpayment_terms on booking_subscriptionpayment;
drop trigger booking_servicesubscription_kept on booking_servicesubscription;
drop trigger booking_servicesubscription_terms on booking_servicesubscription;
drop function booking_subscription_keeps_its_terms();
"""
LEGAL = """
create or replace function booking_legal_subscription_step() returns trigger language plpgsql as $$
begin
    if (old.state, new.state) not in (
        ('active', 'ended'),
        ('active', 'past_due'),
        ('creating', 'abandoned'),
        ('creating', 'active'),
        ('creating', 'open'),
        ('open', 'abandoned'),
        ('open', 'active'),
        ('past_due', 'active'),
        ('past_due', 'ended')
    ) then
        raise exception 'subscription %: % to % is no transition', old.reference, old.state, new.state
            using errcode = 'check_violation', constraint = 'legal_subscription_step';
    end if;
    return new;
end $$;
"""
RECORDED = """
create function booking_subscription_step_is_recorded() returns trigger language plpgsql as $$
begin
    if not exists (
        select from booking_subscriptionevent
        where subscription_id = new.id and before = old.state and after = new.state and written_in = txid_current()
    ) then
        raise exception 'subscription %: % to % has no event', old.reference, old.state, new.state
            using errcode = 'integrity_constraint_violation', constraint = 'every_subscription_step_is_recorded';
    end if;
    return null;
end $$;
create constraint trigger booking_servicesubscription_recorded after update of state on booking_servicesubscription
    deferrable initially deferred for each row
    when (old.state is distinct from new.state) execute function booking_subscription_step_is_recorded();
create trigger booking_servicesubscription_legal before update of state on booking_servicesubscription for each row
    when (old.state is distinct from new.state) execute function booking_legal_subscription_step();
"""
NOT_RECORDED = """
drop trigger booking_servicesubscription_legal on booking_servicesubscription;
drop trigger booking_servicesubscription_recorded on booking_servicesubscription;
drop function booking_subscription_step_is_recorded();
drop function booking_legal_subscription_step();
"""
WITHIN = """
create function booking_refund_within_the_period() returns trigger language plpgsql as $$
declare
    paid integer;
    back bigint;
begin
    select amount_cents into paid from booking_subscriptionpayment where id = new.payment_id for no key update;
    select coalesce(sum(amount_cents), 0) into back from booking_subscriptionrefund
    where payment_id = new.payment_id and status <> 'failed' and id <> new.id;
    if new.status <> 'failed' and back + new.amount_cents > paid then
        raise exception 'payment %: more is given back than was paid', new.payment_id
            using errcode = 'check_violation', constraint = 'no_more_given_back_than_paid';
    end if;
    return new;
end $$;
create trigger booking_subscriptionrefund_within before insert or update of status on booking_subscriptionrefund
    for each row execute function booking_refund_within_the_period();
"""
NOT_WITHIN = """
drop trigger booking_subscriptionrefund_within on booking_subscriptionrefund;
drop function booking_refund_within_the_period();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0022_late_payments'),
        ('practitioners', '0005_deposit_in_percent'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PaidService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='address')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('delivered_by', models.CharField(choices=[('people', 'Our team, who is written to for each paid period'), ('accounting', 'The site: last month’s accounts, sent by e-mail each month')], max_length=12, verbose_name='who does it')),
                ('is_offered', models.BooleanField(default=True, help_text='Otherwise nobody new can subscribe; those who have it keep it until they cancel.', verbose_name='offered')),
            ],
            options={
                'verbose_name': 'optional service',
                'verbose_name_plural': 'optional services',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='PaidServiceVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(db_default=0, editable=False, verbose_name='version')),
                ('valid_from', models.DateTimeField(verbose_name='for subscriptions from')),
                ('price_cents', models.PositiveIntegerField(help_text='For 9.00 € write 900.', verbose_name='price in cents, VAT included')),
                ('vat', models.CharField(choices=[('franchise', 'Not charged: small business (franchise en base, art. 293 B)'), ('standard', 'Charged at 20 %'), ('care', 'Exempt: regulated care (art. 261, 4, 1°)'), ('teaching', 'Exempt: teaching and training (art. 261, 4, 4°)')], default='standard', max_length=10, verbose_name='VAT')),
                ('interval', models.CharField(choices=[('month', 'a month'), ('year', 'a year')], max_length=5, verbose_name='paid for')),
                ('gives', models.TextField(help_text='One thing a line.', max_length=2000, verbose_name='what it gives')),
                ('terms', models.TextField(help_text='Shown before, accepted, and sent by e-mail.', max_length=20000, verbose_name='terms')),
                ('terms_sha256', models.CharField(db_default='', editable=False, max_length=64)),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='booking.paidservice', verbose_name='optional service')),
            ],
            options={
                'verbose_name': 'price and terms of an optional service',
                'verbose_name_plural': 'prices and terms of optional services',
                'ordering': ['service', '-valid_from', '-number'],
            },
        ),
        migrations.CreateModel(
            name='ServiceSubscriber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_id', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('practitioner', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='service_subscriber', to='practitioners.practitioner')),
            ],
        ),
        migrations.CreateModel(
            name='ServiceSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=booking.models.subscription.new_reference, editable=False, max_length=10, unique=True)),
                ('service_name', models.CharField(max_length=80)),
                ('agreed_at', models.DateTimeField()),
                ('agreement', models.TextField(help_text='the text of each box that was ticked, and of the button')),
                ('starts_at_once', models.BooleanField(help_text='asked for before the end of the time to withdraw')),
                ('state', models.CharField(choices=[('creating', 'Being opened'), ('open', 'Waiting for its payment'), ('active', 'Running'), ('past_due', 'A payment failed'), ('ended', 'Ended'), ('abandoned', 'Not paid')], default='creating', max_length=10, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('session_id', models.CharField(blank=True, max_length=128, null=True, unique=True)),
                ('session_url', models.URLField(blank=True, max_length=600)),
                ('session_expires_at', models.DateTimeField()),
                ('stripe_id', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('begun_at', models.DateTimeField(blank=True, null=True)),
                ('period_start', models.DateTimeField(blank=True, null=True)),
                ('period_end', models.DateTimeField(blank=True, null=True)),
                ('ends_with_period', models.BooleanField(default=False, help_text='what the subscriber wants')),
                ('told_stripe', models.BooleanField(default=True, help_text='whether Stripe was told what the subscriber wants')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('pay_url', models.URLField(blank=True, help_text="Stripe's page of the invoice that is not paid", max_length=600)),
                ('unpaid_cents', models.PositiveIntegerField(default=0)),
                ('read_at', models.DateTimeField(blank=True, help_text='when Stripe was last read', null=True)),
                ('send_to', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address of your accountant')),
                ('agreed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='booking.paidservice')),
                ('subscriber', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='booking.servicesubscriber')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='booking.paidserviceversion')),
            ],
            options={
                'verbose_name': 'subscription',
                'verbose_name_plural': 'subscriptions',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='AccountsSent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('sent_to', models.EmailField(max_length=254)),
                ('at', models.DateTimeField()),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts_sent', to='booking.servicesubscription')),
            ],
            options={
                'ordering': ['-month'],
            },
        ),
        migrations.CreateModel(
            name='SubscriptionEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(max_length=12)),
                ('before', models.CharField(max_length=10)),
                ('after', models.CharField(max_length=10)),
                ('at', models.DateTimeField()),
                ('detail', models.CharField(blank=True, max_length=200)),
                ('written_in', models.BigIntegerField(db_default=models.Func(function='txid_current', output_field=models.BigIntegerField()), editable=False)),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='booking.servicesubscription')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SubscriptionPayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stripe_invoice', models.CharField(max_length=64, unique=True)),
                ('payment_intent', models.CharField(blank=True, max_length=64)),
                ('amount_cents', models.PositiveIntegerField()),
                ('period_start', models.DateTimeField()),
                ('period_end', models.DateTimeField()),
                ('paid_at', models.DateTimeField()),
                ('stripe_fee_cents', models.PositiveIntegerField(blank=True, help_text='empty until Stripe tells it', null=True)),
                ('invoice', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='subscription_payment', to='booking.invoice')),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='booking.servicesubscription')),
            ],
            options={
                'ordering': ['-paid_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SubscriptionRefund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_cents', models.PositiveIntegerField()),
                ('cause', models.CharField(choices=[('withdrawal', 'Withdrawal within 14 days'), ('goodwill', 'Decided by the operator')], max_length=12)),
                ('status', models.CharField(choices=[('pending', 'On its way'), ('done', 'Given back'), ('failed', 'Did not go through')], default='pending', max_length=8)),
                ('refund_id', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('ordered_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('credit_note', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='subscription_refund', to='booking.invoice')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='booking.subscriptionpayment')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='paidserviceversion',
            constraint=models.UniqueConstraint(fields=('service', 'number'), name='service_versions_are_numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='paidserviceversion',
            constraint=models.CheckConstraint(condition=models.Q(('price_cents__gte', 100), ('price_cents__lte', 500000)), name='a_service_has_a_price'),
        ),
        migrations.AddIndex(
            model_name='servicesubscription',
            index=models.Index(fields=['state', 'read_at'], name='subscriptions_to_read_again'),
        ),
        migrations.AddConstraint(
            model_name='servicesubscription',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['creating', 'open', 'active', 'past_due'])), fields=('subscriber', 'service'), name='one_living_subscription_of_a_service'),
        ),
        migrations.AddConstraint(
            model_name='servicesubscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['active', 'past_due', 'ended']), _negated=True), models.Q(('begun_at__isnull', False), ('period_end__isnull', False), ('stripe_id__isnull', False)), _connector='OR'), name='what_runs_is_known_at_stripe'),
        ),
        migrations.AddConstraint(
            model_name='servicesubscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state', 'ended')), models.Q(models.Q(('state', 'ended'), _negated=True), ('ended_at', None)), _connector='OR'), name='a_subscription_ends_when_it_ended'),
        ),
        migrations.AddConstraint(
            model_name='accountssent',
            constraint=models.UniqueConstraint(fields=('subscription', 'month'), name='a_month_is_sent_once'),
        ),
        migrations.AddConstraint(
            model_name='subscriptionpayment',
            constraint=models.CheckConstraint(condition=models.Q(('amount_cents__gt', 0)), name='a_period_is_paid_something'),
        ),
        migrations.AddConstraint(
            model_name='subscriptionpayment',
            constraint=models.CheckConstraint(condition=models.Q(('period_end__gt', models.F('period_start'))), name='a_paid_period_lasts'),
        ),
        migrations.AddConstraint(
            model_name='subscriptionrefund',
            constraint=models.CheckConstraint(condition=models.Q(('amount_cents__gt', 0)), name='something_is_given_back'),
        ),
        append_only("booking_paidserviceversion"),
        append_only("booking_subscriptionevent"),
        append_only("booking_accountssent"),
        migrations.RunSQL(VERSIONS, NO_VERSIONS),
        migrations.RunSQL(AGREED, NOT_AGREED),
        migrations.RunSQL(LEGAL + RECORDED, NOT_RECORDED),
        migrations.RunSQL(WITHIN, NOT_WITHIN),
    ]
