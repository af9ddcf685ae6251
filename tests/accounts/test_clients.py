"""Accounts made while booking: no password, a link that confirms, nothing revealed or overwritten."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection

from accounts.actions.clients import AdultsOnly, find_or_create
from accounts.models import User
from common import clock

DETAILS = {"first_name": "Léa", "last_name": "Bernard", "phone": "", "adult": True}


def _create(email="lea@exemple.fr", **changes):
    return find_or_create(email=email, now=clock.now(), **{**DETAILS, **changes})


def test_a_new_client_gets_an_account_without_password_and_a_link(db, django_capture_on_commit_callbacks, client):
    with django_capture_on_commit_callbacks(execute=True):
        user, created = _create()
    assert created
    assert not user.has_usable_password()
    assert user.adult_declared_at
    [message] = mail.outbox
    link = next(line for line in message.body.splitlines() if "/compte/adresse/confirmer/" in line)
    assert not EmailAddress.objects.get(user=user).verified
    client.post(link[link.index("/compte/") :])
    assert EmailAddress.objects.get(user=user).verified


def test_a_known_address_is_neither_changed_nor_written_to(db, django_capture_on_commit_callbacks):
    first, _ = _create()
    with django_capture_on_commit_callbacks(execute=True):
        again, created = _create(email="LEA@exemple.fr", first_name="Quelqu’un", last_name="D’autre")
    assert (again.pk, created) == (first.pk, False)
    assert User.objects.get().first_name == "Léa"
    assert mail.outbox == []


def test_minors_are_refused(db):
    with pytest.raises(AdultsOnly):
        _create(adult=False)
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_bookings_make_one_account():
    def run(_):
        try:
            return _create()[0].pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(run, range(4)))) == 1
    assert User.objects.count() == 1
