"""Each day's head of the chain, published: what was noted down outside cannot be rewritten or cut off unseen."""

import datetime as dt
import json
import shutil
import subprocess
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from common.clock import now
from legal import timestamping, tree
from legal.actions import anchors, verification
from legal.models import Acceptance, AnchorTimestamp, DailyAnchor
from legal.tasks import anchor_evidence
from tests.factories.accounts import UserFactory
from tests.factories.legal import make_acceptance, make_version
from tests.legal.test_evidence import tamper

pytestmark = pytest.mark.django_db


@pytest.fixture
def anchored():
    """Five links, an anchor after the third and one after the fifth, on the next day."""
    version = make_version(now=now() - dt.timedelta(days=5))
    for _ in range(3):
        make_acceptance(version)
    first = anchors.anchor_yesterday(now=now())
    for _ in range(2):
        make_acceptance(version)
    second = anchors.anchor_yesterday(now=now() + dt.timedelta(days=1))
    return first, second


def broken() -> list[str]:
    return [f"{problem.where}: {problem.what}" for problem in verification.problems()]


def cut(sequence: int) -> None:
    tamper(
        "delete from legal_acceptancedetail where acceptance_id in (select id from legal_acceptance where sequence >= %s)",
        sequence,
    )
    tamper("delete from legal_acceptance where sequence >= %s", sequence)


# The tree


@given(st.lists(st.text("0123456789abcdef", min_size=4, max_size=4), min_size=1, max_size=40), st.data())
def test_each_leaf_climbs_to_the_root_by_its_path(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    steps = tree.path(leaves, index)
    assert tree.climbed(leaves[index], steps) == tree.root(leaves)
    assert tree.climbed("other", steps) != tree.root(leaves)
    assert len(steps) <= len(leaves).bit_length()


# Anchors


def test_a_day_is_anchored_once_and_follows_the_day_before(anchored):
    first, second = anchored
    assert (first.first, first.last, second.first, second.last) == (1, 3, 4, 5)
    assert second.previous_hash == first.hash
    assert anchors.anchor_yesterday(now=now() + dt.timedelta(days=1)) is None
    anchor_evidence()
    assert DailyAnchor.objects.count() == 2
    assert broken() == []


def test_a_day_without_a_link_is_anchored_too(anchored):
    third = anchors.anchor_yesterday(now=now() + dt.timedelta(days=2))
    assert (third.first, third.last, third.head) == (6, 5, anchored[1].head)
    assert broken() == []


def test_before_any_acceptance_the_anchor_holds():
    anchors.anchor_yesterday(now=now())
    assert broken() == []


def test_links_cut_off_at_the_end_are_seen_and_named(anchored):
    cut(5)
    assert "acceptance #5: missing: it was the head anchored on" in "\n".join(broken())


def test_links_and_anchor_cut_off_together_are_seen_by_who_kept_the_public_file(anchored, tmp_path, client):
    kept = tmp_path / "ancres.json"
    kept.write_bytes(client.get("/documents/registre/ancres.json").content)
    cut(4)
    tamper("delete from legal_dailyanchor where day = %s", anchored[1].day)
    assert broken() == [], "the database alone cannot know"
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_acceptances", f"--anchors={kept}", stdout=out, stderr=out)
    assert "acceptance #5" in out.getvalue()
    assert f"anchor of {anchored[1].day}: was published and is no longer there" in out.getvalue()


def test_a_whole_chain_agrees_with_the_public_file(anchored, tmp_path, client):
    kept = tmp_path / "ancres.json"
    kept.write_bytes(client.get("/documents/registre/ancres.json").content)
    out = StringIO()
    call_command("verify_acceptances", f"--anchors={kept}", stdout=out)
    assert "2 anchors hold" in out.getvalue()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"anchors": 3}', '{"anchors": [3]}', "\x00"])
