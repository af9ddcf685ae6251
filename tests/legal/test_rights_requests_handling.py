"""Handling and answering: the clock, the identity in doubt, the extension, the practitioner, the answer given once."""

import datetime as dt
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, connections, transaction

from accounts.roles import Role
from common.clock import PARIS
from common.models import OutboxMessage
from legal.models import FileToErase, IdentityProof, RightsEvent, RightsPerson, RightsRequest, RightsWords
from legal.requests import alarms, answering, errors, handling, identity
from legal.retention.engine import run
from tests.factories.accounts import UserFactory
from tests.factories.retention import approve
from tests.factories.rights import make_letter, make_request

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 3, 10, 9, 0, tzinfo=PARIS)
DUE = dt.date(2026, 4, 10)
PDF = b"%PDF-1.7\n"


def later(days: int) -> dt.datetime:
    return START + dt.timedelta(days=days)


@pytest.fixture
def team():
    return UserFactory(roles=[Role.LEGAL])


@pytest.fixture
def practitioner():
    return UserFactory(roles=[Role.PRACTITIONER], first_name="Claire", last_name="Morel")


@pytest.fixture
def request_():
    return make_request(now=START)


def mails(request: RightsRequest) -> list[str]:
    return list(OutboxMessage.objects.filter(to=request.person.email).order_by("pk").values_list("text", flat=True))


def test_the_clock_of_a_letter_runs_from_its_receipt_not_from_its_entry():
    assert make_letter(received_on=START.date(), now=later(5)).due_on == DUE
    with pytest.raises(errors.ReceivedLater):
        make_letter(received_on=later(1).date(), now=START)
    with pytest.raises(errors.NowhereToAnswer):
        make_letter(received_on=START.date(), now=START, postal_address="")


def test_a_precision_does_not_stop_the_clock_and_a_doubt_about_identity_does(request_, team):
    asked = handling.ask(request_id=request_.pk, question="Laquelle ?", by=team, now=later(2))
    assert (asked.due_on, asked.paused_on) == (DUE, None)
    doubted = handling.doubt(request_id=request_.pk, reason="Homonyme.", by=team, now=later(3))
    assert doubted.paused_on == later(3).date()
    upload = SimpleUploadedFile("a.pdf", PDF)
    identity.prove(request_id=request_.pk, document="passport", upload=upload, by=None, now=later(13))
    request_.refresh_from_db()
    assert (request_.paused_days, request_.due_on) == (10, dt.date(2026, 4, 20))


def test_a_proof_of_identity_is_deleted_with_its_file_once_seen(request_, team, django_capture_on_commit_callbacks):
    handling.doubt(request_id=request_.pk, reason="Homonyme.", by=team, now=later(1))
    proof = identity.prove(
        request_id=request_.pk, document="id_card", upload=SimpleUploadedFile("a.pdf", PDF), by=None, now=later(2)
    )
    name, stored = proof.file.name, proof.file.storage
    assert stored.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        identity.see(request_id=request_.pk, convincing=True, by=team, now=later(3))
    assert not IdentityProof.objects.exists()
    assert not stored.exists(name)
    assert not FileToErase.objects.exists()
    assert RightsEvent.objects.filter(what="seen").exists()


