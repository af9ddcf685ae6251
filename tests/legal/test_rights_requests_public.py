"""Asking without an account: acknowledged, followed by a signed link, without ever telling whether an address is known."""

import re

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from accounts.roles import Role
from common.clock import now
from common.models import OutboxMessage
from legal.models import IdentityProof, RightsEvent, RightsRequest
from legal.requests import answering, handling, links
from tests.factories.accounts import UserFactory
from tests.factories.rights import make_letter, make_request
from tests.practitioners.papers import pdf

pytestmark = pytest.mark.django_db

PDF = pdf()


def fields(**changed: str) -> dict[str, str]:
    return {
        "kind": "access", "text": "Une copie de mes données.", "about": "", "name": "Zoé Martin", "email": "zoe@example.fr",
        **changed,
    }  # fmt: skip


def test_anyone_asks_and_receives_a_reference_and_a_link(client):
    assert client.get("/vos-droits/").status_code == 200
    page = client.post("/vos-droits/", fields(), follow=True).content.decode()
    request = RightsRequest.objects.get()
    mail = OutboxMessage.objects.get()
    assert request.reference in page
    assert mail.to == "zoe@example.fr"
    assert request.reference in mail.subject
    assert "https://www.cnil.fr" in mail.text
    assert links.url_of(request) in mail.text
    assert client.get(links.path_of(request)).status_code == 200


def test_the_form_answers_the_same_whether_the_address_is_known_or_not(client):
    UserFactory(email="connue@example.fr")
    pages, mails = [], []
    for email in ("connue@example.fr", "inconnue@example.fr"):
        response = client.post("/vos-droits/", fields(email=email), follow=True)
        request = RightsRequest.objects.latest("pk")
        link = client.get(links.path_of(request))
        pages.append((response.status_code, *(_plain(each, request) for each in (response, link))))
        mails.append(
            OutboxMessage.objects.get(to=email).text.replace(request.reference, "").replace(links.token_of(request), "")
        )
        assert request.account is None
    assert pages[0] == pages[1]
    assert mails[0] == mails[1]


def _plain(response, request: RightsRequest) -> str:
    text = response.content.decode().replace(request.reference, "").replace(links.token_of(request), "")
    return re.sub(r'(csrfmiddlewaretoken" value="|nonce=")[^"]+|\d\d:\d\d', "", text)


def test_who_is_signed_in_asks_from_the_account(client, login_as):
    user = login_as("client")
    client.post("/vos-droits/", fields(email=user.email))
    assert RightsRequest.objects.get().account == user


def test_another_address_than_the_account_s_is_not_the_account_that_asks(client, login_as):
    login_as("client")
    client.post("/vos-droits/", fields(email="autre@example.fr"))
    request = RightsRequest.objects.get()
    assert (request.account, request.signed_in) == (None, False)


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": ""},
        {"kind": "x"},
        {"text": ""},
        {"text": "x" * 10_000},
        {"name": ""},
        {"name": "n" * 200},
        {"email": "x"},
        {"email": ""},
    ],
)
def test_a_bad_request_is_refused_and_keeps_what_was_typed(client, changed):
    response = client.post("/vos-droits/", fields(**changed))
    assert response.status_code == 422
    assert "error-summary" in response.content.decode()
    if "text" not in changed:
        assert "Une copie de mes données." in response.content.decode()
    assert not RightsRequest.objects.exists()


def test_nul_bytes_are_refused_and_emoji_kept(client):
    assert client.post("/vos-droits/", fields(text="a\x00b")).status_code == 400
    client.post("/vos-droits/", fields(name="Zoé 🌿 \u202emartin"))
    assert RightsRequest.objects.get().person.name == "Zoé 🌿 \u202emartin"


def test_the_same_words_the_same_day_are_one_request(client):
    for _ in range(2):
        client.post("/vos-droits/", fields())
    assert RightsRequest.objects.count() == OutboxMessage.objects.count() == 1


def test_a_flood_is_slowed_down_by_connection_and_by_address(client):
    codes = [client.post("/vos-droits/", fields(text=f"{n}", email=f"p{n}@example.fr")).status_code for n in range(7)]
    assert codes == [302] * 5 + [429] * 2
    elsewhere = [
        client.post("/vos-droits/", fields(text=f"autre {n}"), REMOTE_ADDR=f"192.0.2.{n}").status_code for n in range(7)
    ]
    assert elsewhere == [302] * 5 + [429] * 2


