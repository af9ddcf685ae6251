"""A deposit may be said as a share of the price."""

import django.db.models.expressions
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('practitioners', '0004_sessions_in_full'),
    ]

    operations = [
        migrations.AddField(
            model_name='service',
            name='deposit_percent',
            field=models.PositiveSmallIntegerField(blank=True, help_text='the practitioner said a share of the price: `deposit_cents` is that share', null=True),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('deposit_percent', None), models.Q(('deposit_cents', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.functions.comparison.Cast('price_cents', models.BigIntegerField()), '*', models.F('deposit_percent')), '+', models.Value(50)), '/', models.Value(100))), ('deposit_percent__gte', 1), ('deposit_percent__lte', 100)), _connector='OR'), name='a_deposit_in_percent_is_that_share'),
        ),
    ]
