"""A receipt proves an answer by itself: recomputed by a program that knows nothing of the site."""

import datetime as dt
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from common.clock import now
from legal import verifier
from legal.actions import acceptances, anchors, documents
from legal.models import Acceptance
from tests.factories.accounts import UserFactory
from tests.factories.legal import make_acceptance, make_document, make_translation, make_version
from tests.legal.test_drafting import published

pytestmark = pytest.mark.django_db
VERAPDF = Path(__file__).resolve().parents[3] / "shared" / "verapdf" / "validate"


def must_be_pdf_a(flavour: str, *files: Path) -> None:
    """By veraPDF: skipped where it is not there, but not where the tests decide."""
    if not VERAPDF.exists():
        if os.environ.get("CI"):
            pytest.fail(f"veraPDF is not at {VERAPDF}")
        pytest.skip(f"veraPDF is not at {VERAPDF}")
    found = subprocess.run([VERAPDF, flavour, *files], capture_output=True, text=True, timeout=240, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.fixture
def row(client) -> Acceptance:
    """Among others of the same day, so that the path to the anchor has steps; the person is signed in."""
    version = make_version(now=now() - dt.timedelta(days=2))
    for _ in range(3):
        make_acceptance(version)
    found = make_acceptance(version)
    make_acceptance(version)
    client.force_login(found.detail.user)
    return found


def files(client, row: Acceptance, folder: Path) -> list[str]:
    """The receipt, the text and the anchors, as anybody downloads them."""
    receipt, text, public = folder / "recu.json", folder / "texte.txt", folder / "ancres.json"
    receipt.write_bytes(client.get(f"/documents/recu/{row.sequence}/").content)
    text.write_bytes(client.get("/documents/cgu/versions/1/texte/").content)
    public.write_bytes(client.get("/documents/registre/ancres.json").content)
    return [str(receipt), "--texte", str(text), "--ancres", str(public)]


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The published program, alone in another folder, without what is installed here."""
    program = folder / "verifier_un_recu.py"
    program.write_bytes(verifier.source())
    return subprocess.run(
        [sys.executable, "-I", "-S", str(program), *words], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip


def test_a_receipt_is_verified_by_the_published_program(client, row, tmp_path):
    anchors.anchor_yesterday(now=now())
    done = run(tmp_path, *files(client, row, tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("tient       : ") == 9
    assert "NE TIENT PAS" not in done.stdout


def test_before_its_anchor_a_receipt_holds_and_says_to_come_back(client, row, tmp_path):
    words = files(client, row, tmp_path)[:3]
    done = run(tmp_path, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "le lendemain" in done.stdout


@pytest.mark.parametrize(
    "change",
    [
        {"salt": "0" * 64},
        {"sequence": 99},
        {"recorded_at": "2020-01-01T00:00:00+00:00"},
        {"previous_hash": "0" * 64},
        {"content_hash": "0" * 64},
        {"facts": ["1", "refused"]},
        {"hash": "0" * 64},
        {"commitment": "0" * 64},
    ],
)
def test_one_changed_fact_is_seen(client, row, tmp_path, change):
    anchors.anchor_yesterday(now=now())
    words = files(client, row, tmp_path)
    path = Path(words[0])
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    done = run(tmp_path, *words)
    assert done.returncode == 1
    assert "NE TIENT PAS" in done.stdout


def test_another_text_or_other_anchors_are_seen(client, row, tmp_path):
    anchors.anchor_yesterday(now=now())
    words = files(client, row, tmp_path)
    Path(words[2]).write_text("Un autre texte.")
    assert "NE TIENT PAS : le texte" in run(tmp_path, *words).stdout
    Path(words[4]).write_text('{"anchors": []}')
    assert "NE TIENT PAS : l'ancre publiée" in run(tmp_path, *words).stdout


@pytest.mark.parametrize("text", ["", "{}", "[]", "3", '{"committed": "{"}'])
def test_what_is_no_receipt_is_said_to_be_none(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    done = run(tmp_path, "x.json")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_the_receipt_on_paper_holds_the_other_one(client, row):
    response = client.get(f"/documents/recu/{row.sequence}/pdf/")
    assert response["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(response.content))
    attached = json.loads(reader.attachments[f"acceptation-{row.sequence}.json"][0])
    assert attached == client.get(f"/documents/recu/{row.sequence}/").json()
    words = " ".join("\n".join(page.extract_text() for page in reader.pages).split())
    assert "J’accepte les conditions générales d’utilisation." in words


def test_a_refusal_has_its_receipt_too(client, tmp_path):
    version, person = make_version(now=now() - dt.timedelta(days=2)), UserFactory()
    row = acceptances.refuse(
        user=person, version=version, box_text="J’accepte.", page="/", ip=None, agent="", now=now()
    )
    client.force_login(person)
    anchors.anchor_yesterday(now=now())
    assert run(tmp_path, *files(client, row, tmp_path)).returncode == 0
    assert client.get(f"/documents/recu/{row.sequence}/pdf/").status_code == 200


def test_letters_that_the_font_lacks_make_no_error(client):
    person = UserFactory(first_name="نور 中 🌿", last_name="\u202e﷽")
    row = acceptances.accept(
        user=person, version=make_version(), box_text="✓ 🌿", page="/🌿/", ip=None, agent="𝕏\x01", now=now()
    )  # fmt: skip
    client.force_login(person)
    content = client.get(f"/documents/recu/{row.sequence}/pdf/").content
    attached = json.loads(PdfReader(io.BytesIO(content)).attachments[f"acceptation-{row.sequence}.json"][0])
    assert "✓ 🌿" in attached["committed"]


@pytest.mark.parametrize("rest", ["", "pdf/"])
def test_somebody_elses_receipt_is_not_found(client, row, rest):
    client.force_login(UserFactory())
    assert client.get(f"/documents/recu/{row.sequence}/{rest}").status_code == 404
    assert client.get(f"/documents/recu/99999999999999999999/{rest}").status_code == 404


def test_versions_and_receipts_are_pdf_a(client, row, tmp_path):
    draft = make_document(kind="privacy", title="Politique de confidentialité")
    text = "Selon l’{article objet}.\n\n- un ✓ 🌿\n- deux"
    version = documents.draft_new_version(
        document=draft,
        author=UserFactory(),
        articles=[{"key": "objet", "title": "Objet", "body": text}, {"key": "b", "title": "B", "body": "Fin."}],
    )
    make_translation(version)
    version = published(version)
    written = []
    for name, url in (
        ("fr", f"{version.get_absolute_url()}pdf/"),
        ("en", f"{version.get_absolute_url()}en/pdf/"),
    ):
        content = client.get(url).content
        (tmp_path / f"{name}.pdf").write_bytes(content)
        titles = [item.title for item in PdfReader(io.BytesIO(content)).outline]
        assert len(titles) == 2, "a bookmark an article"
        written.append(tmp_path / f"{name}.pdf")
    receipt = tmp_path / "recu.pdf"
    receipt.write_bytes(client.get(f"/documents/recu/{row.sequence}/pdf/").content)
    must_be_pdf_a("2b", *written)
    must_be_pdf_a("3b", receipt)
