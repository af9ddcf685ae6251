"""Proof files (L5): made with a reason, readable by those concerned in their log, and whose least change is found."""

import datetime as dt
import hashlib
import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from pypdf import PdfReader

from accounts.roles import Role
from booking.ledger import entries
from booking.models.appointment import AppointmentEvent, Status
from common.clock import now
from common.models import ReadingLog
from common.proof_parts import parts_of, topics
from legal import reportables
from legal.actions import reports
from legal.models import ProofFile
from legal.proof_files import archive, making
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, PaymentFactory
from tests.factories.legal import make_acceptance, make_version
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db

WHY = "Litige avec la cliente, dossier 2026-14"
PATH = "/cms/dossiers-de-preuve/"


@pytest.fixture
def client_():
    return UserFactory(email="lea@example.fr", first_name="Léa", last_name="Marchand")


@pytest.fixture
def acceptance(client_):
    return make_acceptance(make_version(now=now() - dt.timedelta(days=30)), user=client_)


def make(kind: str, which: str) -> tuple[ProofFile, bytes]:
    topic = topics.get(kind)
    subject = making.find(topic, which)
    return making.make(topic=topic, subject=subject, reason=WHY, by=UserFactory(roles=[Role.LEGAL]), now=now())


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        return {name: found.read(name) for name in found.namelist()}


def packed(files: dict[str, bytes]) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as written:
        for name, content in files.items():
            written.writestr(name, content)
    target.seek(0)
    return target


def test_the_file_of_an_acceptance_holds_its_text_its_receipt_and_the_account(acceptance, client_):
    row, content = make("acceptance", f"#{acceptance.sequence}")
    files = opened(content)
    assert {"dossier.pdf", "dossier.json", "LISEZ-MOI.txt", "MANIFESTE.sha256"} <= set(files)
    assert f"pieces/recus/acceptation-{acceptance.sequence}.json" in files
    assert any(name.startswith("pieces/textes/") for name in files)
    said = json.loads(files["dossier.json"])
    assert said["reference"] == row.reference
    assert said["reason"] == WHY
    parts = {part["key"]: part["data"] for part in said["parts"]}
    assert parts[f"compte-{client_.pk}"]["email"] == "lea@example.fr"
    assert parts["acceptations"][0]["hash"] == acceptance.hash
    assert files["dossier.pdf"].startswith(b"%PDF")


def test_the_file_of_an_appointment_holds_booking_boxes_and_history(acceptance, client_):
    row = AppointmentFactory(client=client_, status=Status.CONFIRMED)
    _file, content = make("appointment", row.reference.lower())
    said = json.loads(opened(content)["dossier.json"])
    parts = {part["key"]: part["data"] for part in said["parts"]}
    assert parts["rendez-vous"]["reference"] == row.reference
    assert parts["rendez-vous"]["price_cents"] == row.price_cents
    assert parts["acceptations"][0]["hash"] == acceptance.hash
    assert "grand-livre" not in parts
    AppointmentEvent.objects.create(
        appointment=row, action="confirm", before="held", after="confirmed", by="client", at=now()
    )
    with translation.override("fr"):
        (history,) = [
            part for part in parts_of(making.find(topics.get("appointment"), row.reference)) if "historique" in part.key
        ]
    assert history.rows
    assert all(word not in Status.values for line in history.rows for word in line), "states in words, on paper"


@pytest.mark.parametrize("kind", ["appointment", "payment", "report", "acceptance"])
@pytest.mark.parametrize("which", ["", "   ", "INCONNU", "-1", "9" * 80, "🌿", "ABC-99999999999", "#²"])
def test_what_does_not_exist_makes_no_file(kind, which):
    with pytest.raises(making.NothingOfTheKind):
        making.find(topics.get(kind), which)


def test_the_same_content_is_the_same_bytes(acceptance):
    topic = topics.get("acceptance")
    subject = making.find(topic, str(acceptance.sequence))
    cover = archive.Cover("P-TEST", now(), "Antoine Roux", WHY)
    parts = making.parts_of(subject)
    assert archive.build(subject, "x", parts, cover) == archive.build(subject, "x", parts, cover)