def test_a_file_that_holds_no_anchors_is_refused(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(CommandError) as failure:
        call_command("verify_acceptances", f"--anchors={path}")
    assert failure.value.returncode == 2


def test_a_chain_rewritten_from_one_link_on_is_seen(anchored):
    """Whoever rewrites a link can compute every hash after it anew: only what was published outside contradicts."""
    previous = None
    for row in Acceptance.objects.order_by("sequence"):
        if row.sequence >= 2:
            row.previous_hash = previous
            if row.sequence == 2:
                row.refused = True
            hashed = row.expected_hash()
            tamper(
                "update legal_acceptance set previous_hash = %s, hash = %s, refused = %s where sequence = %s",
                previous, hashed, row.refused, row.sequence,
            )  # fmt: skip
            previous = hashed
        else:
            previous = row.hash
    tamper("delete from legal_acceptancedetail")
    assert list(Acceptance.broken_links()) == []
    assert any(line.startswith("acceptance #3: is not the head that was anchored") for line in broken())


@pytest.mark.parametrize("column", ["head", "root", "texts", "hash", "previous_hash"])
def test_a_changed_anchor_is_named(anchored, column):
    tamper(f"update legal_dailyanchor set {column} = repeat('a', 64) where day = %s", anchored[0].day)
    assert any(line.startswith(f"anchor of {anchored[0].day}") for line in broken())


def test_a_removed_anchor_is_named_by_the_next_one(anchored):
    tamper("delete from legal_dailyanchor where day = %s", anchored[0].day)
    assert any(line.startswith(f"anchor of {anchored[1].day}: does not follow") for line in broken())


def test_an_inserted_link_is_named(anchored):
    tamper("update legal_acceptance set sequence = sequence + 1000 where sequence >= 3")
    tamper("update legal_acceptance set sequence = sequence - 999 where sequence > 1000")
    tamper(
        "insert into legal_acceptance (sequence, recorded_at, commitment, previous_hash, hash, version_id, refused)"
        " select 3, recorded_at, repeat('f', 64), hash, repeat('e', 64), version_id, false"
        " from legal_acceptance where sequence = 2"
    )
    assert any(line.startswith("acceptance #3") for line in broken())


def test_two_links_that_changed_places_are_named(anchored):
    tamper("update legal_acceptance set sequence = 1002 where sequence = 2")
    tamper("update legal_acceptance set sequence = 2 where sequence = 3")
    tamper("update legal_acceptance set sequence = 3 where sequence = 1002")
    found = "\n".join(broken())
    assert "acceptance #2" in found
    assert "acceptance #3" in found


def test_a_removed_published_version_is_seen(anchored):
    version = make_version(now=now() - dt.timedelta(hours=3))
    make_version(now=now() - dt.timedelta(hours=2))
    anchors.anchor_yesterday(now=now() + dt.timedelta(days=2))
    tamper("delete from legal_legalversion_contributors where legalversion_id = %s", version.pk)
    tamper("delete from legal_legalversion where id = %s", version.pk)
    found = "\n".join(broken())
    assert f"cgu v{version.number}: missing" in found
    assert "the published texts are not those that were anchored" in found


# The public page


def test_the_register_is_public_and_says_how_to_verify(client, anchored):
    page = client.get("/documents/registre/").content.decode()
    assert anchored[1].head in page
    assert "verifier_un_recu.py" in page
    assert client.get("/documents/registre/verifier_un_recu.py").content.startswith(b"#!/usr/bin/env python3")
    stated = client.get(f"/documents/registre/{anchored[0].day}/").content.decode()
    assert stated == anchored[0].stated()


@pytest.mark.parametrize("day", ["2020-01-01", "hier", "9999-99-99", "0"])
@pytest.mark.parametrize("rest", ["", "horodatage/"])
def test_an_unknown_day_is_not_found(client, anchored, day, rest):
    assert client.get(f"/documents/registre/{day}/{rest}").status_code == 404


def test_a_page_far_away_is_the_last_one(client, anchored):
    assert client.get("/documents/registre/?page=999").status_code == 200
    assert client.get("/documents/registre/?page=x").status_code == 200


# An authority (RFC 3161)


@pytest.fixture(scope="module")
def tsa(tmp_path_factory) -> SimpleNamespace:
    """A time-stamping authority made with openssl: its root, and the way to answer a question."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: no authority to ask")
    home = tmp_path_factory.mktemp("tsa")
    (home / "tsa.cnf").write_text(
        "[tsa]\ndefault_tsa = one\n[one]\nserial = serial\ndefault_policy = 1.2.3.4.1\ndigests = sha256\nsigner_digest = sha256\n"
        "accuracy = secs:1\nordering = no\ntsa_name = yes\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n"
        "[leaf]\nbasicConstraints = critical,CA:FALSE\nkeyUsage = critical,digitalSignature\n"
        "extendedKeyUsage = critical,timeStamping\n[root]\nbasicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign\n"
    )
    (home / "serial").write_text("01\n")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=home, check=True, capture_output=True, timeout=60)

    for name in ("root", "leaf"):
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.key")
    openssl("req", "-new", "-key", "root.key", "-subj", "/CN=Essai racine", "-out", "root.csr")
    openssl("x509", "-req", "-in", "root.csr", "-signkey", "root.key", "-days", "30", "-extfile", "tsa.cnf", "-extensions", "root", "-out", "root.pem")  # fmt: skip
    openssl("req", "-new", "-key", "leaf.key", "-subj", "/CN=Essai horodatage", "-out", "leaf.csr")
    openssl(
        "x509", "-req", "-in", "leaf.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "30",
        "-extfile", "tsa.cnf", "-extensions", "leaf", "-out", "leaf.pem",
    )  # fmt: skip

    def answer(question: bytes) -> bytes:
        (home / "q.tsq").write_bytes(question)
        openssl(
            "ts", "-reply", "-config", "tsa.cnf", "-section", "one", "-queryfile", "q.tsq", "-signer", "leaf.pem",
            "-inkey", "leaf.key", "-out", "r.tsr",
        )  # fmt: skip
        return (home / "r.tsr").read_bytes()

    return SimpleNamespace(root=home / "root.pem", answer=answer, home=home)


@pytest.fixture
def stamped(tsa, settings, monkeypatch, anchored):
    """The authority is chosen, and answers."""
    settings.TIMESTAMP_URL, settings.TIMESTAMP_ROOTS = "https://tsa.example/", str(tsa.root)
    asked = []

    def post(url: str, *, data: bytes, **_more: object) -> SimpleNamespace:
        asked.append(url)
        return SimpleNamespace(content=tsa.answer(data), raise_for_status=lambda: None)

    monkeypatch.setattr(timestamping.requests, "post", post)
    return asked


def test_without_an_authority_nobody_is_asked(anchored):
    assert anchors.stamp_due() == 0


def test_an_authority_stamps_each_anchor_once(stamped, anchored, client):
    assert anchors.stamp_due() == 2
    assert anchors.stamp_due() == 0
    stamp = AnchorTimestamp.objects.get(anchor=anchored[0])
    assert abs(stamp.stamped_at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
    assert broken() == []
    assert client.get(f"/documents/registre/{anchored[0].day}/horodatage/").content == bytes(stamp.token)


def test_openssl_reads_what_is_published(stamped, anchored, client, tsa, tmp_path):
    anchors.stamp_due()
    day = anchored[0].day
    (tmp_path / "a.tsr").write_bytes(client.get(f"/documents/registre/{day}/horodatage/").content)
    (tmp_path / "a.txt").write_bytes(client.get(f"/documents/registre/{day}/").content)
    words = ["openssl", "ts", "-verify", "-in", "a.tsr", "-data", "a.txt", "-CAfile", str(tsa.root)]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert "Verification: OK" in done.stdout + done.stderr


def test_a_stamp_of_something_else_is_named(stamped, anchored):
    anchors.stamp_due()
    other = AnchorTimestamp.objects.get(anchor=anchored[1])
    tamper("update legal_anchortimestamp set token = %s where anchor_id = %s", bytes(other.token), anchored[0].pk)
    assert any(f"anchor of {anchored[0].day}: its time stamp does not hold" in line for line in broken())


@pytest.mark.parametrize("content", [b"", b"non", b"\x30\x03\x02\x01\x02", b"x" * 100_000])
def test_an_answer_that_does_not_hold_is_not_kept(stamped, anchored, monkeypatch, content):
    reply = SimpleNamespace(content=content, raise_for_status=lambda: None)
    monkeypatch.setattr(timestamping.requests, "post", lambda *_a, **_k: reply)
    assert anchors.stamp_due() == 0
    assert not AnchorTimestamp.objects.exists()


def test_an_old_answer_given_again_is_not_kept(stamped, anchored, monkeypatch, tsa):
    authority = timestamping.authority()
    message = anchored[0].stated().encode()
    first = authority.stamp(message)
    reply = SimpleNamespace(content=first.token, raise_for_status=lambda: None)
    monkeypatch.setattr(timestamping.requests, "post", lambda *_a, **_k: reply)
    with pytest.raises(timestamping.NoStamp, match="another question"):
        authority.stamp(message)


def test_another_authority_is_not_believed(stamped, anchored, tmp_path, settings, tsa):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Autre")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now() - dt.timedelta(days=1))
    builder = builder.not_valid_after(now() + dt.timedelta(days=9))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    other = Path(tmp_path / "other.pem")
    other.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    settings.TIMESTAMP_ROOTS = str(other)
    assert anchors.stamp_due() == 0


def test_what_is_published_holds_no_personal_data(client, anchored):
    rows = json.loads(client.get("/documents/registre/ancres.json").content)["anchors"]
    assert {frozenset(row) for row in rows} == {
        frozenset({"day", "made_at", "first", "last", "head", "root", "texts", "previous_hash", "hash"})
    }
    assert UserFactory().email not in json.dumps(rows)
