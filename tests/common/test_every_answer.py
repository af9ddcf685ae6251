"""What stands around every answer: its line in the log, and its content security policy."""

import logging

import pytest
from csp.constants import SELF
from csp.utils import build_policy
from django.test import Client
from structlog.testing import capture_logs

POLICY = "Content-Security-Policy"


@pytest.fixture
def said(client: Client):
    def ask(path: str, **headers: str) -> list[dict[str, object]]:
        with capture_logs() as lines:
            client.get(path, **headers)
        return [line for line in lines if line["event"].startswith("request_")]

    return ask


@pytest.mark.django_db
def test_a_request_is_one_line(said) -> None:
    (line,) = said("/healthz", HTTP_USER_AGENT="curl/8")
    assert line["event"] == "request_finished"
    assert (line["code"], line["request"], line["user_agent"]) == (200, "GET /healthz", "curl/8")
    (refused,) = said("/nulle-part/")
    assert (refused["code"], refused["log_level"]) == (404, "warning")


@pytest.mark.django_db
def test_it_says_who_asked_where_that_was_looked_at(said, client: Client, django_user_model) -> None:
    user = django_user_model.objects.create_user("lea@exemple.fr")
    client.force_login(user)
    (line,) = said("/compte/")
    assert line["user_id"] == user.pk


@pytest.mark.django_db
def test_the_lines_of_a_request_carry_its_id_and_the_address_that_is_believed(client: Client, caplog, settings) -> None:
    settings.TRUSTED_PROXIES = 1
    with caplog.at_level(logging.INFO):
        client.get("/healthz", HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7")
    (line,) = [record.msg for record in caplog.records if record.name.endswith("request_log")]
    assert line["ip"] == "198.51.100.7"
    assert len(str(line["request_id"])) == 36


@pytest.mark.django_db
def test_the_policy_is_the_settings_even_when_they_change(client: Client, settings) -> None:
    def directives(text: str) -> set[str]:
        return {part.strip() for part in text.split(";")}

    for _again in range(2):
        assert directives(client.get("/healthz")[POLICY]) == directives(build_policy())
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"default-src": [SELF], "img-src": ["https://images.exemple.fr"]}}
    assert directives(client.get("/healthz")[POLICY]) == {"default-src 'self'", "img-src https://images.exemple.fr"}


@pytest.mark.django_db
def test_the_cms_has_none(client: Client) -> None:
    assert POLICY not in client.get("/cms/")