def test_a_whole_file_is_whole_and_is_known_here(acceptance, tmp_path, capsys):
    row, content = make("acceptance", str(acceptance.sequence))
    assert archive.tampered(io.BytesIO(content)) == (row.commitment, [])
    path = tmp_path / "dossier.zip"
    path.write_bytes(content)
    call_command("verify_proof_file", str(path))
    assert row.reference in capsys.readouterr().out


def test_each_file_that_is_changed_removed_or_added_is_named(acceptance):
    _row, content = make("acceptance", str(acceptance.sequence))
    files = opened(content)
    for name in files:
        if name == archive.MANIFEST:
            continue
        for changed in (files[name] + b" ", files[name][:-1], b""):
            assert archive.tampered(packed(files | {name: changed}))[1] == [f"{name}: changed"]
        without = {other: body for other, body in files.items() if other != name}
        assert archive.tampered(packed(without))[1] == [f"{name}: missing"]
    assert archive.tampered(packed(files | {"pieces/faux.txt": b"x"}))[1] == ["pieces/faux.txt: not in the manifest"]
    no_manifest = {name: body for name, body in files.items() if name != archive.MANIFEST}
    assert archive.tampered(packed(no_manifest))[1] == [f"{archive.MANIFEST}: missing"]


def test_a_file_made_over_with_its_manifest_is_not_the_one_made_here(acceptance, tmp_path, capsys):
    """Who changes the JSON and writes the manifest anew has a whole archive, which the chain does not know."""
    _row, content = make("acceptance", str(acceptance.sequence))
    files = opened(content)
    forged = files["dossier.json"].replace(b"Accept", b"Refuse") + b"\n"
    manifest = files[archive.MANIFEST].decode().replace(archive._digest(files["dossier.json"]), archive._digest(forged))
    made_over = packed(files | {"dossier.json": forged, archive.MANIFEST: manifest.encode()})
    assert archive.tampered(made_over)[1] == []
    path = tmp_path / "faux.zip"
    path.write_bytes(made_over.getvalue())
    with pytest.raises(CommandError):
        call_command("verify_proof_file", str(path))
    assert "not one that was made here" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"PK", b"%PDF-1.7", b"x" * 10_000])
def test_what_is_no_archive_is_said_to_be_none(content):
    assert archive.tampered(io.BytesIO(content))[1]


def test_the_list_of_files_made_cannot_be_rewritten(acceptance):
    row, _content = make("acceptance", str(acceptance.sequence))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update legal_prooffile set commitment = repeat('0', 64)")
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute("update legal_prooffile set commitment = repeat('0', 64)")
        cursor.execute("set session_replication_role = origin")
    assert [link.sequence for link in ProofFile.broken_links()] == [row.sequence]


def test_the_desk_hands_the_file_over_and_records_it_for_those_concerned(client, login_as, acceptance, client_):
    login_as(Role.LEGAL)
    said = {"topic": "acceptance", "which": str(acceptance.sequence), "reason": WHY}
    response = client.post(PATH, said)
    assert response["Content-Type"] == "application/zip"
    assert archive.tampered(io.BytesIO(response.content))[1] == []
    log = ReadingLog.objects.get()
    assert (log.person, log.act, log.reason) == (client_, "export", WHY)
    assert ProofFile.objects.get().reference in client.get(PATH).content.decode()


def test_no_file_without_a_reason_or_without_a_thing(client, login_as, acceptance):
    login_as(Role.LEGAL)
    for changed in ({"reason": ""}, {"reason": "court"}, {"which": "INCONNU"}, {"topic": "x"}, {"topic": ""}):
        said = {"topic": "acceptance", "which": str(acceptance.sequence), "reason": WHY} | changed
        assert client.post(PATH, said).status_code == 422
    assert not ProofFile.objects.exists()
    assert not ReadingLog.objects.exists()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATION, Role.PRACTITIONER])
