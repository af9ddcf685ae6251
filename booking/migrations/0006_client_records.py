"""Where a record comes from; and a record for whoever has booked already."""

from django.db import migrations, models

from common.text import sort_key


def make_records(apps, schema_editor):
    Appointment = apps.get_model("booking", "Appointment")
    ClientRecord = apps.get_model("booking", "ClientRecord")
    booked = Appointment.objects.filter(record=None, client__isnull=False).exclude(status__in=["held", "expired"])
    for practitioner_id, client_id in booked.order_by().values_list("practitioner_id", "client_id").distinct():
        mine = booked.filter(practitioner_id=practitioner_id, client_id=client_id)
        first, last = mine.order_by("booked_at", "pk").first(), mine.order_by("-booked_at", "-pk").first()
        records = ClientRecord.objects.filter(practitioner_id=practitioner_id)
        record = records.filter(user_id=client_id).first()
        if record is None:
            email = (last.contact_email or last.client.email).lower()
            if records.filter(email=email).exists():
                email = ""
            first_name = last.contact_first_name or last.client.first_name
            last_name = last.contact_last_name or last.client.last_name
            record = ClientRecord.objects.create(
                practitioner_id=practitioner_id,
                user_id=client_id,
                first_name=first_name,
                last_name=last_name,
                email=email,
                phone=last.contact_phone,
                folded_name=sort_key(last_name, first_name)[:170],
                source="client",
                created_at=first.booked_at,
            )
        mine.update(record=record)


class Migration(migrations.Migration):
    dependencies = [("booking", "0005_what_the_database_keeps")]
    operations = [
        migrations.AddField(
            model_name="clientrecord",
            name="source",
            field=models.CharField(
                choices=[
                    ("client", "given by the client when booking"),
                    ("practitioner", "entered by the practitioner"),
                    ("import", "imported by the practitioner"),
                ],
                default="client",
                max_length=12,
            ),
        ),
        migrations.RunPython(make_records, migrations.RunPython.noop),
    ]
