"""SMS: what fits into one, and a provider over HTTP in the shapes that real ones have."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from common import sms, transport
from common.sms import gsm
from common.sms.http import HttpProvider


def test_what_gsm_has_stays_and_the_rest_loses_its_accent():
    assert gsm.plain("Séance à l’été, çà et là – «\u00a0œuvre\u00a0» 😀") == 'Séance à l\'été, cà et là - " oeuvre " '
    assert gsm.plain("Zoë Müller ÊTRE €") == "Zoe Müller ETRE €"


def test_some_characters_count_twice():
    assert gsm.length("a€") == 3
    assert gsm.fits("a" * 160)
    assert not gsm.fits("a" * 161)
    assert not gsm.fits("€" * 81)
    assert not gsm.fits("ê")


@given(st.text())
def test_whatever_is_typed_can_be_sent(text):
    said = gsm.plain(text)
    assert all(gsm.fits(character) for character in said)
    assert gsm.plain(said) == said


class Provider(BaseHTTPRequestHandler):
    """Answers as recorded; keeps what it was asked."""

    answers: ClassVar[list[tuple[int, str]]] = []
    asked: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append({"path": self.path, "headers": dict(self.headers), "body": json.loads(body)})
        status, text = self.answers.pop(0)
        if status == 0:
            self.connection.close()
            return
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def provider(settings: Any) -> Iterator[type[Provider]]:
    server = HTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    Provider.answers.clear()
    Provider.asked.clear()
    # As docs/notifications.md has it for Brevo.
    settings.SMS_PROVIDER = "common.sms.http.HttpProvider"
    settings.SMS_HTTP_URL = f"http://127.0.0.1:{server.server_port}/v3/transactionalSMS/send"
    settings.SMS_HTTP_HEADER = "api-key"
    settings.SMS_HTTP_KEY = "xkeysib-test"
    settings.SMS_HTTP_TO = "recipient"
    settings.SMS_HTTP_TEXT = "content"
    settings.SMS_HTTP_SENDER = "sender"
    settings.SMS_HTTP_REFERENCE = "tag"
    settings.SMS_HTTP_ID = "messageId"
    settings.SMS_HTTP_EXTRA = {"type": "transactional", "unicodeEnabled": False}
    settings.SMS_HTTP_BAD_NUMBER = ["Invalid phone number"]
    yield Provider
    server.shutdown()
    server.server_close()
    thread.join()


def send() -> str:
    return sms.provider().send(to="+33612345678", text="Rappel", reference="appointment-1")


def test_the_request_is_the_one_the_settings_describe(provider):
    provider.answers.append((201, '{"messageId": 1511882900176220, "remainingCredits": 41}'))
    assert send() == "1511882900176220"
    (asked,) = provider.asked
    assert asked["headers"]["api-key"] == "xkeysib-test"
    assert asked["body"] == {
        "sender": "MonProBE",
        "recipient": "+33612345678",
        "content": "Rappel",
        "type": "transactional",
        "unicodeEnabled": False,
        "tag": "appointment-1",
    }


@pytest.mark.parametrize("text", ["", "queued", "[]", '{"other": 1}'])
def test_taken_is_taken_whatever_the_answer_says(provider, text):
    provider.answers.append((202, text))
    assert send() == ""


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ((400, '{"code":"invalid_parameter","message":"Invalid phone number"}'), transport.Verdict.BAD_ADDRESS),
        ((400, '{"code":"missing_parameter","message":"sender is missing"}'), transport.Verdict.NOT_TAKEN),
        ((401, '{"code":"unauthorized","message":"Key not found"}'), transport.Verdict.NOT_TAKEN),
        ((402, '{"code":"not_enough_credits"}'), transport.Verdict.NOT_TAKEN),
        ((429, ""), transport.Verdict.NOT_TAKEN),
        ((302, ""), transport.Verdict.NOT_TAKEN),
        ((500, "oops"), transport.Verdict.UNCLEAR),
        ((502, ""), transport.Verdict.UNCLEAR),
        ((0, ""), transport.Verdict.UNCLEAR),
    ],
)
def test_what_a_refusal_means(provider, answer, verdict):
    provider.answers.append(answer)
    with pytest.raises((sms.SmsRefused, sms.SmsUnclear)) as caught:
        send()
    assert transport.verdict(caught.value) == verdict


def test_a_provider_that_is_away_has_taken_nothing(settings):
    settings.SMS_HTTP_URL = "http://127.0.0.1:9/"
    with pytest.raises(sms.SmsRefused) as caught:
        HttpProvider().send(to="+33612345678", text="x", reference="k")
    assert transport.verdict(caught.value) == transport.Verdict.NOT_TAKEN


def test_a_provider_that_does_not_answer_may_have_taken_it(monkeypatch):
    def silent(*_args: Any, **_named: Any) -> None:
        raise requests.exceptions.ReadTimeout

    monkeypatch.setattr(requests, "post", silent)
    with pytest.raises(sms.SmsUnclear):
        HttpProvider().send(to="+33612345678", text="x", reference="k")