def test_only_the_legal_team_makes_one(client, login_as, role):
    login_as(role)
    assert client.get(PATH).status_code in {302, 403}


# Each kind, from the desk to the verification.


def _appointment():
    row = AppointmentFactory(client=UserFactory(email="lea@example.fr"), status=Status.CONFIRMED)
    return row.reference, {"rendez-vous", f"compte-{row.client_id}"}, {row.client_id, row.practitioner.user_id}


def _payment():
    payment = PaymentFactory(paid_at=now())
    entries.payment_taken(payment, now=now())
    row = payment.appointment
    wanted = {"rendez-vous", "paiements", "grand-livre", f"compte-{row.client_id}"}
    return f"{row.reference}-{payment.attempt}", wanted, {row.client_id, row.practitioner.user_id}


def _report():
    reporter = UserFactory()
    row = reports.file_report(
        reportable=reportables.reportable("profil"), subject=PractitionerFactory(), ground="false",
        text="Ce diplôme n’existe pas.", email=reporter.email, reporter=reporter, now=now(),
    )  # fmt: skip
    return row.reference, {"signalement", f"compte-{reporter.pk}"}, {reporter.pk}


def _acceptance_of_all():
    person = UserFactory()
    row = make_acceptance(make_version(now=now() - dt.timedelta(days=30)), user=person)
    return f"#{row.sequence}", {"acceptations", f"compte-{person.pk}"}, {person.pk}


KINDS = {"appointment": _appointment, "payment": _payment, "report": _report, "acceptance": _acceptance_of_all}


def test_every_kind_has_its_walk():
    assert set(KINDS) == {topic.key for topic in topics}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_is_whole_recorded_marked_and_betrays_a_change(client, login_as, kind, tmp_path):
    which, wanted, people = KINDS[kind]()
    maker = login_as(Role.LEGAL)
    answer = client.post(PATH, {"topic": kind, "which": which, "reason": WHY})
    assert answer.status_code == 200
    files = opened(answer.content)

    # What is in it.
    said = json.loads(files["dossier.json"])
    assert said["about"]["kind"] == kind
    assert (said["made_by"], said["reason"]) == (maker.get_full_name(), WHY)
    parts = {part["key"]: part for part in said["parts"]}
    assert wanted <= set(parts), set(parts)
    assert all(name in files for part in parts.values() for name in part["files"])

    # Its hashes, by the procedure of its own LISEZ-MOI: nothing of this program.
    manifest = dict(line.split("  ", 1)[::-1] for line in files["MANIFESTE.sha256"].decode().splitlines())
    assert set(manifest) == set(files) - {"MANIFESTE.sha256"}
    assert all(hashlib.sha256(files[name]).hexdigest() == digest for name, digest in manifest.items())
    row = ProofFile.objects.get()
    assert row.commitment == hashlib.sha256(files["MANIFESTE.sha256"]).hexdigest()
    assert (row.kind, row.made_by) == (kind, maker)
    path = tmp_path / "dossier.zip"
    path.write_bytes(answer.content)
    call_command("verify_proof_file", str(path))

    # On each page, who took it and why; and each of those concerned reads it in their log.
    for page in PdfReader(io.BytesIO(files["dossier.pdf"])).pages:
        assert row.reference in page.extract_text()
    assert set(ReadingLog.objects.filter(act="export", reason=WHY).values_list("person_id", flat=True)) == people

    # One letter of what it says, changed.
    changed = files["dossier.json"].replace(which.lstrip("#").encode(), b"AUTRE", 1)
    assert changed != files["dossier.json"]
    path.write_bytes(packed(files | {"dossier.json": changed}).getvalue())
    with pytest.raises(CommandError):
        call_command("verify_proof_file", str(path))
    assert archive.tampered(packed(files | {"dossier.json": changed}))[1] == ["dossier.json: changed"]
