"""What the database itself refuses of the ledger, for a migration: unbalanced, incomplete or completed afterwards."""

# Deferred: the lines come after their transaction. Both tables are watched, or a line added a day later would go unseen;
# the count refuses even those that balance.
WHOLE = """
create function booking_ledger_is_whole() returns trigger language plpgsql as $$
declare
    whose bigint := case when tg_argv[0] = 'line' then (to_jsonb(new) ->> 'transaction_id')::bigint else new.id end;
    lines bigint;
    total numeric;
    moved bigint;
    said booking_ledgertransaction%rowtype;
begin
    select * into said from booking_ledgertransaction where id = whose;
    select count(*), coalesce(sum(amount_cents), 0), count(*) filter (where at is distinct from said.at)
        into lines, total, moved from booking_ledgerline where transaction_id = whose;
    if total <> 0 then
        raise exception 'ledger transaction % sums to %', said.key, total
            using errcode = 'check_violation', constraint = 'ledger_sums_to_zero';
    end if;
    if lines <> said.line_count or moved > 0 then
        raise exception 'ledger transaction % has % lines of %, % of another moment', said.key, lines, said.line_count, moved
            using errcode = 'check_violation', constraint = 'ledger_is_whole';
    end if;
    return null;
end $$;
create constraint trigger booking_ledgertransaction_is_whole after insert on booking_ledgertransaction
    deferrable initially deferred for each row execute function booking_ledger_is_whole('transaction');
create constraint trigger booking_ledgerline_is_whole after insert on booking_ledgerline
    deferrable initially deferred for each row execute function booking_ledger_is_whole('line');
"""
NOT_WATCHED = """
drop trigger booking_ledgerline_is_whole on booking_ledgerline;
drop trigger booking_ledgertransaction_is_whole on booking_ledgertransaction;
drop function booking_ledger_is_whole();
"""
