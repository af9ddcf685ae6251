"""Triggers: occupied ranges, seats of groups, the age of agendas."""

from django.db import migrations

from booking import triggers


class Migration(migrations.Migration):
    dependencies = [("booking", "0004_age_of_agendas"), ("practitioners", "0004_sessions_in_full")]
    operations = [
        migrations.RunSQL(triggers.OCCUPY, triggers.STOP_OCCUPYING),
        migrations.RunSQL(triggers.OCCUPY_WHAT_EXISTS, migrations.RunSQL.noop),
        migrations.RunSQL(triggers.SEATS, triggers.STOP_COUNTING),
        migrations.RunSQL(triggers.AGES, triggers.NO_AGES),
        triggers.ages("booking_occupation", "busy"),
        triggers.ages("booking_payment", "busy", whose="appointment", when="old.status is distinct from new.status"),
        triggers.ages(
            "booking_appointment",
            "busy",
            when="new.group_id is not null and old.status is distinct from new.status",
        ),
        triggers.ages("booking_groupsession", "busy"),
        triggers.ages("booking_openingrule", "frame"),
        triggers.ages("booking_closure", "frame"),
        triggers.ages("booking_bookingsettings", "frame"),
        triggers.ages("booking_traveltime", "frame"),
        triggers.ages("booking_stripeaccount", "frame"),
        triggers.ages("practitioners_service", "frame"),
        triggers.ages("practitioners_practiceplace", "frame"),
        triggers.ages("practitioners_practitionerpractice", "frame"),
        triggers.ages(
            "practitioners_practitioner", "frame", whose="id", when="old.status is distinct from new.status"
        ),
    ]
