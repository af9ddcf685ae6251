"""The doors hold under whatever prefix a request claims to be served: a proxy may pass a visitor's SCRIPT_NAME on."""

import pytest
from django.conf import settings

from accounts.roles import Role
from config import gunicorn
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db
PREFIX = {"SCRIPT_NAME": "/ailleurs"}


@pytest.mark.parametrize(("role", "path"), [(Role.EDITOR, "/cms/"), (Role.PRACTITIONER, "/espace-praticien/")])
def test_no_prefix_replaces_the_second_factor(client, role, path):
    user = UserFactory(roles=[role])
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    for extra in ({}, PREFIX):
        answer = client.get(path, **extra)
        assert answer.status_code == 302
        assert "/compte/securite/" in answer["Location"]


def test_no_prefix_opens_the_cms_to_a_client(client, login_as):
    login_as("client")
    assert client.get("/cms/", **PREFIX).status_code == 403


def test_no_prefix_opens_to_a_practitioner_what_the_own_page_does_not_need(client, login_as):
    login_as(PractitionerFactory(user=UserFactory(roles=[Role.PRACTITIONER])).user)
    for extra in ({}, PREFIX):
        assert client.get("/cms/reports/site-history/", **extra).status_code == 403


def test_the_server_takes_no_prefix_from_a_header():
    from gunicorn.config import Config

    config = Config()
    config.set("forwarder_headers", gunicorn.forwarder_headers)
    assert config.forwarder_headers == []
