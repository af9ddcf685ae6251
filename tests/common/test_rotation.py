"""Keys are rotated beside a site that goes on: interrupted anywhere, run again, and nothing is lost."""

import os
import secrets
import signal
import tracemalloc
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import InvalidToken
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from booking.models import TaxReport, TaxReportLine
from common import crypto, rotation, sealed_files
from common.clock import now
from common.sealed_files import DamagedFile, SealedFileStorage
from search.models import SearchAlert
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory
from tests.forks import FAILED, forked

OLD, NEW = "the old key", "the new key"


@pytest.fixture(autouse=True)
def old_key(settings):
    settings.FIELD_KEYS = [OLD]


@pytest.fixture
def private(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "common.sealed_files.SealedFileStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        }
    }
    return SealedFileStorage(location=str(tmp_path), base_url=None)


def alerts(count: int) -> list[str]:
    """So many sealed tokens."""
    made = []
    for number in range(count):
        token = secrets.token_hex(8)
        alert = SearchAlert(
            email=f"a{number}@exemple.fr", query=f"q={number}", label="x", months=3, created_at=now(), asked_at=now(),
            ends_on=now().date(),
        )  # fmt: skip
        alert.set_token(token)
        made.append(alert)
    SearchAlert.objects.bulk_create(made)
    return [alert.token for alert in made]


def run() -> str:
    out = StringIO()
    call_command("rotate_field_keys", stdout=out, stderr=out)
    return out.getvalue()


