"""When a contract ended: what is kept after it is counted from there, whoever changed the status."""

from django.db import migrations, models

DATED = """
create function practitioners_end_of_contract() returns trigger language plpgsql as $$
begin
    if new.status = 'ended' then
        new.ended_at := coalesce(new.ended_at, now());
    else
        new.ended_at := null;
    end if;
    return new;
end $$;
create trigger practitioners_practitioner_ends before insert or update of status, ended_at on practitioners_practitioner
    for each row execute function practitioners_end_of_contract();
update practitioners_practitioner set ended_at = now() where status = 'ended';
"""
UNDATED = """
drop trigger practitioners_practitioner_ends on practitioners_practitioner;
drop function practitioners_end_of_contract();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('practitioners', '0005_deposit_in_percent'),
    ]

    operations = [
        migrations.AddField(
            model_name='practitioner',
            name='ended_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='end of the contract; a trigger writes it with the status', null=True),
        ),
        migrations.RunSQL(DATED, UNDATED),
    ]
