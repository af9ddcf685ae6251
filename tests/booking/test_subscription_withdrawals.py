"""« Renoncer au contrat ici », in the footer of every page, knows the optional services that practitioners subscribe to."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.roles import Role
from booking.models import Standing, SubscriptionRefund, Withdrawal
from common.clock import now
from tests.booking.subscription_world import World, world
from tests.factories.withdrawals import WHO, declared, mails
from tests.plugins.people import say_why, sign_in_fully

__all__ = ["world"]
pytestmark = pytest.mark.django_db
NB = "\u00a0"


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)"(?: id="\w+")? value="([^"]*)"', page)) | dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    )


def test_a_subscriber_finds_the_service_there_and_ends_it_with_a_receipt(world: World) -> None:
    row = world.begin()
    visitor = world.visitor.client
    page = visitor.get("/retractation/").content.decode()
    assert f'href="?contrat={row.reference}#declaration"' in page
    assert row.service_name in page
    assert f'value="{row.reference}"' in visitor.get(f"/retractation/?contrat={row.reference}").content.decode()
    who = {"name": world.practitioner.full_name, "email": world.practitioner.user.email, "contract": row.reference}
    check = visitor.post("/retractation/", who).content.decode()
    assert row.service_name in check
    assert f"9,00{NB}€" in check
    assert not Withdrawal.objects.exists()
    done = world.visitor.post("/retractation/confirmer/", hidden(check))
    assert done.status_code == 302
    declaration = Withdrawal.objects.get()
    assert (declaration.subscription, declaration.appointment, declaration.known) == (row, None, "own")
    assert (declaration.standing, declaration.refund_cents, declaration.paid_cents) == (Standing.OPEN, 900, 900)
    receipt = visitor.get(done["Location"]).content.decode()
    assert f"/espace-praticien/abonnements/{row.reference}/" in receipt
    assert visitor.get(done["Location"].partition("?")[0] + "recu.pdf").content.startswith(b"%PDF")
    assert len(mails("receipt")) == 1
    world.news()
    row = world.again(row)
    assert (row.state, row.withdrawn_at == declaration.declared_at) == ("ended", True)
    assert SubscriptionRefund.objects.get().status == "done"
    world.same_cents()
    assert f'href="?contrat={row.reference}' not in visitor.get("/retractation/").content.decode()


def test_the_reference_and_the_address_of_the_account_are_enough_and_the_reference_alone_is_not(world: World) -> None:
    row, stranger = world.begin(), Client()
    typed = {**WHO, "contract": f"mon abonnement {row.reference.lower()}"}
    unknown = stranger.post("/retractation/", typed)
    assert row.service_name not in unknown.content.decode()
    known = stranger.post("/retractation/", {**typed, "email": world.practitioner.user.email.upper()})
    assert row.service_name in known.content.decode()
    done = stranger.post("/retractation/confirmer/", hidden(known.content.decode()))
    assert Withdrawal.objects.get().known == "typed"
    # Its own page stays the subscriber's.
    assert f"/espace-praticien/abonnements/{row.reference}/" not in stranger.get(done["Location"]).content.decode()


def test_days_of_use_that_were_asked_for_stay_due_and_the_receipt_says_how_much(world: World) -> None:
    row = world.begin(at_once=True)
    with time_machine.travel(now() + dt.timedelta(days=5, hours=1)):
        who = {"name": "Claire", "email": world.practitioner.user.email, "contract": row.reference}
        check = world.visitor.client.post("/retractation/", who).content.decode()
        assert world.visitor.post("/retractation/confirmer/", hidden(check)).status_code == 302
    declaration = Withdrawal.objects.get()
    assert declaration.standing == Standing.BEGUN
    assert declaration.owed_cents > 0
    assert declaration.owed_cents + declaration.refund_cents == 900


def test_after_the_14_days_the_declaration_is_kept_and_ends_nothing(world: World) -> None:
    row = world.begin()
    with time_machine.travel(now() + dt.timedelta(days=20)):
        sign_in_fully(world.visitor.client, world.practitioner.user)
        who = {"name": "Claire", "email": world.practitioner.user.email, "contract": row.reference}
        check = world.visitor.client.post("/retractation/", who).content.decode()
        assert world.visitor.post("/retractation/confirmer/", hidden(check)).status_code == 302
    assert Withdrawal.objects.get().standing == Standing.LATE
    assert world.again(row).withdrawn_at is None
    assert not SubscriptionRefund.objects.exists()


def test_from_the_office_or_from_the_footer_it_is_declared_once(world: World) -> None:
    row = world.begin()
    for _time in range(2):
        assert world.ask(row, "retractation/", montant="900").status_code == 302
    assert Withdrawal.objects.count() == 1
    again = declared(None, amount=0, contract="autre chose")
    assert again.subscription is None


def test_staff_find_a_subscription_too_and_the_law_of_the_declaration_holds(
    world: World, client: Client, login_as
) -> None:
    row = world.begin()
    declaration = declared(None, amount=0, contract="Le service de comptabilité")
    address = f"/cms/retractations/{declaration.pk}/"
    with time_machine.travel(now() + dt.timedelta(days=20)):
        login_as(Role.OPERATOR)
        say_why(client, address)
        assert row.service_name in client.get(address, {"reference": row.reference}).content.decode()
        assert client.post(f"{address}rattacher/", {"reference": row.reference}).status_code == 302
        assert client.get(address).status_code == 200
    step = declaration.steps.get()
    assert (step.subscription, step.refund_cents) == (row, 900)
    assert world.again(row).withdrawn_at == declaration.declared_at
    assert SubscriptionRefund.objects.get().amount_cents == 900
    assert len(mails("found")) == 1


def test_a_declaration_is_of_one_contract(world: World) -> None:
    row = world.begin()
    known = {"standing": "open", "known": "own", "declared_at": now(), "reference": "R-X"}
    with pytest.raises(IntegrityError, match="one_withdraws_from_one_contract"), transaction.atomic():
        Withdrawal.objects.create(**known)
    with pytest.raises(IntegrityError, match="one_withdraws_from_one_contract"), transaction.atomic():
        Withdrawal.objects.create(**{**known, "standing": "unknown"}, subscription=row)
