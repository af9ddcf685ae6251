"""What must never stand in a log."""

import json

import pytest

from common.logs import hide_secrets, mask_address


@pytest.mark.parametrize(
    ("event", "secret"),
    [
        ({"event": "x", "password": "Pissenlit-9"}, "Pissenlit-9"),
        ({"event": "charged with sk_test_51Habc"}, "sk_test_51Habc"),
        ({"event": "signed by whsec_abc123"}, "whsec_abc123"),
        ({"event": "x", "exception": "postgres://site:hunter2@db:5432/x refused"}, "hunter2"),
        ({"event": "x", "headers": {"Authorization": "Bearer abc"}}, "abc"),
        ({"event": "x", "request": "GET /rendez-vous/AB12CD/acces/Zm9vYmFyYmF6cXV4LTEyMzQ1Njc4OTA/"}, "Zm9vYmFy"),
        ({"event": "x", "request": "GET /compte/adresse/confirmer/MQ:1vKx9a:abcdefghijklmnopqrst/"}, "abcdefghij"),
        ({"event": "Forbidden: /recherche/alertes/V34IcikwfGG3YDZF3Yd1xhxN7YVVtZPzrtEmerjjjqo/"}, "V34Icikwf"),
        ({"event": "x", "request": "GET /x/?token=abcdef&page=2"}, "abcdef"),
        ({"event": "x", "request": "GET /recherche/?q=yoga&autour=45.764,4.835&rayon=5"}, "45.764"),
        ({"event": "mail_not_delivered", "error": "{'lea.b+rdv@exemple.fr': (550, b'unknown')}"}, "lea.b"),
    ],
)
def test_secrets_are_hidden(event, secret):
    assert secret not in json.dumps(hide_secrets(None, "info", dict(event)))


def test_what_helps_to_understand_stays():
    line = "GET /thematiques/retrouver-un-sommeil-apaise-naturellement/?page=2&q=yoga"
    assert mask_address(line) == line
    event = {"event": "mail_not_delivered", "key": "appointment-AB12", "attempts": 3}
    assert hide_secrets(None, "info", dict(event)) == event


@pytest.mark.parametrize(
    "text", ["a" * 300_000, "%C3%A9" * 50_000, "x." * 150_000, "/" + "k=" * 150_000, "&" * 300_000]
)
def test_a_line_of_any_length_is_read_once(text):
    """Were it read once a letter, this would take hours, and so would a request with such an address."""
    assert hide_secrets(None, "info", {"event": text, "request": f"GET /{text}", "error": text})
