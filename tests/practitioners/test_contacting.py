"""Telephone numbers on request, pages in bulk, and the trap addresses that tell who collects (P5)."""

import datetime as dt
import io
import re

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from common import clock
from common.signals import page_used
from practitioners import harvesting
from practitioners.models import Harvest, Practitioner
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db
NUMBER = "06\u00a098\u00a076\u00a054\u00a032"


@pytest.fixture
def claire() -> Practitioner:
    return PractitionerFactory(phone="+33698765432", phone_on_request=True)


@pytest.fixture(autouse=True)
def _fresh_counts(settings) -> None:
    settings.CANARY_DOMAIN = "piege.example"
    cache.clear()


def ask(client: Client, practitioner: Practitioner, **more):
    return client.post(f"/praticiens/{practitioner.slug}/telephone/", **more)


def test_the_number_is_shown_to_a_press_and_counted(client: Client, claire: Practitioner) -> None:
    page = client.get(f"/praticiens/{claire.slug}/").content.decode()
    assert "698765432" not in page.replace("\u00a0", "").replace(" ", "")
    assert f"/praticiens/{claire.slug}/telephone/" in page
    heard: list[tuple] = []
    page_used.connect(
        lambda sender, practitioner_id, what, **_: heard.append((practitioner_id, what)), weak=False, dispatch_uid="t"
    )
    try:
        answer = ask(client, claire)
    finally:
        page_used.disconnect(dispatch_uid="t")
    assert "tel:+33698765432" in answer.content.decode()
    assert heard == [(claire.pk, "phone")]


@pytest.mark.parametrize("how", [{"phone_on_request": False}, {"phone": ""}, {"status": "suspended"}])
def test_no_number_without_the_practitioners_wish(client: Client, claire: Practitioner, how: dict) -> None:
    Practitioner.objects.filter(pk=claire.pk).update(**how)
    assert "/telephone/" not in client.get(f"/praticiens/{claire.slug}/").content.decode()
    answer = ask(client, claire)
    assert answer.status_code == 302
    assert client.get(f"/praticiens/{claire.slug}/telephone/").status_code == 302


def test_one_network_sees_some_numbers_an_hour(client: Client, claire: Practitioner, settings) -> None:
    settings.PHONES_PER_NETWORK = 3
    statuses = [ask(client, claire).status_code for _n in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = ask(client, claire)
    assert refused["Retry-After"]
    assert "98765432" not in refused.content.decode()
    assert f"/rendez-vous/avec/{claire.slug}/ecrire/" in refused.content.decode()
    # Another subscriber is not concerned; another address of the same /64 is.
    assert ask(client, claire, REMOTE_ADDR="203.0.113.9").status_code == 200
    for number in range(3):
        assert ask(client, claire, REMOTE_ADDR=f"2001:db8::{number + 1}").status_code == 200
    assert ask(client, claire, REMOTE_ADDR="2001:db8::9").status_code == 429


def test_pages_are_not_read_in_bulk(client: Client, claire: Practitioner, settings) -> None:
    settings.PAGES_PER_NETWORK = 4
    statuses = [client.get(f"/praticiens/{claire.slug}/").status_code for _n in range(5)]
    assert statuses == [200] * 4 + [429]
    assert client.get(f"/praticiens/{claire.slug}/")["Retry-After"]
    assert client.get("/recherche/").status_code == 200


def trap(client: Client, practitioner: Practitioner) -> str:
    page = client.get(f"/praticiens/{practitioner.slug}/").content.decode()
    found = re.search(r'<p hidden><a href="mailto:([^"]+@piege\.example)"', page)
    assert found, "no trap in the page"
    return found.group(1)


def test_a_mail_to_the_trap_tells_page_day_and_network_and_closes_the_numbers(
    client: Client, claire: Practitioner
) -> None:
    address = trap(client, claire)
    assert ask(client, claire).status_code == 200
    call_command("record_harvest", address.upper(), stdout=io.StringIO())
    call_command("record_harvest", f"Claire <{address}>", stdout=io.StringIO())
    found = Harvest.objects.get()
    assert (found.practitioner, found.read_on, found.mails) == (claire, clock.today(), 2)
    assert ask(client, claire).status_code == 429
    assert ask(client, claire, REMOTE_ADDR="203.0.113.9").status_code == 200
    Harvest.objects.update(received_at=clock.now() - dt.timedelta(days=31))
    assert ask(client, claire).status_code == 200


def test_a_message_of_the_mail_server_is_read(client: Client, claire: Practitioner, monkeypatch) -> None:
    mail = f"From: spam@example.org\nTo: <{trap(client, claire)}>\nSubject: Offre\n\nBonjour".encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(mail)))
    call_command("record_harvest", stdout=io.StringIO())
    assert Harvest.objects.count() == 1


def test_without_a_domain_there_is_no_trap(client: Client, claire: Practitioner, settings) -> None:
    settings.CANARY_DOMAIN = ""
    assert "<p hidden>" not in client.get(f"/praticiens/{claire.slug}/").content.decode()


@given(st.text(max_size=60), st.integers(0, 22), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_no_made_up_address_is_taken_for_ours(noise: str, place: int, letter: str) -> None:
    assert harvesting.record(noise, now=clock.now()) is None
    token = "a" * 23
    made_up = f"contact-{token[:place]}{letter}{token[place + 1 :]}@piege.example"
    assert harvesting.record(made_up, now=clock.now()) is None


def test_the_command_says_when_it_is_none_of_ours() -> None:
    with pytest.raises(CommandError):
        call_command("record_harvest", "contact@exemple.fr")
