"""From « Devenir praticien » to an open file: an account, an accepted contract, and nothing said of anybody (R1)."""

import re
from unittest import mock

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import password_reset
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils.text import slugify

from accounts.models import User
from accounts.roles import Role, has_role
from common.clock import now
from legal.models import Acceptance, LegalDocument
from practitioners.models import ApplicationItem, Practitioner
from tests.factories.accounts import UserFactory
from tests.factories.legal import make_document, make_version
from tests.factories.practitioners import PracticeFactory, PractitionerFactory

pytestmark = pytest.mark.django_db
URL = "/devenir-praticien/"
KINDS = ("contract", "dpa", "mandate")


@pytest.fixture
def documents():
    return [make_version(make_document(kind, title=str(LegalDocument.Kind(kind).label), slug=kind)) for kind in KINDS]


@pytest.fixture
def typed(documents):
    practices = [PracticeFactory(name=name, slug=slugify(name)) for name in ("Sophrologie", "Réflexologie")]
    return {
        "first_name": "Léna", "last_name": "Kervella", "professional_email": "lena@kervella.example", "phone": "06 12 34 56 78",
        "street": "3 quai de l’Odet", "postal_code": "29000", "town": "Quimper", "practices": [each.pk for each in practices],
        "adult": "on", **{f"accepts-{kind}": "on" for kind in KINDS},
    }  # fmt: skip


def send(client, typed, run):
    with run(execute=True):
        return client.post(URL, typed)


def test_a_file_opens_and_its_reader_chooses_a_password(client, typed, django_capture_on_commit_callbacks):
    answer = send(client, typed, django_capture_on_commit_callbacks)
    assert (answer.status_code, answer["Location"]) == (302, "/devenir-praticien/envoye/")
    row = Practitioner.objects.get(professional_email="lena@kervella.example")
    assert (row.status, row.slug, row.phone, row.town) == ("applying", "lena-kervella", "+33612345678", "Quimper")
    assert row.practice_links.count() == 2
    assert row.items.filter(kind=ApplicationItem.Kind.CERTIFICATE).count() == 2
    assert has_role(row.user, Role.PRACTITIONER)
    assert not row.user.has_usable_password()
    assert client.get(f"/praticiens/{row.slug}/").status_code == 404
    written = next(message for message in mail.outbox if "mot de passe" in message.subject)
    link = re.search(r"https?://\S+?(/compte/mot-de-passe/nouveau/\S+)", written.body)[1]
    page = client.get(link, follow=True)
    chosen = {"password1": "Un-carnet-de-Quimper-26", "password2": "Un-carnet-de-Quimper-26"}
    assert client.post(page.redirect_chain[-1][0], chosen).status_code == 302
    assert User.objects.get(pk=row.user_id).check_password("Un-carnet-de-Quimper-26")
    # The link was read in that mailbox, and nowhere else.
    assert EmailAddress.objects.get(user=row.user).verified
    assert [message.subject for message in mail.outbox if "Confirmez" in message.subject] == []


def test_a_link_proves_no_address_where_there_are_two():
    user = UserFactory(email="lena@kervella.example")
    for email in ("lena@kervella.example", "autre@kervella.example"):
        EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": False})
    password_reset.send(sender=User, request=None, user=user)
    assert not EmailAddress.objects.filter(user=user, verified=True).exists()


def test_each_box_is_recorded_with_its_exact_words(client, typed, documents, django_capture_on_commit_callbacks):
    send(client, typed, django_capture_on_commit_callbacks)
    found = {row.version.document.kind: row.detail for row in Acceptance.objects.select_related("version", "detail")}
    assert set(found) == set(KINDS)
    assert all(detail.box_text.startswith("J’ai lu et j’accepte la version 1") for detail in found.values())
    assert "par voie électronique" in found["mandate"].box_text
    assert all(detail.page == URL and detail.proved for detail in found.values())
    assert any("reçu" in message.subject.lower() or message.attachments for message in mail.outbox)


