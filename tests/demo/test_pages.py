"""The demo's own pages: roles, mailbox, payments."""

import pytest
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.roles import Role
from accounts.second_factor import is_satisfied
from demo.mailbox import MailboxBackend
from demo.models import Mail
from demo.roles import ROLES
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail():
    message = EmailMultiAlternatives(
        "Confirmé : mardi à 14:30",
        "Bonjour,\nhttps://exemple.fr/compte/\n<b>",
        "Site <a@exemple.fr>",
        ["léa@exemple.fr"],
    )
    message.attach_alternative(
        "<html><head></head><body><p>Bonjour</p><script>alert(1)</script></body></html>", "text/html"
    )
    message.attach("séance.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar")
    assert MailboxBackend().send_messages([message]) == 1
    return Mail.objects.get()


def test_every_role_is_a_card_with_its_own_button(client):
    response = client.get("/demo/")
    for role in ROLES:
        assertContains(response, f'action="/demo/login/{role.slug}/"')
    everybody = {"client", "practitioner", "structure", "editor", "verification", "moderation", "legal", "operator"}
    assert {role.slug for role in ROLES} == everybody


def test_one_click_enters_with_the_second_factor_satisfied(client):
    editor = UserFactory(email="editor@demo.example", roles=[Role.EDITOR])
    response = client.post("/demo/login/editor/")
    assertRedirects(response, "/cms/", fetch_redirect_response=False)
    request = response.wsgi_request
    assert request.user == editor
    assert is_satisfied(request)


def test_entering_as_somebody_else_leaves_the_first_person(client):
    UserFactory(email="editor@demo.example", roles=[Role.EDITOR])
    UserFactory(email="client@demo.example")
    client.post("/demo/login/editor/")
    client.post("/demo/login/client/")
    assert client.get("/demo/").context["user"].email == "client@demo.example"
    assert client.get("/cms/").status_code in {302, 403}


def test_an_unknown_role_is_not_found_and_a_link_signs_nobody_in(client):
    assert client.post("/demo/login/president/").status_code == 404
    assert client.get("/demo/login/client/").status_code == 405


def test_without_its_token_the_form_is_refused():
    from django.test import Client

    UserFactory(email="client@demo.example")
    assert Client(enforce_csrf_checks=True).post("/demo/login/client/").status_code == 403


def test_a_role_without_its_person_says_what_to_do(client):
    response = client.post("/demo/login/legal/", follow=True)
    assertContains(response, "make demo RESET=1")


def test_the_mailbox_lists_the_latest_first_and_by_address(client, mail):
    MailboxBackend().send_messages([EmailMultiAlternatives("Autre", "…", to=["paul@exemple.fr"])])
    content = client.get("/demo/mailbox/").content.decode()
    assert content.index("Autre") < content.index("Confirmé")
    only = client.get("/demo/mailbox/", {"a": "paul@"})
    assertContains(only, "Autre")
    assertNotContains(only, "Confirmé")
    assert client.get("/demo/mailbox/", {"a": "x" * 10_000, "page": "zéro"}).status_code == 200


def test_a_mail_is_read_as_text_with_links_and_without_its_markup(client, mail):
    response = client.get(reverse("demo:mail", args=[mail.pk]))
    assertContains(response, 'href="https://exemple.fr/compte/"')
    assertContains(response, "&lt;b&gt;")
    assertNotContains(response, "<script>alert(1)")
    assertContains(response, 'sandbox="allow-popups allow-popups-to-escape-sandbox"')


def test_the_html_of_a_mail_runs_nothing(client, mail):
    response = client.get(reverse("demo:mail_html", args=[mail.pk]))
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy


def test_attachments_are_downloaded_as_they_were_sent(client, mail):
    response = client.get(reverse("demo:mail_attachment", args=[mail.pk, 1]))
    assert response.content == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    assert response.headers["Content-Type"].startswith("text/calendar")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert client.get(reverse("demo:mail_attachment", args=[mail.pk, 2])).status_code == 404
    assert client.get(reverse("demo:mail_attachment", args=[mail.pk, 0])).status_code == 404


def test_the_payments_page_draws_the_ledger(client, settings, stripe_standin):
    settings.STRIPE_API_BASE = stripe_standin.api_base
    from demo.stripe.ledger import record

    with stripe_standin.store.transaction():
        record(stripe_standin.store, "charge", "ch_1", "eur", {"cards": -6000, "acct_1": 6000})
        record(stripe_standin.store, "application_fee", "fee_1", "eur", {"acct_1": -245, "platform": 245})
    response = client.get("/demo/stripe/")
    assert response.context["paid"] == 6000
    assert response.context["fees"] == 245
    assertContains(response, "60,00\u00a0€")
    assertContains(response, "2,45\u00a0€")


def test_the_payments_page_says_when_the_stand_in_is_down(client, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    response = client.get("/demo/stripe/")
    assert response.status_code == 200
    assert response.context["down"]
