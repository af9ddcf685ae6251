"""The desk of the legal team and the page of the practitioner: who enters, what is pressed, what is refused, what is counted."""

import datetime as dt
import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from odfdo import Document

from accounts.roles import Role
from common.clock import now, today
from common.models import OutboxMessage, ReadingLog
from legal.models import AnswerTemplate, RightsEvent, RightsRequest
from legal.requests import answer_texts, answering, figures, handling, identity
from practitioners.models import Practitioner
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory
from tests.factories.rights import make_letter, make_request
from tests.practitioners.papers import archive, pdf, photograph

pytestmark = pytest.mark.django_db

DESK = "/cms/demandes-de-droits/"
PDF = pdf()


@pytest.fixture
def team(login_as):
    return login_as(Role.LEGAL)


def page_of(request: RightsRequest) -> str:
    return f"{DESK}{request.reference}/"


def forwarded_to(practitioner: Practitioner) -> RightsRequest:
    request = make_request(text=f"Ma fiche chez {practitioner.full_name}, {practitioner.pk}.")
    practitioner.user.groups.add(UserFactory(roles=[Role.PRACTITIONER]).groups.get())
    return handling.forward(request_id=request.pk, email=practitioner.user.email, by=UserFactory(), now=now())


@pytest.mark.parametrize("path", ["", "saisir/", "registre/", "registre.csv", "modeles/", "modeles/refused/"])
@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATION, Role.PRACTITIONER])
def test_only_the_legal_team_enters(client, login_as, path, role):
    login_as(role)
    assert client.get(DESK + path).status_code in {302, 403}


def test_the_list_shows_the_nearest_end_first_and_nobody_s_name(client, team):
    late = make_letter(received_on=today() - dt.timedelta(days=50), name="Marcel Thibault")
    make_request()
    text = client.get(DESK).content.decode()
    assert text.index(late.reference) < text.index(make_request().reference)
    assert "Marcel" not in text
    assert "en retard" in text


def test_each_reading_of_a_request_is_recorded_for_its_person(client, team):
    request = make_request(user=UserFactory())
    client.get(page_of(request))
    log = ReadingLog.objects.get()
    assert (log.reader, log.person, request.reference in log.reason) == (team, request.account, True)


def test_what_came_by_post_is_entered_with_its_day(client, team):
    said = {
        "channel": "post", "received_on": str(today() - dt.timedelta(days=4)), "kind": "erasure", "name": "Marcel Thibault",
        "email": "", "postal_address": "12 rue des Tanneurs\n69005 Lyon", "about": "", "text": "Effacez mon compte.",
    }  # fmt: skip
    assert client.post(f"{DESK}saisir/", said | {"received_on": "2099-01-01"}).status_code == 422
    assert client.post(f"{DESK}saisir/", said | {"postal_address": ""}).status_code == 422
    assert client.post(f"{DESK}saisir/", said | {"received_on": "demain"}).status_code == 422
    assert client.post(f"{DESK}saisir/", said).status_code == 302
    request = RightsRequest.objects.get()
    assert (request.channel, request.received_on) == ("post", today() - dt.timedelta(days=4))
    assert not OutboxMessage.objects.exists()


def test_every_step_is_a_press_on_the_page(client, team):
    request = make_request()
    path = page_of(request)
    other = UserFactory(email="autre@example.fr")
    for act, data in [
        ("take", {}),
        ("note", {"reason": "À voir."}),
        ("account", {"email": other.email}),
        ("ask", {"reason": "Laquelle ?"}),
        ("doubt", {"reason": "Homonyme."}),
        ("prove", {"document": "passport", "file": SimpleUploadedFile("a.pdf", PDF)}),
        ("seen", {}),
        ("extend", {"reason": "Complexe."}),
        ("attach", {"file": SimpleUploadedFile("reponse.pdf", PDF)}),
        ("answer", {"text": "Voici vos données."}),
    ]:
        assert client.post(path, {"act": act} | data).status_code == 302, act
        assert client.get(path).status_code == 200
    steps = list(RightsEvent.objects.values_list("what", flat=True))
    assert steps == [
        "received",
        "taken",
        "noted",
        "account",
        "asked",
        "doubted",
        "proved",
        "seen",
        "extended",
        "answered",
    ]
    request.refresh_from_db()
    assert (request.state, request.files.get().name) == ("answered", "reponse.pdf")


