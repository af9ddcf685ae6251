"""Proposals of other times; and what the database keeps of an appointment's life (`booking/lifecycle_sql.py` as it was then)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# No status but by a step of the table of booking/lifecycle.py.
LEGAL = """
create or replace function booking_legal_transition() returns trigger language plpgsql as $$
begin
    if (old.status, new.status) not in (
        ('confirmed', 'cancelled_client'),
        ('confirmed', 'cancelled_pro'),
        ('confirmed', 'client_absent'),
        ('confirmed', 'done'),
        ('confirmed', 'pro_absent'),
        ('done', 'client_absent'),
        ('done', 'pro_absent'),
        ('expired', 'confirmed'),
        ('expired', 'held'),
        ('expired', 'requested'),
        ('held', 'confirmed'),
        ('held', 'expired'),
        ('held', 'requested'),
        ('requested', 'cancelled_client'),
        ('requested', 'cancelled_pro'),
        ('requested', 'confirmed'),
        ('requested', 'expired'),
        ('requested', 'refused')
    ) then
        raise exception 'appointment %: % to % is no transition', old.id, old.status, new.status
            using errcode = 'check_violation', constraint = 'legal_transition';
    end if;
    return new;
end $$;
create trigger booking_appointment_legal before update of status on booking_appointment for each row
    when (old.status is distinct from new.status) execute function booking_legal_transition();
"""
NOT_LEGAL = "drop trigger booking_appointment_legal on booking_appointment; drop function booking_legal_transition();"
# An appointment cannot be handed to another practitioner (B4).
ITS_OWN = """
create function booking_keeps_its_practitioner() returns trigger language plpgsql as $$
begin
    raise exception 'appointment % cannot be handed to another practitioner', old.id
        using errcode = 'check_violation', constraint = 'practitioner_never_changes';
end $$;
create trigger booking_appointment_practitioner before update of practitioner_id on booking_appointment for each row
    when (old.practitioner_id is distinct from new.practitioner_id) execute function booking_keeps_its_practitioner();
"""
NOT_ITS_OWN = """
drop trigger booking_appointment_practitioner on booking_appointment;
drop function booking_keeps_its_practitioner();
"""
# Asked at commit, so that the event may be written after the row. A new row has no step behind it.
RECORDED = """
create function booking_step_is_recorded() returns trigger language plpgsql as $$
begin
    if not exists (
        select from booking_appointmentevent
        where appointment_id = new.id and before = old.status and after = new.status and written_in = txid_current()
    ) then
        raise exception 'appointment %: % to % has no event', old.id, old.status, new.status
            using errcode = 'integrity_constraint_violation', constraint = 'every_step_is_recorded';
    end if;
    return null;
end $$;
create constraint trigger booking_appointment_recorded after update of status on booking_appointment
    deferrable initially deferred for each row
    when (old.status is distinct from new.status) execute function booking_step_is_recorded();
"""
NOT_RECORDED = """
drop trigger booking_appointment_recorded on booking_appointment;
drop function booking_step_is_recorded();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0010_waiting_list"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointmentevent",
            name="written_in",
            field=models.BigIntegerField(
                db_default=models.Func(function="txid_current", output_field=models.BigIntegerField()),
                editable=False,
                help_text="the transaction: the database checks that a status never changes without its event",
            ),
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts", django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), size=3)),
                (
                    "message",
                    models.CharField(blank=True, help_text="shown on the page only, never in a mail", max_length=500),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for the client"),
                            ("taken", "One was chosen"),
                            ("declined", "None suited"),
                            ("expired", "No answer"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("chosen", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="proposals", to="booking.appointment"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("starts__len__gte", 1), ("starts__len__lte", 3)), name="one_to_three_times"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")), fields=("appointment",), name="one_open_proposal"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("chosen__isnull", False), ("status", "taken")),
                            models.Q(models.Q(("status", "taken"), _negated=True), ("chosen", None)),
                            _connector="OR",
                        ),
                        name="taken_means_one_time",
                    ),
                ],
            },
        ),
        migrations.RunSQL(LEGAL, NOT_LEGAL),
        migrations.RunSQL(ITS_OWN, NOT_ITS_OWN),
        migrations.RunSQL(RECORDED, NOT_RECORDED),
    ]
