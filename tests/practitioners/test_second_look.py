"""A refusal of a whole file is looked at by two people; the practitioner and the team write to each other in the file (R2, R3)."""

import threading

import pytest
from django.core import mail
from django.db import IntegrityError, connections, transaction
from django.urls import reverse

from accounts.roles import Role
from common.clock import now
from common.models import OutboxMessage
from practitioners.actions import listing, thread
from practitioners.actions.applications import ReasonMissing
from practitioners.models import FileEvent, Practitioner, SavedReply
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory
from tests.plugins.people import say_why

pytestmark = pytest.mark.django_db
Kind = FileEvent.Kind
WHY = "Le certificat ne dit pas le nombre d’heures."


def handed_in() -> Practitioner:
    practitioner = PractitionerFactory(applying=True)
    Practitioner.objects.filter(pk=practitioner.pk).update(status="submitted", submitted_at=now())
    practitioner.refresh_from_db()
    FileEvent.objects.create(practitioner=practitioner, kind=Kind.SUBMITTED, by=practitioner.user, at=now())
    return practitioner


@pytest.fixture
def file():
    return handed_in()


@pytest.fixture
def maud():
    return UserFactory(roles=[Role.VERIFICATION], first_name="Maud")


@pytest.fixture
def paul():
    return UserFactory(roles=[Role.VERIFICATION], first_name="Paul")


def status(practitioner):
    return Practitioner.objects.get(pk=practitioner.pk).status


def test_nothing_leaves_before_somebody_else_agrees(file, maud, paul):
    listing.propose_refusal(practitioner=file, by=maud, reason=WHY)
    assert (status(file), OutboxMessage.objects.count()) == ("submitted", 0)
    with pytest.raises(listing.SameEyes):
        listing.refuse(practitioner=file, by=maud)
    assert status(file) == "submitted"
    listing.refuse(practitioner=file, by=paul)
    file.refresh_from_db()
    assert (file.status, file.status_reason) == ("refused", WHY)
    assert WHY in OutboxMessage.objects.get(to=file.user.email).text


@pytest.mark.parametrize("who", ["maud", "paul"])
def test_who_proposed_or_looked_may_think_otherwise(file, maud, paul, who):
    by = {"maud": maud, "paul": paul}[who]
    listing.propose_refusal(practitioner=file, by=maud, reason=WHY)
    with pytest.raises(ReasonMissing):
        listing.drop_refusal(practitioner=file, by=by, reason=" ")
    listing.drop_refusal(practitioner=file, by=by, reason="Les heures figurent page 2.")
    assert listing.proposed_refusal(file) is None
    with pytest.raises(listing.WrongStep):
        listing.refuse(practitioner=file, by=paul)
    # And the question may come up again.
    listing.propose_refusal(practitioner=file, by=paul, reason=WHY)
    listing.refuse(practitioner=file, by=maud)
    assert status(file) == "refused"


def test_one_proposal_at_a_time_and_no_listing_meanwhile(file, maud, paul):
    listing.propose_refusal(practitioner=file, by=maud, reason=WHY)
    with pytest.raises(listing.WrongStep):
        listing.propose_refusal(practitioner=file, by=paul, reason="Autre motif")
    with pytest.raises(listing.RefusalProposed):
        listing.confirm(practitioner=file, by=paul)


def test_a_proposal_ends_with_the_handing_in_it_was_about(file, maud, paul):
    listing.propose_refusal(practitioner=file, by=maud, reason=WHY)
    listing.refuse(practitioner=file, by=paul)
    Practitioner.objects.filter(pk=file.pk).update(status="submitted")
    FileEvent.objects.create(practitioner=file, kind=Kind.SUBMITTED, by=file.user, at=now())
    assert listing.proposed_refusal(file) is None
    with pytest.raises(listing.WrongStep):
        listing.refuse(practitioner=file, by=maud)


def test_the_database_asks_for_the_second_look_too(file, maud):
    def refused_by(user) -> None:
        with transaction.atomic():
            FileEvent.objects.create(practitioner=file, kind=Kind.NOT_LISTED, by=user, detail=WHY, at=now())

    for user in (maud, None):
        with pytest.raises(IntegrityError, match="second look"):
            refused_by(user)
    listing.propose_refusal(practitioner=file, by=maud, reason=WHY)
    with pytest.raises(IntegrityError, match="second look"):
        refused_by(maud)