@pytest.mark.parametrize("kind", KINDS)
def test_no_box_is_ticked_beforehand_and_each_is_needed(client, typed, kind):
    page = client.get(URL).content.decode()
    box = re.search(rf"<input[^>]*accepts-{kind}[^>]*>", page)[0]
    assert "checked" not in box
    answer = client.post(URL, {name: value for name, value in typed.items() if name != f"accepts-{kind}"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Cochez la case pour accepter" in page
    assert 'value="3 quai de l’Odet"' in page
    assert not Practitioner.objects.exists()
    assert not User.objects.filter(email="lena@kervella.example").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"postal_code": "2900"}, {"postal_code": "Quimper"}, {"phone": "12"}, {"professional_email": "lena"}, {"practices": []},
        {"practices": ["x"]}, {"practices": ["999999999999999999999"]}, {"first_name": ""}, {"adult": ""},
    ],
)  # fmt: skip
def test_bad_input_is_told_and_kept(client, typed, wrong):
    answer = client.post(URL, typed | wrong)
    assert answer.status_code == 422
    assert not Practitioner.objects.exists()


def test_an_address_that_has_an_account_is_written_to_and_the_page_says_nothing(
    client, typed, django_capture_on_commit_callbacks
):
    known = UserFactory(email="lena@kervella.example", first_name="Hélène")
    answer = send(client, typed, django_capture_on_commit_callbacks)
    assert (answer.status_code, answer["Location"]) == (302, "/devenir-praticien/envoye/")
    known.refresh_from_db()
    assert known.first_name == "Hélène"
    assert not Practitioner.objects.exists()
    assert not Acceptance.objects.exists()
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["lena@kervella.example"], "Vous avez déjà un compte")
    assert "http" in message.body
    assert URL in message.body


def test_a_client_opens_a_file_from_the_own_account(client, typed, login_as, django_capture_on_commit_callbacks):
    user = login_as(UserFactory(email="camille@exemple.fr", first_name="Camille", adult_declared_at=now()))
    assert 'value="Camille"' in client.get(URL).content.decode()
    answer = send(client, typed | {"adult": ""}, django_capture_on_commit_callbacks)
    assert (answer.status_code, answer["Location"]) == (302, reverse("office_file"))
    row = Practitioner.objects.get(user=user)
    assert (row.professional_email, user.email) == ("lena@kervella.example", "camille@exemple.fr")
    assert client.get(URL)["Location"] == reverse("office_home")


@pytest.mark.parametrize("role", [Role.VERIFICATION, Role.OPERATOR, Role.EDITOR])
def test_the_team_does_not_apply(client, typed, login_as, role):
    login_as(role)
    answer = client.post(URL, typed)
    assert answer.status_code == 403
    assert "équipe ne dépose pas de dossier" in answer.content.decode()
    assert not Practitioner.objects.exists()


def test_without_a_contract_in_force_nobody_applies(client, typed, documents):
    with mock.patch("practitioners.views.applying._documents", return_value=documents[:1]):
        answer = client.post(URL, typed)
    assert answer.status_code == 409
    assert not User.objects.filter(email="lena@kervella.example").exists()


def test_two_people_of_one_name_have_two_addresses(client, typed):
    PractitionerFactory(slug="lena-kervella")
    client.post(URL, typed)
    row = Practitioner.objects.get(professional_email="lena@kervella.example")
    assert re.fullmatch(r"lena-kervella-[a-z2-9]{4}", row.slug)


def test_many_from_one_connection_wait(client, typed):
    cache.clear()
    for number in range(10):
        assert client.post(URL, typed | {"professional_email": f"l{number}@exemple.fr"}).status_code == 302
    answer = client.post(URL, typed | {"professional_email": "l10@exemple.fr"})
    assert answer.status_code == 429
    assert 'value="l10@exemple.fr"' in answer.content.decode()
