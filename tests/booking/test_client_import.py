"""Lists in and out: what Excel writes is read, what is shown is what is written, and going round changes nothing."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from booking import client_csv, client_export
from booking.actions import client_imports, client_records
from booking.errors import ListChanged, UnreadableFile
from booking.models import ClientImport, ClientRecord
from common.clock import now
from tests.factories.booking import AppointmentFactory, bookable_practitioner
from tests.factories.practitioners import PractitionerFactory

IMPORT = "/espace-praticien/clients/importer/"
LIST = 'Prénom;Nom;E-mail;Téléphone;Étiquettes;Note\r\nÉlodie;L’Hermitte;elodie@exemple.fr;06 12 34 56 78;Matin, Visio;"Deux\r\nlignes"\r\n'


@pytest.fixture
def office(client: Client, login_as):
    practitioner, _service = bookable_practitioner()
    login_as(practitioner.user)
    return practitioner


def plan_of(practitioner, text: str | bytes) -> client_imports.Plan:
    data = text if isinstance(text, bytes) else text.encode()
    return client_imports.plan(client_imports.upload(practitioner=practitioner, data=data, now=now()))


def send(client: Client, data: bytes, name: str = "clients.csv"):
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, data, content_type="text/csv")})


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_what_spreadsheets_write_is_read(encoding: str, delimiter: str) -> None:
    text = LIST.replace("Matin, Visio", '"Matin, Visio"').replace(";", delimiter)
    (line,) = plan_of(PractitionerFactory(), text.encode(encoding)).lines
    assert (line.first_name, line.last_name, line.email) == ("Élodie", "L’Hermitte", "elodie@exemple.fr")
    assert (line.phone, line.tags, line.note) == ("+33612345678", ["Matin", "Visio"], "Deux\nlignes")
    assert line.verdict == client_imports.CREATE


@pytest.mark.parametrize(
    ("heading", "columns"),
    [
        ("First Name,Last Name,Email,Phone", ["first_name", "last_name", "email", "phone"]),
        ("NOM,PRÉNOM,Adresse e-mail,Portable", ["last_name", "first_name", "email", "phone"]),
        ("Nom complet,Courriel,Tél.,Remarques", ["full_name", "email", "phone", "note"]),
        ("Ville,Âge,Email,Mail", ["", "", "email", ""]),
    ],
)
def test_columns_are_known_by_their_names(heading: str, columns: list[str]) -> None:
    assert client_csv.recognise(heading.split(",")) == columns


@pytest.mark.parametrize(
    ("name", "parts"),
    [("Marie DUPONT", ("Marie", "DUPONT")), ("DUPONT Marie", ("Marie", "DUPONT")), ("Marie de la Tour", ("Marie", "de la Tour")),
     ("Marie", ("Marie", "")), ("", ("", ""))],
)  # fmt: skip
def test_a_cell_with_both_names(name: str, parts: tuple[str, str]) -> None:
    assert client_csv.split_name(name) == parts


@pytest.mark.parametrize(
    ("typed", "number"),
    [("06 12 34 56 78", "+33612345678"), ("0612345678", "+33612345678"), ("612345678", "+33612345678"),
     ("+33 (0)6 12 34 56 78", "+33612345678"), ("0692 12 34 56", "+262692123456"), ("0690 00 12 34", "+590690001234"),
     ("0044 20 7946 0958", "+442079460958"), ("", ""), ("bientôt", None), ("12", None), ("9" * 500, None)],
)  # fmt: skip
def test_telephones_as_people_write_them(typed: str, number: str | None) -> None:
    assert client_csv.read_phone(typed) == number
    if number:
        assert client_csv.read_phone(client_csv.write_phone(number)) == number


@pytest.mark.django_db
def test_each_line_says_what_becomes_of_it() -> None:
    practitioner = PractitionerFactory()
    known = client_records.create(
        practitioner=practitioner, first_name="Ana", last_name="Roux", email="ana@exemple.fr", tags=["Matin"], now=now()
    )
    complete = client_records.create(
        practitioner=practitioner, first_name="Bo", last_name="Lin", email="bo@exemple.fr", now=now()
    )
    lines = plan_of(
        practitioner,
        "prénom;nom;e-mail;téléphone;étiquettes\n"
        "Nour;Ali;nour@exemple.fr;;\n"
        "Anna;Roux;ANA@exemple.fr;0612345678;matin, Soir\n"
        "Bo;Lin;bo@exemple.fr;;\n"
        "Nour;Ali;nour@exemple.fr;;\n"
        "Zoé;Blé;pas-une-adresse;;\n"
        "Zoé;Blé;;téléphone;\n"
        ";;;0612345678;\n"
        "\n"
        f"{'é' * 81};;;;\n"
        "Bo;Lin;;;\n",
    ).lines
    found = [(line.number, line.verdict, str(line.reason), line.changes) for line in lines]
    assert found == [
        (2, "create", "", []),
        (3, "update", "", ["phone", "tags"]),
        (4, "skip", "déjà dans votre liste, rien à ajouter", []),
        (5, "skip", "déjà à la ligne 2 du fichier", []),
        (6, "skip", "ce n’est pas une adresse e-mail", []),
        (7, "skip", "ce n’est pas un numéro de téléphone", []),
        (8, "skip", "ni nom ni adresse e-mail", []),
        (10, "skip", "le nom dépasse 80 caractères", []),
        (11, "skip", "déjà dans votre liste, rien à ajouter", []),
    ]
    assert lines[1].record_id == known.pk
    assert complete.tags == []


@pytest.mark.django_db
def test_nothing_is_written_before_the_confirmation_and_then_exactly_what_was_shown(client: Client, office) -> None:
    AppointmentFactory(practitioner=office)
    ana = client_records.create(practitioner=office, first_name="Ana", last_name="", email="ana@exemple.fr", now=now())
    sent = send(client, b"prenom;nom;email\nNour;Ali;nour@exemple.fr\nAnna;Roux;ana@exemple.fr\n")
    assert sent.status_code == 302
    page = client.get(sent["Location"]).content.decode()
    shown = re.search(r'name="shown" value="(\w{64})"', page).group(1)  # type: ignore[union-attr]
    assert ClientRecord.objects.count() == 1
    refused = client.post(sent["Location"], {"shown": shown})
    assert refused.status_code == 422
    done = client.post(sent["Location"], {"shown": shown, "informed": "on"})
    assert done["Location"] == "/espace-praticien/clients/"
    ana.refresh_from_db()
    assert (ana.first_name, ana.last_name) == ("Ana", "Roux")  # completed, never replaced
    nour = ClientRecord.objects.get(email="nour@exemple.fr")
    assert (nour.source, nour.folded_name) == ("import", "ali nour")
    row = ClientImport.objects.get()
    assert (row.text, row.created_count, row.updated_count) == ("", 1, 1)
    assert client.post(sent["Location"], {"shown": shown, "informed": "on"}).status_code == 404


@pytest.mark.django_db
def test_a_list_that_changed_meanwhile_is_shown_again(client: Client, office) -> None:
    sent = send(client, b"prenom;email\nNour;nour@exemple.fr\n")
    page = client.get(sent["Location"]).content.decode()
    shown = re.search(r'name="shown" value="(\w{64})"', page).group(1)  # type: ignore[union-attr]
    client_records.create(practitioner=office, first_name="Nour", last_name="", email="nour@exemple.fr", now=now())
    answer = client.post(sent["Location"], {"shown": shown, "informed": "on"})
    assert answer.status_code == 409
    assert "Votre liste de clients a changé" in answer.content.decode()
    assert ClientRecord.objects.count() == 1
    with pytest.raises(ListChanged):
        client_imports.apply(import_id=ClientImport.objects.get().pk, shown=shown, now=now())


@pytest.mark.django_db
def test_columns_that_are_not_known_are_asked_for(client: Client, office) -> None:
    sent = send(client, b"A;B;C\nNour;Ali;nour@exemple.fr\n")
    assert sent["Location"].endswith("/colonnes/")
    page = client.get(sent["Location"]).content.decode()
    assert "nour@exemple.fr" in page
    nobody = client.post(sent["Location"], {"c0": "", "c1": "", "c2": "note"})
    assert nobody.status_code == 422
    twice = client.post(sent["Location"], {"c0": "first_name", "c1": "first_name", "c2": "email"})
    assert twice.status_code == 422
    chosen = client.post(sent["Location"], {"c0": "first_name", "c1": "last_name", "c2": "email", "heading": "on"})
    check = client.get(chosen["Location"]).content.decode()
    assert "Nour Ali" in check
    assert "1 nouveau client" in check


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Ce fichier est vide."),
        (b"\n \n", "Ce fichier est vide."),
        (b"PK\x03\x04" + b"x" * 100, "format propre à un tableur"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "format propre à un tableur"),
        (b"%PDF-1.7", "pas une liste en texte"),
        (b"nom;email\nA\0B;x@y.fr\n", "pas une liste en texte"),
        (b"\xff\xfe\x00", "pas une liste en texte"),
        (b"nom\n" + b"Durand\n" * 5001, "plus de 5"),
        (b"nom;email\n" + b"x" * 2_000_001, "dépasse 2"),
        (b";".join(b"c" for _ in range(90)), "plus de 60 colonnes"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read_say_so(client: Client, office, data: bytes, words: str) -> None:
    answer = send(client, data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ClientImport.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [b'nom;email\n"jamais ferm\xc3\xa9;x@y.fr\n', b"\xfe\xff\x00n\x00o\x00m", b"sep=;\nnom\nDurand\n", b"nom\r\rDurand\r", b"nom;nom;nom\n;;\n",
     b'"' * 500, b"nom\n" + b"z" * 131_100, "nom;e-mail\n🙂;\u202e@x.fr\n".encode(), b"\x80\x81\x8d\x8f\x9d;nom\nx;y\n"],
)  # fmt: skip
def test_odd_files_never_break(client: Client, office, data: bytes) -> None:
    answer = send(client, data)
    assert answer.status_code in {302, 422}
    if answer.status_code == 302:
        assert client.get(answer["Location"]).status_code in {200, 302}


@pytest.mark.django_db
def test_anothers_import_does_not_exist(client: Client, office) -> None:
    other = client_imports.upload(practitioner=PractitionerFactory(), data=b"nom\nAli\n", now=now())
    assert client.get(f"{IMPORT}{other.pk}/").status_code == 404
    assert client.get(f"{IMPORT}{other.pk}/colonnes/").status_code == 404
    assert client.post(f"{IMPORT}{other.pk}/", {"shown": "x", "informed": "on"}).status_code == 404
    assert client.get(f"{IMPORT}{10**25}/").status_code == 404


@pytest.mark.django_db
def test_five_thousand_lines_are_planned_in_one_query(django_assert_max_num_queries) -> None:
    practitioner = PractitionerFactory()
    lines = "\n".join(f"P{n};N{n};p{n}@exemple.fr" for n in range(5000))
    row = client_imports.upload(practitioner=practitioner, data=f"prenom;nom;email\n{lines}".encode(), now=now())
    with django_assert_max_num_queries(1):
        plan = client_imports.plan(row)
    assert plan.count(client_imports.CREATE) == 5000
    with django_assert_max_num_queries(25):
        client_imports.apply(import_id=row.pk, shown=plan.digest, now=now())
    assert ClientRecord.objects.count() == 5000


@pytest.mark.django_db
def test_a_file_nobody_confirmed_is_forgotten_after_a_day() -> None:
    row = client_imports.upload(
        practitioner=PractitionerFactory(), data=b"nom\nAli\n", now=now() - client_imports.KEPT * 2
    )
    assert client_imports.forget(now=now()) == 1
    assert not ClientImport.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("cell", ["=1+1", "+33", "-2", "@cmd", "\tx", "'=x", "''@", "'t Hooft", "", "d'Arc", "Élodie"])
def test_a_cell_never_computes_and_comes_back_as_it_was(cell: str) -> None:
    written = client_csv.escape(cell)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert client_csv.unescape(written) == cell


@pytest.mark.django_db
def test_the_exports_open_in_a_french_excel(client: Client, office) -> None:
    record = client_records.create(
        practitioner=office,
        first_name="=HYPERLINK(1)",
        last_name="Ali",
        phone="+33612345678",
        tags=["Matin"],
        now=now(),
    )
    AppointmentFactory(practitioner=office, record=record, contact_last_name="@Ali")
    AppointmentFactory(contact_last_name="Ailleurs")
    answer = client.get("/espace-praticien/clients/exporter/clients.csv")
    text = answer.content.decode("utf-8-sig")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert text.splitlines()[0].startswith("Prénom;Nom;E-mail;Téléphone;Étiquettes;Note pratique")
    assert "'=HYPERLINK(1);Ali;;06 12 34 56 78;Matin" in text
    agenda = client.get("/espace-praticien/clients/exporter/agenda.csv").content.decode("utf-8-sig")
    assert "'@Ali" in agenda
    assert "60,00" in agenda
    assert "Ailleurs" not in agenda
    calendar = client.get("/espace-praticien/clients/exporter/agenda.ics").content.decode()
    assert calendar.count("BEGIN:VEVENT") == 1


names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12).map(
    lambda s: " ".join(s.split())
)
people = st.lists(
    st.fixed_dictionaries(
        {
            "first_name": names,
            "last_name": names,
            "email": st.sampled_from(["", "a@exemple.fr", "b@exemple.fr", "c@exemple.fr", "d.e+f@exemple.fr"]),
            "phone": st.sampled_from(["", "+33612345678", "+262692123456", "+442079460958", "+33478901234"]),
            "tags": st.lists(names, max_size=3),
            "note": st.text(
                st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\0"), max_size=40
            ),
        }
    ),
    max_size=5,
)


class GoingRound(TestCase):
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(people=people)
    def test_importing_what_was_exported_changes_nothing(self, people: list[dict[str, object]]) -> None:
        practitioner = PractitionerFactory()
        seen: set[object] = {""}
        for person in people:
            if person["email"] in seen:
                person["email"] = ""
            seen.add(person["email"])
            if person["first_name"] or person["last_name"] or person["email"]:
                client_records.create(practitioner=practitioner, now=now(), **person)  # type: ignore[arg-type]
        before = list(ClientRecord.objects.filter(practitioner=practitioner).order_by("pk").values())
        text = client_export.clients(practitioner, now=now())
        try:
            row = client_imports.upload(practitioner=practitioner, data=b"\xef\xbb\xbf" + text.encode(), now=now())
        except UnreadableFile:
            raise AssertionError(text) from None
        plan = client_imports.plan(row)
        changed = [line for line in plan.lines if line.verdict != client_imports.SKIP]
        assert changed == [], text
        client_imports.apply(import_id=row.pk, shown=plan.digest, now=now())
        assert list(ClientRecord.objects.filter(practitioner=practitioner).order_by("pk").values()) == before
