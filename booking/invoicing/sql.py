"""What the database itself does and refuses of invoices, for a migration."""

# The row of the series is taken until commit: whoever issues at the same moment waits, and what is rolled back gives its number
# back. So numbers follow one another without a gap, and their dates never go backwards.
NUMBERED = """
create function booking_number_invoice() returns trigger language plpgsql as $$
declare
    series booking_invoiceseries%rowtype;
    credited booking_invoice%rowtype;
    before bigint;
begin
    insert into booking_invoiceseries (issuer_key, year, last, last_on)
    values (coalesce(new.issuer_id, 0), extract(year from new.issued_on), 1, new.issued_on)
    on conflict (issuer_key, year) do update set
        last = booking_invoiceseries.last + 1, last_on = greatest(booking_invoiceseries.last_on, excluded.last_on)
    returning * into series;
    new.year := series.year;
    new.sequence := series.last;
    new.number := new.prefix || '-' || series.year || '-' || lpad(series.last::text, greatest(5, length(series.last::text)), '0');
    new.issued_on := series.last_on;
    new.due_on := greatest(new.due_on, new.issued_on);
    if new.credit_of_id is not null then
        select * into credited from booking_invoice where id = new.credit_of_id for no key update;
        select coalesce(sum(gross_cents), 0) into before from booking_invoice where credit_of_id = new.credit_of_id;
        if credited.credit_of_id is not null or credited.issuer_id is distinct from new.issuer_id
           or credited.practitioner_id <> new.practitioner_id or credited.kind <> new.kind then
            raise exception 'invoice % cannot be credited by this', credited.number
                using errcode = 'check_violation', constraint = 'a_credit_note_is_of_its_invoice';
        end if;
        if before + new.gross_cents > credited.gross_cents then
            raise exception 'invoice % is credited beyond its total', credited.number
                using errcode = 'check_violation', constraint = 'credit_within_the_invoice';
        end if;
    elsif new.kind = 'client' then
        -- The row of the series makes those who invoice one session at once come one after the other.
        select coalesce(sum(case when credit_of_id is null then gross_cents else -gross_cents end), 0) into before
        from booking_invoice where appointment_id = new.appointment_id and kind = 'client';
        if before > 0 then
            raise exception 'appointment % is invoiced already', new.appointment_id
                using errcode = 'unique_violation', constraint = 'one_open_invoice_an_appointment';
        end if;
    end if;
    return new;
end $$;
create trigger booking_invoice_numbered before insert on booking_invoice
    for each row execute function booking_number_invoice();
create trigger booking_invoiceseries_kept before insert or update or delete on booking_invoiceseries
    for each row when (pg_trigger_depth() = 0) execute function refuse_change();
create trigger booking_invoiceseries_no_truncate before truncate on booking_invoiceseries
    for each statement execute function refuse_change();
"""
NOT_NUMBERED = """
drop trigger booking_invoiceseries_no_truncate on booking_invoiceseries;
drop trigger booking_invoiceseries_kept on booking_invoiceseries;
drop trigger booking_invoice_numbered on booking_invoice;
drop function booking_number_invoice();
"""
# Lines belong to the transaction that issues, and sum to the invoice when it ends.
WHOLE = """
create trigger booking_invoice_frozen before update on booking_invoice for each row
    when ((to_jsonb(new) - 'paid_at') is distinct from (to_jsonb(old) - 'paid_at')) execute function refuse_change();
create trigger booking_invoice_kept before delete on booking_invoice
    for each row execute function refuse_change();
create trigger booking_invoice_no_truncate before truncate on booking_invoice
    for each statement execute function refuse_change();
create function booking_invoice_line_in_time() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from booking_invoice where id = new.invoice_id and written_in = txid_current()) then
        raise exception 'invoice % is issued: no line is added', new.invoice_id
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger booking_invoiceline_in_time before insert on booking_invoiceline
    for each row execute function booking_invoice_line_in_time();
create function booking_invoice_is_whole() returns trigger language plpgsql as $$
declare
    net bigint;
    gross bigint;
begin
    select coalesce(sum(net_cents), 0), coalesce(sum(gross_cents), 0) into net, gross
    from booking_invoiceline where invoice_id = new.id;
    if net <> new.net_cents or gross <> new.gross_cents then
        raise exception 'invoice %: lines sum to % net, % gross', new.number, net, gross
            using errcode = 'check_violation', constraint = 'lines_sum_to_the_invoice';
    end if;
    return null;
end $$;
create constraint trigger booking_invoice_is_whole after insert on booking_invoice
    deferrable initially deferred for each row execute function booking_invoice_is_whole();
"""
NOT_WHOLE = """
drop trigger booking_invoice_is_whole on booking_invoice;
drop function booking_invoice_is_whole();
drop trigger booking_invoiceline_in_time on booking_invoiceline;
drop function booking_invoice_line_in_time();
drop trigger booking_invoice_no_truncate on booking_invoice;
drop trigger booking_invoice_kept on booking_invoice;
drop trigger booking_invoice_frozen on booking_invoice;
"""
