"""SQL of the triggers that keep occupied ranges, seats and the age of agendas, for `migrations.RunSQL`."""

from django.db import migrations

OCCUPY = """
create function booking_occupy_appointment() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        delete from booking_occupation where appointment_id = old.id;
    elsif new.group_id is null and new.status in ('held', 'requested', 'confirmed') then
        insert into booking_occupation (practitioner_id, busy_start, busy_end, starts_at, ends_at, appointment_id,
                                        place_id, mode, hold_expires_at)
        values (new.practitioner_id, new.busy_start, new.busy_end, new.starts_at, new.ends_at, new.id,
                new.place_id, new.mode, case when new.status = 'held' then new.hold_expires_at end)
        on conflict (appointment_id) do update set
            practitioner_id = excluded.practitioner_id, busy_start = excluded.busy_start, busy_end = excluded.busy_end,
            starts_at = excluded.starts_at, ends_at = excluded.ends_at, place_id = excluded.place_id,
            mode = excluded.mode, hold_expires_at = excluded.hold_expires_at;
    elsif tg_op = 'UPDATE' then
        delete from booking_occupation where appointment_id = new.id;
    end if;
    return null;
end $$;
create function booking_occupy_group() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        delete from booking_occupation where group_id = old.id;
    elsif new.status = 'open' then
        insert into booking_occupation (practitioner_id, busy_start, busy_end, starts_at, ends_at, group_id, place_id, mode)
        values (new.practitioner_id, new.busy_start, new.busy_end, new.starts_at, new.ends_at, new.id, new.place_id, new.mode)
        on conflict (group_id) do update set
            practitioner_id = excluded.practitioner_id, busy_start = excluded.busy_start, busy_end = excluded.busy_end,
            starts_at = excluded.starts_at, ends_at = excluded.ends_at, place_id = excluded.place_id, mode = excluded.mode;
    elsif tg_op = 'UPDATE' then
        delete from booking_occupation where group_id = new.id;
    end if;
    return null;
end $$;
create trigger booking_appointment_occupies_new after insert or delete on booking_appointment
    for each row execute function booking_occupy_appointment();
create trigger booking_appointment_occupies after update on booking_appointment for each row
    when ((old.status, old.practitioner_id, old.busy_start, old.busy_end, old.starts_at, old.ends_at, old.place_id, old.mode,
           old.hold_expires_at, old.group_id)
          is distinct from
          (new.status, new.practitioner_id, new.busy_start, new.busy_end, new.starts_at, new.ends_at, new.place_id, new.mode,
           new.hold_expires_at, new.group_id))
    execute function booking_occupy_appointment();
create trigger booking_groupsession_occupies after insert or update or delete on booking_groupsession
    for each row execute function booking_occupy_group();
"""
STOP_OCCUPYING = """
drop trigger booking_groupsession_occupies on booking_groupsession;
drop trigger booking_appointment_occupies on booking_appointment;
drop trigger booking_appointment_occupies_new on booking_appointment;
drop function booking_occupy_group();
drop function booking_occupy_appointment();
"""
OCCUPY_WHAT_EXISTS = """
insert into booking_occupation (practitioner_id, busy_start, busy_end, starts_at, ends_at, appointment_id, place_id, mode,
                                hold_expires_at)
select practitioner_id, busy_start, busy_end, starts_at, ends_at, id, place_id, mode,
       case when status = 'held' then hold_expires_at end
from booking_appointment where status in ('held', 'requested', 'confirmed');
"""
# Counted under the lock of the group's row: two who ask for the last seat come one after the other.
SEATS = """
create function booking_count_seats() returns trigger language plpgsql as $$
declare
    offered integer;
    taken integer;
begin
    select seats into offered from booking_groupsession where id = new.group_id and status = 'open' for no key update;
    select count(*) into taken from booking_appointment
    where group_id = new.group_id and status in ('held', 'requested', 'confirmed') and id <> new.id;
    if offered is null or taken >= offered then
        raise exception 'group session % has no seat left', new.group_id
            using errcode = 'exclusion_violation', constraint = 'no_more_seats_than_offered';
    end if;
    return new;
end $$;
create trigger booking_appointment_seats_new before insert on booking_appointment for each row
    when (new.group_id is not null and new.status in ('held', 'requested', 'confirmed'))
    execute function booking_count_seats();
create trigger booking_appointment_seats before update on booking_appointment for each row
    when (new.group_id is not null and new.status in ('held', 'requested', 'confirmed')
          and (old.group_id is distinct from new.group_id or old.status not in ('held', 'requested', 'confirmed')))
    execute function booking_count_seats();
create function booking_keep_seats() returns trigger language plpgsql as $$
begin
    if (select count(*) from booking_appointment
        where group_id = new.id and status in ('held', 'requested', 'confirmed')) > new.seats then
        raise exception 'group session % has more clients than seats', new.id
            using errcode = 'exclusion_violation', constraint = 'no_more_seats_than_offered';
    end if;
    return new;
end $$;
create trigger booking_groupsession_keeps_seats before update of seats on booking_groupsession for each row
    when (new.seats < old.seats) execute function booking_keep_seats();
"""
STOP_COUNTING = """
drop trigger booking_groupsession_keeps_seats on booking_groupsession;
drop function booking_keep_seats();
drop trigger booking_appointment_seats on booking_appointment;
drop trigger booking_appointment_seats_new on booking_appointment;
drop function booking_count_seats();
"""
# At commit (deferred): the row is locked for an instant only. What else waits at commit, the checks of foreign keys, waits for
# nobody: rows are locked without their key everywhere (a static test).
AGES = """
create sequence booking_agenda_age;
create function booking_agenda_changed() returns trigger language plpgsql as $$
declare
    row jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
    whose bigint;
begin
    if tg_argv[1] = 'appointment' then
        select practitioner_id into whose from booking_appointment where id = (row ->> 'appointment_id')::bigint;
    else
        whose := (row ->> tg_argv[1])::bigint;
    end if;
    if whose is null then
        return null;
    end if;
    insert into booking_agendaversion (practitioner_id, frame, busy)
    values (whose, nextval('booking_agenda_age'), nextval('booking_agenda_age'))
    on conflict (practitioner_id) do update set
        frame = case when tg_argv[0] = 'frame' then excluded.frame else booking_agendaversion.frame end,
        busy = case when tg_argv[0] = 'busy' then excluded.busy else booking_agendaversion.busy end;
    return null;
end $$;
"""
NO_AGES = "drop function booking_agenda_changed(); drop sequence booking_agenda_age;"