@pytest.mark.django_db(transaction=True)
def test_agreeing_and_thinking_otherwise_at_once_is_one_of_the_two():
    file, maud, paul = handed_in(), *(UserFactory(roles=[Role.VERIFICATION]) for _ in range(2))
    listing.propose_refusal(practitioner=file, by=maud, reason=WHY)
    start, ends = threading.Barrier(2), []

    def act(function, **given) -> None:
        try:
            start.wait(10)
            function(practitioner=file, **given)
            ends.append(function.__name__)
        except listing.WrongStep:
            ends.append("late")
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=act, args=(listing.refuse,), kwargs={"by": paul}),
        threading.Thread(target=act, args=(listing.drop_refusal,), kwargs={"by": maud, "reason": "Je me trompais."}),
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(ends) in (["drop_refusal", "late"], ["late", "refuse"])
    assert (status(file) == "refused") == ("refuse" in ends)


def test_at_the_desk_each_sees_what_is_theirs_to_do(file, maud, paul, as_user):
    SavedReply.objects.create(title="Heures de formation", text="Envoyez un certificat qui dit le nombre d’heures.")
    url, proposing = (
        reverse("verification_file", args=[file.pk]),
        reverse("verification_step", args=[file.pk, "refuser"]),
    )
    first = as_user(maud)
    say_why(first, url)
    page = first.get(url).content.decode()
    assert "Envoyez un certificat qui dit" in page
    assert first.post(proposing, {"refuser-reason": " "}).status_code == 422
    assert first.post(proposing, {"refuser-reason": WHY}).status_code == 302
    page = first.get(url).content.decode()
    assert WHY in page
    assert "confirmer-refus" not in page
    agreeing = reverse("verification_step", args=[file.pk, "confirmer-refus"])
    assert first.post(agreeing).status_code in {302, 403}
    assert status(file) == "submitted"
    second = as_user(paul)
    assert file.full_name in second.get("/cms/").content.decode()
    say_why(second, url)
    assert "confirmer-refus" in second.get(url).content.decode()
    assert second.post(agreeing).status_code == 302
    assert status(file) == "refused"


def test_the_practitioner_reads_nothing_of_what_is_only_proposed(file, maud, as_user):
    listing.propose_refusal(practitioner=file, by=maud, reason=WHY)
    page = as_user(file.user).get(reverse("office_file")).content.decode()
    assert WHY not in page
    assert "Refus proposé" not in page


def test_a_thread_between_practitioner_and_team(file, maud, as_user, django_capture_on_commit_callbacks):
    office, url = as_user(file.user), reverse("office_file_message")
    assert office.post(url, {"text": "  "}).status_code == 422
    assert office.post(url, {"text": "Mon assurance arrive lundi."}).status_code == 302
    assert list(thread.unanswered()) == [file]
    desk = as_user(maud)
    assert "Messages sans réponse" in desk.get("/cms/").content.decode()
    say_why(desk, reverse("verification_file", args=[file.pk]))
    assert "Mon assurance arrive lundi." in desk.get(reverse("verification_file", args=[file.pk])).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = {"ecrire-text": "Entendu, nous attendons lundi."}
        assert desk.post(reverse("verification_step", args=[file.pk, "ecrire"]), answer).status_code == 302
    assert not thread.unanswered()
    assert [message.to for message in mail.outbox] == [[file.user.email]]
    assert "Entendu, nous attendons lundi." in mail.outbox[0].body
    page = office.get(reverse("office_file")).content.decode()
    assert page.index("Mon assurance arrive lundi.") < page.index("Entendu, nous attendons lundi.")


def test_who_waits_longest_is_answered_first(maud):
    first, second, third = (handed_in() for _ in range(3))
    for who in (second, first, third):
        thread.write(practitioner=who, by=who.user, text="Bonjour")
    thread.write(practitioner=second, by=maud, text="Bonjour")
    assert list(thread.unanswered()) == [first, third]
