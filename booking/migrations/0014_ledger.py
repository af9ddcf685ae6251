"""The ledger: double entry that the database keeps whole, balanced and unchanged."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from booking.ledger import sql
from common.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0013_calendar_details"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerTransaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        help_text="what it records: posting it twice is one movement", max_length=120, unique=True
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("payment", "Payment by the client"),
                            ("fee", "Service fee"),
                            ("stripe_fee", "Stripe’s processing fee"),
                            ("refund", "Refund to the client"),
                            ("refund_failed", "Refund that came back"),
                            ("fee_return", "Service fee given back"),
                            ("payout", "Payout to the practitioner’s bank"),
                            ("payout_failed", "Payout that came back"),
                            ("dispute", "Disputed payment"),
                            ("dispute_fee", "Stripe’s dispute fee"),
                            ("dispute_won", "Dispute won"),
                            ("subscription", "Subscription to a paid service"),
                            ("sub_refund", "Refund of a subscription"),
                            ("invoiced", "Invoiced to the practitioner"),
                            ("settled", "Invoice paid by the practitioner"),
                            ("credited", "Credit note to the practitioner"),
                            ("correction", "Correction"),
                        ],
                        max_length=16,
                        verbose_name="movement",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="moment")),
                ("note", models.CharField(blank=True, max_length=300)),
                ("line_count", models.PositiveSmallIntegerField()),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_transactions",
                        to="booking.appointment",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_transactions",
                        to="booking.payment",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="LedgerLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "account",
                    models.CharField(
                        help_text="as `booking.ledger.accounts` writes it: client:12, platform…", max_length=32
                    ),
                ),
                ("at", models.DateTimeField()),
                ("amount_cents", models.BigIntegerField()),
                (
                    "transaction",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="booking.ledgertransaction",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="ledgertransaction",
            index=models.Index(fields=["-at", "-id"], name="ledger_by_moment"),
        ),
        migrations.AddConstraint(
            model_name="ledgertransaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("line_count__gte", 2)), name="money_comes_from_somewhere"
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerline",
            index=models.Index(fields=["account", "at"], include=("amount_cents",), name="ledger_balances"),
        ),
        migrations.AddConstraint(
            model_name="ledgerline",
            constraint=models.UniqueConstraint(fields=("transaction", "account"), name="one_line_an_account"),
        ),
        migrations.AddConstraint(
            model_name="ledgerline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_cents", 0), _negated=True), name="a_line_moves_money"
            ),
        ),
        append_only("booking_ledgertransaction"),
        append_only("booking_ledgerline"),
        migrations.RunSQL(sql.WHOLE, sql.NOT_WATCHED),
    ]