def test_the_receipt_opens_only_in_the_browser_that_asked(client):
    request = make_request()
    assert client.get(f"/vos-droits/recue/{request.reference}/").status_code == 404


def test_a_link_opens_its_own_request_and_no_other(client):
    first, second = make_request(), make_request(text="Autre chose.")
    assert client.get(links.path_of(first)).status_code == 200
    assert client.get(f"/vos-droits/demande/{second.reference}/{links.token_of(first)}/").status_code == 404
    assert client.get(f"/vos-droits/demande/D-INCONNU/{links.token_of(first)}/").status_code == 404


def test_a_letter_without_an_address_has_no_link(client):
    letter = make_letter(received_on=now().date())
    assert links.opened(letter.reference, links.token_of(letter)) is None


def test_the_person_does_not_read_the_work_of_the_team(client):
    request = make_request()
    team = UserFactory(roles=[Role.LEGAL])
    handling.write_note(request_id=request.pk, text="Attention, homonyme.", by=team, now=now())
    handling.find_account(request_id=request.pk, email=team.email, by=team, now=now())
    page = client.get(links.path_of(request)).content.decode()
    assert "homonyme" not in page
    assert "Compte trouvé" not in page
    assert team.email not in page


def test_a_precision_puts_an_asked_request_back_to_work(client):
    request = make_request()
    handling.ask(request_id=request.pk, question="Laquelle ?", by=UserFactory(), now=now())
    assert "Laquelle" in client.get(links.path_of(request)).content.decode()
    client.post(links.path_of(request), {"act": "precision", "text": "La seconde."})
    request.refresh_from_db()
    assert request.state == "open"
    assert RightsEvent.objects.get(what="added").words.text == "La seconde."


def doubted() -> RightsRequest:
    request = make_request()
    return handling.doubt(request_id=request.pk, reason="Adresse inconnue.", by=UserFactory(), now=now())


def send_proof(client, request: RightsRequest, content: bytes = PDF, document: str = "passport"):
    upload = SimpleUploadedFile("ma carte.pdf", content, content_type="application/pdf")
    return client.post(links.path_of(request), {"act": "proof", "document": document, "file": upload})


def test_a_proof_of_identity_is_asked_only_in_doubt(client):
    request = make_request()
    assert "passeport" not in client.get(links.path_of(request)).content.decode().lower()
    assert send_proof(client, request).status_code == 409
    assert "passeport" in client.get(links.path_of(doubted())).content.decode().lower()


def test_a_proof_is_stored_privately_under_a_name_that_says_nothing(client):
    request = doubted()
    assert send_proof(client, request).status_code == 302
    proof = IdentityProof.objects.get()
    assert "carte" not in proof.file.name
    assert proof.file.storage.location == storages["private"].location
    request.refresh_from_db()
    assert (request.state, request.paused_on) == ("open", None)


@pytest.mark.parametrize(
    ("content", "document"), [(b"<html>", "passport"), (b"", "passport"), (PDF, "driving_licence")]
)
def test_what_is_no_proof_is_refused(client, content, document):
    assert send_proof(client, doubted(), content, document).status_code == 422
    assert not IdentityProof.objects.exists()


def test_what_is_joined_is_given_with_the_answer_and_not_before(client):
    request = make_request()
    row = answering.attach(
        request_id=request.pk, name="donnees.zip", content=SimpleUploadedFile("d.zip", b"PK.."), now=now()
    )
    path = f"{links.path_of(request)}{row.pk}/"
    assert client.get(path).status_code == 404
    answering.answer(request_id=request.pk, text="Voici vos données.", by=UserFactory(), now=now())
    response = client.get(path)
    assert b"".join(response.streaming_content) == b"PK.."
    assert "attachment" in response["Content-Disposition"]
    other = make_request(text="Autre.")
    answering.answer(request_id=other.pk, text="Rien.", by=UserFactory(), now=now())
    assert client.get(f"{links.path_of(other)}{row.pk}/").status_code == 404


def test_the_page_of_an_answered_request_takes_nothing_more(client):
    request = make_request()
    answering.answer(request_id=request.pk, text="Voici.", by=UserFactory(), now=now())
    assert client.post(links.path_of(request), {"act": "precision", "text": "Encore."}).status_code == 409
    assert User.objects.count() == 1
