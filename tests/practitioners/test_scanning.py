"""Documents wait unopened until the virus scanner saw them; what it finds is refused with words and shown to nobody."""

import socket
import threading

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from accounts.roles import Role
from common import antivirus
from common.antivirus import Outcome, Verdict
from common.clock import now
from common.models import OutboxMessage
from practitioners import receivers, tasks
from practitioners.actions import applications, scanning
from practitioners.models import ApplicationItem, FileEvent
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory
from tests.plugins.clamd import EICAR
from tests.plugins.people import say_why
from tests.practitioners.papers import pdf

INFECTED = pdf()[:-6] + b"\n%" + EICAR + b"\n%%EOF\n"


class FakeScanner:
    """Says what the test wants, and tells what was asked."""

    def __init__(self):
        self.verdict = Verdict(Outcome.CLEAN)
        self.read: list[bytes] = []
        self.meanwhile = lambda: None

    def scan(self, content):
        self.read.append(content)
        self.meanwhile()
        return self.verdict


@pytest.fixture
def scanner(monkeypatch, settings):
    settings.CLAMD_SOCKET = "/nowhere/clamd.ctl"
    fake = FakeScanner()
    monkeypatch.setattr(antivirus, "scan", fake.scan)
    return fake


@pytest.fixture
def item(db):
    practitioner = PractitionerFactory(applying=True)
    found = next(each for each in applications.open_file(practitioner=practitioner) if each.kind == "prices")
    return given(found)


def given(item, content=b""):
    document = ContentFile(content or pdf(), name="a.pdf")
    return applications.declare(item=item, value="Tarifs", document=document)


@pytest.fixture
def desk(item, as_user):
    browser = as_user(UserFactory(roles=[Role.VERIFICATION]))
    say_why(browser, reverse("verification_file", args=[item.practitioner_id]))
    return browser


def addresses(item):
    arguments = [item.practitioner_id, item.pk]
    return [reverse("verification_document", args=arguments), reverse("verification_picture", args=[*arguments, 1])]


def test_nobody_opens_a_document_before_it_is_scanned(scanner, item, desk, as_user):
    owner = as_user(item.practitioner.user)
    own = reverse("office_item_document", args=[item.pk])
    assert [desk.get(address).status_code for address in addresses(item)] == [404, 404]
    assert owner.get(own).status_code == 404
    assert "analysé par l’antivirus" in owner.get(reverse("office_item", args=[item.pk])).content.decode()
    page = desk.get(reverse("verification_file", args=[item.practitioner_id])).content.decode()
    assert "attend l’antivirus" in page
    assert addresses(item)[0] not in page
    verifier = UserFactory(roles=[Role.VERIFICATION])
    with pytest.raises(applications.NotScannedYet):
        applications.accept(item=item, by=verifier, evidence="Vu")
    tasks.scan_document(item.pk)
    assert scanner.read == [pdf()]
    for address in addresses(item):
        answer = desk.get(address)
        assert answer.status_code == 200
        answer.getvalue()
    assert owner.get(own).getvalue() == pdf()
    applications.accept(item=item, by=verifier, evidence="Vu")
    tasks.scan_documents()
    assert len(scanner.read) == 1, "what was seen is not asked about again"


def test_an_infected_document_is_deleted_and_its_practitioner_told_what_to_do(
    scanner, item, desk, django_capture_on_commit_callbacks
):
    scanner.verdict = Verdict(Outcome.INFECTED, "Eicar-Test-Signature")
    name, storage = item.document.name, item.document.storage
    with django_capture_on_commit_callbacks(execute=True):
        tasks.scan_document(item.pk)
    item.refresh_from_db()
    assert (item.status, item.document.name, item.scanned_at) == ("refused", "", None)
    assert not storage.exists(name)
    assert [desk.get(address).status_code for address in addresses(item)] == [404, 404]
    assert "antivirus" in OutboxMessage.objects.get(to=item.practitioner.user.email).text
    event = FileEvent.objects.filter(item=item).first()
    assert (event.kind, event.by) == ("refused", None)
    assert "Eicar-Test-Signature" in event.detail
    with django_capture_on_commit_callbacks(execute=True):
        tasks.scan_document(item.pk)
    assert OutboxMessage.objects.filter(to=item.practitioner.user.email).count() == 1


def test_an_evidence_seen_before_the_scanner_existed_is_asked_anew(scanner, item):
    ApplicationItem.objects.filter(pk=item.pk).update(status="accepted", evidence="Vu", checked_at=now())
    scanner.verdict = Verdict(Outcome.INFECTED, "X")
    tasks.scan_documents()
    item.refresh_from_db()
    assert (item.status, item.evidence) == ("refused", "Vu")


def test_what_replaced_a_document_is_not_judged_by_the_scan_of_the_former_one(scanner, item):
    scanner.verdict = Verdict(Outcome.INFECTED, "X")
    scanner.meanwhile = lambda: given(item, pdf(pages=2))
    tasks.scan_document(item.pk)
    item.refresh_from_db()
    assert (item.status, item.scanned_at) == ("provided", None)
    assert item.waits_for_scan
    scanner.verdict, scanner.meanwhile = Verdict(Outcome.CLEAN), lambda: None
    tasks.scan_documents()
    item.refresh_from_db()
    assert scanner.read[-1] == pdf(pages=2)
    assert not item.waits_for_scan


def test_while_the_scanner_is_away_documents_wait_and_health_says_so(settings, item, client):
    settings.CLAMD_SOCKET = "/nowhere/clamd.ctl"
    tasks.scan_documents()
    item.refresh_from_db()
    assert item.waits_for_scan
    assert client.get("/readyz").json()["antivirus"] == "degraded"
    settings.CLAMD_SOCKET = ""
    assert client.get("/readyz").json()["antivirus"] == "off"
    assert not item.waits_for_scan
    assert scanning.scan(item_id=item.pk, now=now()) is None


@pytest.mark.parametrize("answer", [b"", b"stream: Can't allocate memory ERROR\n", b"INSTREAM size limit exceeded. ERROR\n", b"\xff\n"])  # fmt: skip
def test_an_answer_that_is_not_a_verdict_is_never_clean(settings, answer):
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CLAMD_SOCKET = f"127.0.0.1:{server.getsockname()[1]}"

        def serve() -> None:
            connection = server.accept()[0]
            with connection:
                while not connection.recv(65536).endswith(b"\0\0\0\0"):
                    pass
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        assert antivirus.scan(b"abc") == Verdict(Outcome.UNAVAILABLE)
        thread.join(5)


def test_giving_a_document_asks_for_its_scan_at_once(scanner, item, monkeypatch, django_capture_on_commit_callbacks):
    asked = []
    monkeypatch.setattr(receivers, "enqueue", lambda task, *arguments: asked.append((task.name, arguments)))
    with django_capture_on_commit_callbacks(execute=True):
        given(item)
    assert asked == [("practitioners.tasks.scan_document", (item.pk,))]


def test_clamav_itself_finds_the_test_virus_in_a_pdf_and_lets_the_others_pass(
    requires_clamd, settings, item, client, django_capture_on_commit_callbacks
):
    settings.CLAMD_SOCKET = requires_clamd
    assert client.get("/readyz").json()["antivirus"] == "ok"
    tasks.scan_documents()
    item.refresh_from_db()
    assert item.scanned_at is not None
    given(item, INFECTED)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.scan_documents()
    item.refresh_from_db()
    assert (item.status, item.document.name) == ("refused", "")
    assert "Eicar-Test-Signature" in FileEvent.objects.filter(item=item, kind="refused").get().detail
