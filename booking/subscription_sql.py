"""What the database itself does and refuses of paid services and their subscriptions, for a migration.

A migration holds these texts as they were; a test compares what the database accepts with `booking.subscription_states`.
"""

from booking.subscription_states import TRANSITIONS

# Numbered in the row's lock of its service; announced: only the first may say what is so already. A minute for the way from the
# clock of the program to that of the database.
VERSIONS = """
create function booking_service_version() returns trigger language plpgsql as $$
declare
    before integer;
begin
    perform 1 from booking_paidservice where id = new.service_id for no key update;
    select max(number) into before from booking_paidserviceversion where service_id = new.service_id;
    if before is not null and new.valid_from < statement_timestamp() - interval '1 minute' then
        raise exception 'service %: a price does not begin in the past', new.service_id
            using errcode = 'check_violation', constraint = 'a_price_begins_in_the_future';
    end if;
    new.number := coalesce(before, 0) + 1;
    new.terms_sha256 := encode(sha256(convert_to(new.terms, 'UTF8')), 'hex');
    return new;
end $$;
create trigger booking_paidserviceversion_numbered before insert on booking_paidserviceversion
    for each row execute function booking_service_version();
"""
NO_VERSIONS = """
drop trigger booking_paidserviceversion_numbered on booking_paidserviceversion;
drop function booking_service_version();
"""
# What was agreed to stays; what happened once does not happen again at another moment.
AGREED = """
create function booking_subscription_keeps_its_terms() returns trigger language plpgsql as $$
begin
    raise exception 'subscription %: what was agreed to never changes', old.reference
        using errcode = 'check_violation', constraint = 'a_subscription_keeps_its_terms';
end $$;
create trigger booking_servicesubscription_terms before update on booking_servicesubscription for each row
    when ((old.reference, old.subscriber_id, old.service_id, old.version_id, old.service_name, old.agreed_by_id, old.agreed_at,
           old.agreement, old.starts_at_once)
          is distinct from
          (new.reference, new.subscriber_id, new.service_id, new.version_id, new.service_name, new.agreed_by_id, new.agreed_at,
           new.agreement, new.starts_at_once)
          or old.stripe_id is not null and new.stripe_id is distinct from old.stripe_id
          or old.begun_at is not null and new.begun_at is distinct from old.begun_at
          or old.withdrawn_at is not null and new.withdrawn_at is distinct from old.withdrawn_at
          or old.ended_at is not null and new.ended_at is distinct from old.ended_at)
    execute function booking_subscription_keeps_its_terms();
create trigger booking_servicesubscription_kept before delete on booking_servicesubscription
    for each row execute function refuse_change();
create trigger booking_subscriptionpayment_terms before update on booking_subscriptionpayment for each row
    when ((to_jsonb(new) - 'stripe_fee_cents' - 'invoice_id') is distinct from (to_jsonb(old) - 'stripe_fee_cents' - 'invoice_id')
          or old.stripe_fee_cents is not null and new.stripe_fee_cents is distinct from old.stripe_fee_cents
          or old.invoice_id is not null and new.invoice_id is distinct from old.invoice_id)
    execute function refuse_change();
create trigger booking_subscriptionpayment_kept before delete on booking_subscriptionpayment
    for each row execute function refuse_change();
create trigger booking_subscriptionrefund_terms before update on booking_subscriptionrefund for each row
    when ((old.payment_id, old.amount_cents, old.cause, old.ordered_at, old.decided_by_id, old.reason)
          is distinct from (new.payment_id, new.amount_cents, new.cause, new.ordered_at, new.decided_by_id, new.reason)
          or old.credit_note_id is not null and new.credit_note_id is distinct from old.credit_note_id)
    execute function refuse_change();
create trigger booking_subscriptionrefund_kept before delete on booking_subscriptionrefund
    for each row execute function refuse_change();
create trigger booking_subscriptiondispute_terms before update on booking_subscriptiondispute for each row
    when ((old.payment_id, old.dispute_id, old.amount_cents, old.opened_at)
          is distinct from (new.payment_id, new.dispute_id, new.amount_cents, new.opened_at)
          or old.stripe_fee_cents is not null and new.stripe_fee_cents is distinct from old.stripe_fee_cents)
    execute function refuse_change();
create trigger booking_subscriptiondispute_kept before delete on booking_subscriptiondispute
    for each row execute function refuse_change();
"""
NOT_AGREED = """
drop trigger booking_subscriptiondispute_kept on booking_subscriptiondispute;
drop trigger booking_subscriptiondispute_terms on booking_subscriptiondispute;
drop trigger booking_subscriptionrefund_kept on booking_subscriptionrefund;
drop trigger booking_subscriptionrefund_terms on booking_subscriptionrefund;
drop trigger booking_subscriptionpayment_kept on booking_subscriptionpayment;
drop trigger booking_subscriptionpayment_terms on booking_subscriptionpayment;
drop trigger booking_servicesubscription_kept on booking_servicesubscription;
drop trigger booking_servicesubscription_terms on booking_servicesubscription;
drop function booking_subscription_keeps_its_terms();
"""
# Asked at commit, so that the event may be written after the row.
RECORDED = """
create function booking_subscription_step_is_recorded() returns trigger language plpgsql as $$
begin
    if not exists (
        select from booking_subscriptionevent
        where subscription_id = new.id and before = old.state and after = new.state and written_in = txid_current()
    ) then
        raise exception 'subscription %: % to % has no event', old.reference, old.state, new.state
            using errcode = 'integrity_constraint_violation', constraint = 'every_subscription_step_is_recorded';
    end if;
    return null;
end $$;
create constraint trigger booking_servicesubscription_recorded after update of state on booking_servicesubscription
    deferrable initially deferred for each row
    when (old.state is distinct from new.state) execute function booking_subscription_step_is_recorded();
create trigger booking_servicesubscription_legal before update of state on booking_servicesubscription for each row
    when (old.state is distinct from new.state) execute function booking_legal_subscription_step();
"""
NOT_RECORDED = """
drop trigger booking_servicesubscription_legal on booking_servicesubscription;
drop trigger booking_servicesubscription_recorded on booking_servicesubscription;
drop function booking_subscription_step_is_recorded();
drop function booking_legal_subscription_step();
"""
# No more of a payment goes back than came: two refunds ordered at once come one after the other.
WITHIN = """
create function booking_refund_within_the_period() returns trigger language plpgsql as $$
declare
    paid integer;
    back bigint;
begin
    select amount_cents into paid from booking_subscriptionpayment where id = new.payment_id for no key update;
    select coalesce(sum(amount_cents), 0) into back from booking_subscriptionrefund
    where payment_id = new.payment_id and status <> 'failed' and id <> new.id;
    if new.status <> 'failed' and back + new.amount_cents > paid then
        raise exception 'payment %: more is given back than was paid', new.payment_id
            using errcode = 'check_violation', constraint = 'no_more_given_back_than_paid';
    end if;
    return new;
end $$;
create trigger booking_subscriptionrefund_within before insert or update of status on booking_subscriptionrefund
    for each row execute function booking_refund_within_the_period();
"""
NOT_WITHIN = """
drop trigger booking_subscriptionrefund_within on booking_subscriptionrefund;
drop function booking_refund_within_the_period();
"""


def pairs() -> list[tuple[str, str]]:
    """Every (before, after) that some step allows, of those that change the state."""
    rows = TRANSITIONS.values()
    return sorted({(str(source), str(row.target)) for row in rows if row.target for source in row.sources})


def legal_function() -> str:
    allowed = ",\n        ".join(f"('{before}', '{after}')" for before, after in pairs())
    return f"""
create or replace function booking_legal_subscription_step() returns trigger language plpgsql as $$
begin
    if (old.state, new.state) not in (
        {allowed}
    ) then
        raise exception 'subscription %: % to % is no transition', old.reference, old.state, new.state
            using errcode = 'check_violation', constraint = 'legal_subscription_step';
    end if;
    return new;
end $$;
"""