def test_a_proof_that_nobody_saw_goes_with_the_answer_or_after_three_months(
    request_, team, django_capture_on_commit_callbacks
):
    other = make_request(now=START, text="Autre.")
    names = []
    for each in (request_, other):
        handling.doubt(request_id=each.pk, reason="Homonyme.", by=team, now=later(1))
        proof = identity.prove(
            request_id=each.pk, document="id_card", upload=SimpleUploadedFile("a.pdf", PDF), by=None, now=later(2)
        )
        names.append(proof.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        answering.answer(request_id=request_.pk, text="Voici.", by=team, now=later(3))
    assert [proof.file.storage.exists(name) for name in names] == [False, True]
    approve(now=later(4))
    with django_capture_on_commit_callbacks(execute=True):
        run(now=later(90))
    assert IdentityProof.objects.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        run(now=later(96))
    assert not IdentityProof.objects.exists()
    assert not proof.file.storage.exists(names[1])


def test_the_extension_is_told_with_its_reason_within_the_first_month_and_once(request_, team):
    extended = handling.extend(request_id=request_.pk, reason="Onze années de données.", by=team, now=later(20))
    assert extended.due_on == dt.date(2026, 6, 10)
    assert "Onze années" in mails(request_)[-1]
    with pytest.raises(errors.AlreadyExtended):
        handling.extend(request_id=request_.pk, reason="Encore.", by=team, now=later(21))


def test_an_extension_after_the_month_is_refused(request_, team):
    handling_at_the_end = make_request(now=START, text="Autre.")
    handling.extend(request_id=handling_at_the_end.pk, reason="Le dernier jour.", by=team, now=later(31))
    with pytest.raises(errors.TooLateToExtend):
        handling.extend(request_id=request_.pk, reason="Trop tard.", by=team, now=later(32))


@pytest.mark.parametrize("act", [handling.doubt, handling.extend, answering.refuse])
def test_nothing_is_doubted_extended_or_refused_without_its_reason(request_, team, act):
    with pytest.raises(errors.ReasonMissing):
        act(request_id=request_.pk, reason="  ", by=team, now=later(1))


def test_every_message_to_the_person_names_the_cnil(request_, team, practitioner):
    handling.ask(request_id=request_.pk, question="Laquelle ?", by=team, now=later(1))
    handling.doubt(request_id=request_.pk, reason="Homonyme.", by=team, now=later(2))
    handling.extend(request_id=request_.pk, reason="Complexe.", by=team, now=later(3))
    handling.forward(request_id=request_.pk, email=practitioner.email, by=team, now=later(4))
    answering.answer_as_practitioner(
        request_id=request_.pk, granted=False, text="Je garde vos factures.", by=practitioner, now=later(5)
    )
    found = mails(request_)
    assert len(found) == 6
    assert all("https://www.cnil.fr" in text for text in found)
    assert not any("{" in text for text in found)


def test_a_forwarded_request_is_answered_by_its_practitioner_alone(request_, team, practitioner):
    handling.forward(request_id=request_.pk, email=practitioner.email, by=team, now=later(1))
    assert request_.reference in OutboxMessage.objects.get(to=practitioner.email).subject
    assert "Claire Morel" in mails(request_)[-1]
    with pytest.raises(errors.WithThePractitioner):
        answering.answer(request_id=request_.pk, text="Voici.", by=team, now=later(2))
    with pytest.raises(errors.NotWithYou):
        answering.answer_as_practitioner(
            request_id=request_.pk, granted=True, text="Voici.", by=UserFactory(roles=[Role.PRACTITIONER]), now=later(2)
        )
    ended = answering.answer_as_practitioner(
        request_id=request_.pk, granted=True, text="Votre fiche est corrigée.", by=practitioner, now=later(2)
    )
    assert ended.state == "answered"
    assert "Votre fiche est corrigée." in mails(request_)[-1]


def test_a_practitioner_gives_back_what_is_not_theirs(request_, team, practitioner):
    handling.forward(request_id=request_.pk, email=practitioner.email, by=team, now=later(1))
    back = handling.give_back(request_id=request_.pk, reason="Inconnue de moi.", by=practitioner, now=later(2))
    assert (back.state, back.practitioner) == ("open", None)


def test_only_a_practitioner_receives_a_request(request_, team):
    with pytest.raises(errors.NotAPractitioner):
        handling.forward(request_id=request_.pk, email=UserFactory().email, by=team, now=later(1))
    with pytest.raises(errors.NotAPractitioner):
        handling.forward(request_id=request_.pk, email="personne@example.fr", by=team, now=later(1))


def test_a_request_is_answered_once(request_, team):
    answering.answer(request_id=request_.pk, text="Voici.", by=team, now=later(1))
    with pytest.raises(errors.AlreadyAnswered):
        answering.refuse(request_id=request_.pk, reason="Non.", by=team, now=later(1))
    with pytest.raises(errors.AlreadyAnswered):
        handling.extend(request_id=request_.pk, reason="Non.", by=team, now=later(1))


def test_the_database_refuses_any_change_of_the_history(request_, team):
    answering.answer(request_id=request_.pk, text="Voici.", by=team, now=later(1))
    for table, change in [
        ("legal_rightsevent", "what = 'refused'"),
        ("legal_rightswords", "text = 'x'"),
        ("legal_rightsperson", "name = 'x'"),
        ("legal_rightsrequest", "received_on = '2020-01-01'"),
        ("legal_rightsrequest", "due_on = '2030-01-01'"),
    ]:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"update {table} set {change}")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("delete from legal_rightsevent")