def test_the_whole_copy_of_the_account_is_joined_once_the_team_said_whose_it_is(client, team):
    request = make_request()
    assert client.post(page_of(request), {"act": "attach-export"}).status_code == 422
    owner = UserFactory(email="zoe@example.fr", last_name="Martin-Copie")
    client.post(page_of(request), {"act": "account", "email": owner.email})
    assert client.post(page_of(request), {"act": "attach-export"}).status_code == 302
    with request.files.get().file.open("rb") as opened, zipfile.ZipFile(opened) as archive:
        assert "Martin-Copie" in archive.read("data.json").decode()


def test_the_answer_starts_from_the_template_of_the_right(client, team):
    request = make_request(kind="erasure", name="Léa <b>Marchand</b>")
    text = client.get(page_of(request)).content.decode()
    assert "Vos données sont effacées" in text
    assert "<b>Marchand</b>" not in text


def test_what_is_missing_or_too_late_is_said_and_nothing_typed_is_lost(client, team):
    request = make_request()
    assert client.post(page_of(request), {"act": "refuse", "reason": ""}).status_code == 422
    assert client.post(page_of(request), {"act": "forward", "email": "x"}).status_code == 422
    assert client.post(page_of(request), {"act": "detach", "file_id": "9" * 40}).status_code == 422
    assert client.post(page_of(request), {"act": "inconnu"}).status_code == 404
    answering.answer(request_id=request.pk, text="Voici.", by=UserFactory(), now=now())
    late = client.post(page_of(request), {"act": "answer", "text": "Ma réponse."})
    assert late.status_code == 409
    assert OutboxMessage.objects.filter(to="zoe@example.fr").count() == 2


def test_the_copy_of_an_identity_is_shown_to_the_team_alone(client, team, login_as):
    request = make_request()
    handling.doubt(request_id=request.pk, reason="Homonyme.", by=team, now=now())
    identity.prove(
        request_id=request.pk, document="passport", upload=SimpleUploadedFile("a.pdf", PDF), by=None, now=now()
    )
    path = f"{page_of(request)}justificatif/"
    response = client.get(path)
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    client.post(page_of(request), {"act": "seen"})
    assert client.get(path).status_code == 404
    login_as(Role.EDITOR)
    assert client.get(path).status_code in {302, 403}


def test_who_has_no_e_mail_gets_letters_to_print(client, team):
    letter = make_letter(received_on=today(), name="Marcel 🌿 Thibault")
    answering.answer(request_id=letter.pk, text="Vos données\n\nsont effacées.", by=team, now=now())
    text = client.get(page_of(letter)).content.decode()
    paths = re.findall(r'href="([^"]+/lettre/\d+\.pdf)"', text)
    assert len(paths) == 2
    for path in paths:
        assert client.get(path).content.startswith(b"%PDF")
    assert client.get(f"{page_of(letter)}lettre/999999.pdf").status_code == 404


def test_the_register_counts_each_right_its_time_and_what_came_late(client, team):
    # At noon: days are counted in Paris, whose clocks change twice a year.
    moment = (now() - dt.timedelta(days=60)).replace(hour=12)
    on_time = make_request(kind="access", now=moment)
    answering.answer(request_id=on_time.pk, text="Voici.", by=team, now=moment + dt.timedelta(days=10))
    late = make_request(kind="access", now=moment, text="Autre.")
    answering.refuse(request_id=late.pk, reason="Non.", by=team, now=moment + dt.timedelta(days=50))
    make_request(kind="erasure", now=moment)
    found, total = figures.lines(list(RightsRequest.objects.all()), today=today())
    access = next(line for line in found if line.label == RightsRequest.Kind.ACCESS.label)
    assert (access.received, access.answered, access.refused, access.open, access.late) == (2, 1, 1, 0, 1)
    assert access.delay == 30
    assert (total.received, total.open, total.late) == (3, 1, 2)
    year = f"?annee={moment.year}"
    text = client.get(f"{DESK}registre/{year}").content.decode()
    assert "<svg" in text
    assert "Zoé" not in text
    csv = client.get(f"{DESK}registre.csv{year}").content.decode("utf-8-sig")
    assert on_time.reference in csv
    assert "Zoé" not in csv
    sheets = Document(io.BytesIO(client.get(f"{DESK}registre.ods{year}").content)).body.tables
    assert [sheet.name for sheet in sheets] == ["Demandes", "Chiffres"]
    assert client.get(f"{DESK}registre.exe").status_code == 404
    for bad in ("x", "1", "9" * 400, "²", "-5"):
        assert client.get(f"{DESK}registre/?annee={bad}").status_code == 200