def ages(table: str, part: str, *, whose: str = "practitioner_id", when: str = "") -> migrations.RunSQL:
    """A write to `table` makes `part` (frame or busy) of the agenda of `whose` new; `appointment`: of its appointment's.

    `when`: a condition over `old` and `new`, for updates that change nothing of the agenda.
    """
    name = f"{table}_ages_the_agenda"
    execute = f"execute function booking_agenda_changed('{part}', '{whose}')"
    constraint = "deferrable initially deferred for each row"
    return migrations.RunSQL(
        sql=[
            f"create constraint trigger {name}_new after insert or delete on {table} {constraint} {execute}",
            f"create constraint trigger {name} after update on {table} {constraint}"
            f" {f'when ({when}) ' if when else ''}{execute}",
        ],
        reverse_sql=[f"drop trigger {name} on {table}", f"drop trigger {name}_new on {table}"],
    )


# Whatever takes a row out of what is occupied frees its time: a cancellation, a move, a hold that lapsed. Noted only while
# somebody waits for this practitioner, so that nobody else pays for it.
FREED = """
create function booking_somebody_waits(whose bigint) returns boolean language sql stable as $$
    select exists (select 1 from booking_waitingentry where practitioner_id = whose and state = 'waiting')
$$;
create function booking_time_freed() returns trigger language plpgsql as $$
begin
    if old.ends_at > statement_timestamp() and booking_somebody_waits(old.practitioner_id) then
        insert into booking_freedtime (practitioner_id, starts_at, ends_at, freed_at)
        values (old.practitioner_id, old.busy_start, old.busy_end, statement_timestamp());
    end if;
    return null;
end $$;
create function booking_seat_freed() returns trigger language plpgsql as $$
begin
    if old.ends_at > statement_timestamp() and booking_somebody_waits(old.practitioner_id) then
        insert into booking_freedtime (practitioner_id, group_id, starts_at, ends_at, freed_at)
        select practitioner_id, id, starts_at, ends_at, statement_timestamp()
        from booking_groupsession where id = old.group_id and status = 'open';
    end if;
    return null;
end $$;
create function booking_seats_added() returns trigger language plpgsql as $$
begin
    if new.status = 'open' and new.starts_at > statement_timestamp() and booking_somebody_waits(new.practitioner_id) then
        insert into booking_freedtime (practitioner_id, group_id, starts_at, ends_at, freed_at)
        values (new.practitioner_id, new.id, new.starts_at, new.ends_at, statement_timestamp());
    end if;
    return null;
end $$;
create trigger booking_occupation_frees_gone after delete on booking_occupation
    for each row execute function booking_time_freed();
create trigger booking_occupation_frees after update on booking_occupation for each row
    when ((old.busy_start, old.busy_end) is distinct from (new.busy_start, new.busy_end))
    execute function booking_time_freed();
create trigger booking_appointment_frees_seat after update on booking_appointment for each row
    when (old.group_id is not null and old.status in ('held', 'requested', 'confirmed')
          and (new.group_id is distinct from old.group_id or new.status not in ('held', 'requested', 'confirmed')))
    execute function booking_seat_freed();
create trigger booking_groupsession_adds_new after insert on booking_groupsession
    for each row execute function booking_seats_added();
create trigger booking_groupsession_adds after update of seats on booking_groupsession for each row
    when (new.seats > old.seats) execute function booking_seats_added();
"""
NOTHING_FREED = """
drop trigger booking_groupsession_adds on booking_groupsession;
drop trigger booking_groupsession_adds_new on booking_groupsession;
drop trigger booking_appointment_frees_seat on booking_appointment;
drop trigger booking_occupation_frees on booking_occupation;
drop trigger booking_occupation_frees_gone on booking_occupation;
drop function booking_seats_added();
drop function booking_seat_freed();
drop function booking_time_freed();
drop function booking_somebody_waits(bigint);
"""


# Beside a hold, which may still be shown another version: the clause costs a booking a comparison, and no call.
KEEP_DOCUMENTS = """
create function booking_keep_documents() returns trigger language plpgsql as $$
begin
    raise exception 'the documents of appointment % stay those it was booked under', old.reference
        using errcode = 'integrity_constraint_violation';
end $$;
create trigger booking_appointment_keeps_documents before update of practitioner_terms_id, practitioner_privacy_id
    on booking_appointment for each row
    when (old.status not in ('held', 'expired')
          and (old.practitioner_terms_id, old.practitioner_privacy_id)
              is distinct from (new.practitioner_terms_id, new.practitioner_privacy_id))
    execute function booking_keep_documents();
"""
LET_GO_OF_DOCUMENTS = """
drop trigger booking_appointment_keeps_documents on booking_appointment;
drop function booking_keep_documents();
"""