def refused(sql: str, rotating: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('field_keys.rotating', %s, true)", [rotating])
        cursor.execute(sql)


def sealed_with_the_first() -> int:
    return sum(crypto.is_current(token) for token in SearchAlert.objects.values_list("token_sealed", flat=True))


@pytest.mark.django_db
class TestRows:
    def test_both_keys_read_meanwhile_and_the_new_one_alone_afterwards(self, settings, private):
        tokens = alerts(3)
        settings.FIELD_KEYS = [NEW, OLD]
        assert [alert.token for alert in SearchAlert.objects.order_by("pk")] == tokens
        assert "search.SearchAlert.token_sealed: 3 seen, 3 sealed again" in run()
        settings.FIELD_KEYS = [NEW]
        assert [alert.token for alert in SearchAlert.objects.order_by("pk")] == tokens
        assert "3 seen, 0 sealed again" in run()

    def test_authenticators_and_recovery_codes_still_open_their_accounts(self, settings, private):
        user = UserFactory()
        secret = generate_totp_secret()
        TOTP.activate(user, secret)
        codes = RecoveryCodes.activate(user).get_unused_codes()
        settings.FIELD_KEYS = [NEW, OLD]
        run()
        settings.FIELD_KEYS = [NEW]
        totp = Authenticator.objects.get(user=user, type="totp")
        assert crypto.decrypt(totp.data["secret"]) == secret
        assert Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes() == codes

    def test_what_was_declared_to_the_tax_office_is_sealed_again_and_still_frozen(self, settings, private):
        report = TaxReport.objects.create(
            year=2025, number=1, state="filed", platform={}, made_at=now(), filed_at=now(),
            sealed_file=crypto.encrypt("the file"),
        )  # fmt: skip
        line = TaxReportLine.objects.create(
            report=report, practitioner=PractitionerFactory(), action="new", version=1, quarters=[],
            sealed_identity=crypto.encrypt("who"),
        )  # fmt: skip
        settings.FIELD_KEYS = [NEW, OLD]
        run()
        settings.FIELD_KEYS = [NEW]
        report.refresh_from_db()
        line.refresh_from_db()
        assert (crypto.decrypt(report.sealed_file), crypto.decrypt(line.sealed_identity)) == ("the file", "who")
        for rotating in ("off", "on"):
            for sql in (
                "update booking_taxreportline set quarters = '[1]'",
                "update booking_taxreport set year = 2024",
                "delete from booking_taxreportline",
                "delete from booking_taxreport",
                *(["update booking_taxreportline set sealed_identity = 'x'"] if rotating == "off" else []),
            ):
                with pytest.raises(IntegrityError, match="append-only"):
                    refused(sql, rotating)

    def test_what_no_key_opens_is_named_and_left_alone(self, settings, private):
        alerts(2)
        lost = SearchAlert.objects.order_by("pk").last()
        SearchAlert.objects.filter(pk=lost.pk).update(token_sealed="not a token")
        settings.FIELD_KEYS = [NEW, OLD]
        out = StringIO()
        with pytest.raises(CommandError, match="1 that no key opens"):
            call_command("rotate_field_keys", stdout=out, stderr=out)
        assert f"NO KEY OPENS search.SearchAlert {lost.pk}: token_sealed" in out.getvalue()
        assert sealed_with_the_first() == 1

    def test_a_value_changed_meanwhile_is_not_overwritten(self, settings, private, monkeypatch):
        alerts(1)
        settings.FIELD_KEYS = [NEW, OLD]
        fresh = rotation._again

        def slowly(sealed, value):
            SearchAlert.objects.update(token_sealed=crypto.encrypt("changed meanwhile"))
            return fresh(sealed, value)

        monkeypatch.setattr(rotation, "_again", slowly)
        run()
        assert SearchAlert.objects.get().token == "changed meanwhile"

    def test_memory_does_not_grow_with_the_rows(self, settings, private, monkeypatch):
        monkeypatch.setattr(rotation, "BATCH", 20)
        alerts(700)
        settings.FIELD_KEYS = [NEW, OLD]
        list(rotation.rotate())
        settings.FIELD_KEYS = ["a third key", NEW]
        peaks = []
        for rows in (100, 500):
            tracemalloc.start()
            for step in rotation.rotate():
                if step.what == "search.SearchAlert.token_sealed" and step.done >= rows:
                    break
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        # Rows that were all held would make it five times as much; what waits for the collector, twice.
        assert peaks[1] < 3 * peaks[0]


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_goes_on_where_it_was(settings, private, monkeypatch):
    tokens = alerts(120)
    settings.FIELD_KEYS = [NEW, OLD]
    monkeypatch.setattr(rotation, "BATCH", 20)

    def until_killed() -> None:
        for step in rotation.rotate():
            if step.what.startswith("search.") and step.seen >= 60:
                os.kill(os.getpid(), signal.SIGKILL)

    status = forked(until_killed)
    assert os.WIFSIGNALED(status), f"it was to be killed, and ended by itself ({FAILED} is a failure): {status}"
    assert 40 <= sealed_with_the_first() <= 80
    assert sorted(alert.token for alert in SearchAlert.objects.all()) == sorted(tokens)
    run()
    settings.FIELD_KEYS = [NEW]
    assert sorted(alert.token for alert in SearchAlert.objects.all()) == sorted(tokens)


class TestFiles:
    def test_a_document_is_sealed_on_the_disk_and_read_back(self, private, tmp_path):
        content = b"%PDF-1.7 carte d'identite " + secrets.token_bytes(3 * sealed_files.PIECE)
        name = private.save("applications/a.pdf", ContentFile(content))
        stored = Path(tmp_path, name).read_bytes()
        assert b"carte d'identite" not in stored
        assert private.open(name).read() == content
        assert private.size(name) == len(content)

    def test_an_empty_file_is_one(self, private):
        name = private.save("vide.pdf", ContentFile(b""))
        assert (private.open(name).read(), private.size(name)) == (b"", 0)

    @pytest.mark.parametrize("damage", ["cut", "moved", "repeated", "changed"])
    def test_a_damaged_file_is_seen(self, private, tmp_path, damage):
        name = private.save("a.pdf", ContentFile(secrets.token_bytes(3 * sealed_files.PIECE)))
        path = Path(tmp_path, name)
        mark, pieces = path.read_bytes()[: len(sealed_files.MARK)], []
        with path.open("rb") as stored:
            stored.read(len(mark))
            pieces = [len(token).to_bytes(4, "big") + token for token in sealed_files._tokens(stored)]
        pieces = {
            "cut": pieces[:-1],
            "moved": [pieces[1], pieces[0], *pieces[2:]],
            "repeated": [*pieces, pieces[-1]],
            "changed": [pieces[0][:-9] + b"AAAA" + pieces[0][-5:], *pieces[1:]],
        }[damage]
        path.write_bytes(mark + b"".join(pieces))
        with pytest.raises((DamagedFile, InvalidToken)):
            private.open(name)

    @pytest.mark.django_db
    def test_those_of_before_are_read_in_clear_and_sealed_by_the_next_rotation(self, settings, private, tmp_path):
        sealed_before = private.save("autre.pdf", ContentFile(b"sealed with the old key"))
        Path(tmp_path, "ancien.pdf").write_bytes(b"%PDF in clear")
        Path(tmp_path, f"{sealed_files.BEING_WRITTEN}x").write_bytes(b"half a file")
        assert private.open("ancien.pdf").read() == b"%PDF in clear"
        settings.FIELD_KEYS = [NEW, OLD]
        assert "private files: 2 seen, 2 sealed again" in run()
        settings.FIELD_KEYS = [NEW]
        assert private.open("ancien.pdf").read() == b"%PDF in clear"
        assert b"in clear" not in Path(tmp_path, "ancien.pdf").read_bytes()
        assert private.open(sealed_before).read() == b"sealed with the old key"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["ancien.pdf", "autre.pdf"]

    def test_the_site_s_private_storage_is_this_one(self):
        from config.settings import base

        assert base.STORAGES["private"]["BACKEND"] == "common.sealed_files.SealedFileStorage"
