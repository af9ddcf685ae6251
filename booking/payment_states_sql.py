"""What the database itself refuses of a payment's states, made from the table of `booking.payment_states`.

A migration holds this text as it was; a test compares what the database accepts with the table. When they differ, write a
new migration with `manage.py draw_lifecycle --payments-sql`.
"""

from booking.payment_states import TRANSITIONS


def pairs() -> list[tuple[str, str]]:
    """Every (before, after) of a row that some step allows."""
    return sorted({(str(source), str(step.target)) for step in TRANSITIONS.values() for source in step.sources})


def legal_function() -> str:
    allowed = ",\n        ".join(f"('{before}', '{after}')" for before, after in pairs())
    return f"""create or replace function booking_legal_payment_step() returns trigger language plpgsql as $$
begin
    if (old.status, new.status) not in (
        {allowed}
    ) then
        raise exception 'payment %: % to % is no transition', old.id, old.status, new.status
            using errcode = 'check_violation', constraint = 'legal_payment_step';
    end if;
    return new;
end $$;
"""