def test_alarms_go_to_the_team_before_and_after_the_end_once_each(request_, team):
    def sent() -> int:
        return OutboxMessage.objects.filter(to=team.email).count()

    counts = []
    for days in (0, 20, 21, 22, 28, 28, 31, 32, 33, 39):
        alarms.sweep(now=later(days))
        counts.append(sent())
    assert counts == [0, 0, 1, 1, 2, 2, 3, 4, 4, 5]
    subjects = OutboxMessage.objects.filter(to=team.email).order_by("pk").values_list("subject", flat=True)
    assert "retard" in subjects[3].lower() or "late" in subjects[3].lower()
    answering.answer(request_id=request_.pk, text="Voici.", by=team, now=later(40))
    alarms.sweep(now=later(60))
    assert sent() == 5


def test_alarms_wait_while_the_clock_stands_still_and_begin_anew_when_extended(request_, team, practitioner):
    handling.doubt(request_id=request_.pk, reason="Homonyme.", by=team, now=later(1))
    assert alarms.sweep(now=later(60)) == 0
    other = make_request(now=START, text="Autre.")
    alarms.sweep(now=later(22))
    handling.extend(request_id=other.pk, reason="Complexe.", by=team, now=later(23))
    handling.forward(request_id=other.pk, email=practitioner.email, by=team, now=later(24))
    assert alarms.sweep(now=later(85)) == 1
    assert OutboxMessage.objects.filter(to=practitioner.email, template="legal/rights_alarm").count() == 1


def test_names_and_words_end_five_years_after_the_answer_and_figures_stay(
    request_, team, django_capture_on_commit_callbacks
):
    answering.attach(request_id=request_.pk, name="d.zip", content=SimpleUploadedFile("d.zip", b"PK"), now=later(1))
    answering.answer(request_id=request_.pk, text="Voici.", by=team, now=later(1))
    approve(now=later(2))
    with django_capture_on_commit_callbacks(execute=True):
        run(now=later(100))
    assert not request_.files.exists()
    assert RightsPerson.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        run(now=later(366 * 5 + 2))
    assert not RightsPerson.objects.exists()
    assert not RightsWords.objects.exists()
    assert RightsRequest.objects.get().state == "answered"
    assert RightsEvent.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_of_the_team_who_answer_at_once_give_one_answer():
    request = make_request(now=START)
    first, second = UserFactory(roles=[Role.LEGAL]), UserFactory(roles=[Role.LEGAL])
    gate = threading.Barrier(2)
    outcomes: list[str] = []

    def press(who, act) -> None:
        try:
            gate.wait(timeout=10)
            act(who)
            outcomes.append("sent")
        except errors.AlreadyAnswered:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [
        threading.Thread(
            target=press,
            args=(first, lambda who: answering.answer(request_id=request.pk, text="Voici.", by=who, now=later(1))),
        ),
        threading.Thread(
            target=press,
            args=(second, lambda who: answering.refuse(request_id=request.pk, reason="Non.", by=who, now=later(1))),
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["refused", "sent"]
    assert RightsEvent.objects.filter(what__in=["answered", "refused"]).count() == 1
    assert OutboxMessage.objects.filter(to="zoe@example.fr").count() == 2
