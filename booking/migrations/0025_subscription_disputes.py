"""Withdrawing from a subscription, what the operator gives back of one, and what a subscriber contests at the bank.

The SQL is `booking/subscription_sql.py` as it was then.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Money that came once a subscription was over went back under the operator's name until here: nobody had decided it.
UNDECIDED = """
drop trigger booking_subscriptionrefund_terms on booking_subscriptionrefund;
update booking_subscriptionrefund set cause = 'over' where cause = 'goodwill';
create trigger booking_subscriptionrefund_terms before update on booking_subscriptionrefund for each row
    when ((old.payment_id, old.amount_cents, old.cause, old.ordered_at, old.decided_by_id, old.reason)
          is distinct from (new.payment_id, new.amount_cents, new.cause, new.ordered_at, new.decided_by_id, new.reason)
          or old.credit_note_id is not null and new.credit_note_id is distinct from old.credit_note_id)
    execute function refuse_change();
"""
DECIDED = """
drop trigger booking_subscriptionrefund_terms on booking_subscriptionrefund;
update booking_subscriptionrefund set cause = 'goodwill' where cause = 'over';
create trigger booking_subscriptionrefund_terms before update on booking_subscriptionrefund for each row
    when ((old.payment_id, old.amount_cents, old.cause, old.ordered_at)
          is distinct from (new.payment_id, new.amount_cents, new.cause, new.ordered_at)
          or old.credit_note_id is not null and new.credit_note_id is distinct from old.credit_note_id)
    execute function refuse_change();
"""
DISPUTES = """
create trigger booking_subscriptiondispute_terms before update on booking_subscriptiondispute for each row
    when ((old.payment_id, old.dispute_id, old.amount_cents, old.opened_at)
          is distinct from (new.payment_id, new.dispute_id, new.amount_cents, new.opened_at)
          or old.stripe_fee_cents is not null and new.stripe_fee_cents is distinct from old.stripe_fee_cents)
    execute function refuse_change();
create trigger booking_subscriptiondispute_kept before delete on booking_subscriptiondispute
    for each row execute function refuse_change();
"""
NO_DISPUTES = """
drop trigger booking_subscriptiondispute_kept on booking_subscriptiondispute;
drop trigger booking_subscriptiondispute_terms on booking_subscriptiondispute;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0024_payout_line_intent'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SubscriptionDispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dispute_id', models.CharField(max_length=64, unique=True)),
                ('status', models.CharField(choices=[('warning_needs_response', 'Question of the bank, to be answered'), ('warning_under_review', 'Question of the bank, answered'), ('warning_closed', 'Question of the bank, closed'), ('needs_response', 'To be answered'), ('under_review', 'Being examined by the bank'), ('won', 'Won'), ('lost', 'Lost'), ('prevented', 'Prevented')], max_length=24, verbose_name='state')),
                ('reason', models.CharField(blank=True, help_text="by Stripe's names", max_length=40)),
                ('amount_cents', models.PositiveIntegerField()),
                ('evidence_due_by', models.DateTimeField(blank=True, null=True)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('read_at', models.DateTimeField(help_text='when Stripe was last asked')),
                ('stripe_fee_cents', models.PositiveIntegerField(blank=True, help_text='empty until Stripe tells it', null=True)),
            ],
            options={
                'ordering': ['-opened_at', '-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='withdrawal',
            name='an_unknown_contract_has_no_appointment',
        ),
        migrations.AddField(
            model_name='subscriptionrefund',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='subscriptionrefund',
            name='reason',
            field=models.CharField(blank=True, help_text='the operator’s, which the subscriber reads', max_length=300),
        ),
        migrations.AddField(
            model_name='withdrawal',
            name='subscription',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawals', to='booking.servicesubscription'),
        ),
        migrations.AddField(
            model_name='withdrawalstep',
            name='subscription',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='booking.servicesubscription'),
        ),
        migrations.AlterField(
            model_name='ledgertransaction',
            name='kind',
            field=models.CharField(choices=[('payment', 'Payment by the client'), ('fee', 'Service fee'), ('stripe_fee', 'Stripe’s processing fee'), ('refund', 'Refund to the client'), ('refund_failed', 'Refund that came back'), ('fee_return', 'Service fee given back'), ('payout', 'Payout to the practitioner’s bank'), ('payout_failed', 'Payout that came back'), ('dispute', 'Disputed payment'), ('dispute_fee', 'Stripe’s dispute fee'), ('dispute_won', 'Dispute won'), ('subscription', 'Subscription to a paid service'), ('sub_refund', 'Refund of a subscription'), ('sub_dispute', 'Disputed payment of a subscription'), ('invoiced', 'Invoiced to the practitioner'), ('settled', 'Invoice paid by the practitioner'), ('credited', 'Credit note to the practitioner'), ('correction', 'Correction')], max_length=16, verbose_name='movement'),
        ),
        migrations.AlterField(
            model_name='subscriptionrefund',
            name='cause',
            field=models.CharField(choices=[('withdrawal', 'Withdrawal within 14 days'), ('goodwill', 'Decided by the operator'), ('over', 'Paid once the subscription was over')], max_length=12),
        ),
        migrations.RunSQL(UNDECIDED, DECIDED),
        migrations.AddConstraint(
            model_name='subscriptionrefund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cause', 'goodwill'), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='a_gesture_has_its_author_and_reason'),
        ),
        migrations.AddConstraint(
            model_name='withdrawal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('appointment', None), ('known', 'not'), ('standing', 'unknown'), ('subscription', None)), models.Q(models.Q(('standing', 'unknown'), _negated=True), models.Q(('known', 'not'), _negated=True), ('appointment__isnull', False), ('subscription', None)), models.Q(models.Q(('standing', 'unknown'), _negated=True), models.Q(('known', 'not'), _negated=True), ('appointment', None), ('subscription__isnull', False)), _connector='OR'), name='one_withdraws_from_one_contract'),
        ),
        migrations.AddField(
            model_name='subscriptiondispute',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='booking.subscriptionpayment'),
        ),
        migrations.AddConstraint(
            model_name='subscriptiondispute',
            constraint=models.CheckConstraint(condition=models.Q(('amount_cents__gt', 0)), name='a_contested_period_is_of_something'),
        ),
        migrations.RunSQL(DISPUTES, NO_DISPUTES),
    ]