def test_a_template_is_edited_versioned_and_used_by_the_next_message(client, team):
    path = f"{DESK}modeles/refused/"
    text = "Bonjour {nom}, c’est non : {motif}"
    assert client.post(path, {"after": "0", "text": "Sans raison."}).status_code == 422
    assert client.post(path, {"after": "0", "text": "{motif} {inconnu}"}).status_code == 422
    assert client.post(path, {"after": "0", "text": text}).status_code == 302
    stale = client.post(path, {"after": "0", "text": "Autre : {motif}"})
    assert stale.status_code == 409
    assert "Autre :" in stale.content.decode()
    assert AnswerTemplate.objects.count() == 1
    request = make_request(name="Zoé {reference}")
    answering.refuse(request_id=request.pk, reason="Pièces comptables {nom}.", by=team, now=now())
    sent = OutboxMessage.objects.filter(to="zoe@example.fr").latest("pk").text
    assert "Bonjour Zoé {reference}, c’est non\u00a0: Pièces comptables {nom}." in sent
    assert client.get(f"{DESK}modeles/inconnu/").status_code == 404


def test_every_template_as_delivered_says_what_the_law_wants_and_names_nothing_unknown():
    for key, wording in answer_texts.WORDINGS.items():
        assert not answer_texts.unknown_names(wording.text), key
        assert not answer_texts.missing_names(key, wording.text), key


def test_a_practitioner_sees_and_answers_own_requests_with_the_clock(client, login_as):
    practitioner, other = PractitionerFactory(), PractitionerFactory()
    mine, theirs = forwarded_to(practitioner), forwarded_to(other)
    login_as(practitioner.user)
    text = client.get("/espace-praticien/demandes-de-droits/").content.decode()
    assert "Zoé Martin" in text
    assert "Il reste" in text
    path = f"/espace-praticien/demandes-de-droits/{mine.reference}/"
    assert client.get(path).status_code == 200
    assert client.get(f"/espace-praticien/demandes-de-droits/{theirs.reference}/").status_code == 404
    refused = client.post(path, {"outcome": "", "text": "Je garde ma réponse."})
    assert refused.status_code == 422
    assert "Je garde ma réponse." in refused.content.decode()
    assert client.post(path, {"outcome": "answered", "text": "Votre fiche est jointe."}).status_code == 302
    assert client.post(path, {"outcome": "answered", "text": "Encore."}).status_code == 409
    assert "Votre fiche est jointe." in OutboxMessage.objects.filter(to="zoe@example.fr").latest("pk").text
    assert client.get("/espace-praticien/demandes-de-droits/").status_code == 200


def test_a_practitioner_gives_back_and_no_longer_sees_it(client, login_as):
    practitioner = PractitionerFactory()
    mine = forwarded_to(practitioner)
    login_as(practitioner.user)
    path = f"/espace-praticien/demandes-de-droits/{mine.reference}/"
    assert client.post(path, {"act": "give-back", "reason": ""}).status_code == 422
    assert client.post(path, {"act": "give-back", "reason": "Inconnue de moi."}).status_code == 302
    assert client.get(path).status_code == 404


def test_the_list_is_read_in_a_few_queries_whatever_its_length(client, team, django_assert_max_num_queries):
    for number in range(30):
        make_letter(received_on=today(), text=f"{number}")
    client.get(DESK)
    with django_assert_max_num_queries(25):
        client.get(DESK)


def test_a_document_joined_to_an_answer_is_examined_as_those_of_applications(client, team):
    """A picture is drawn anew, without the place it was taken at; what hides something else is refused with words."""
    request = make_request()
    handling.take(request_id=request.pk, by=team, now=now())
    for content, name in [
        (photograph("PNG"), "photo.pdf"),
        (pdf() + archive(), "reponse.pdf"),
        (pdf(catalog="/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.alert\\(1\\))>>]>>>>"), "reponse.pdf"),
        (b"%PDF-1.7 coup", "reponse.pdf"),
    ]:
        sent = {"act": "attach", "file": SimpleUploadedFile(name, content)}
        assert client.post(page_of(request), sent).status_code == 422, name
    assert not request.files.exists()
    sent = {"act": "attach", "file": SimpleUploadedFile("capture.png", photograph("PNG"))}
    assert client.post(page_of(request), sent).status_code == 302
    kept = request.files.get()
    assert kept.name == "capture.jpg"
    with kept.file.open() as opened:
        content = opened.read()
    assert content.startswith(b"\xff\xd8\xff")
    assert b"Appareil" not in content
