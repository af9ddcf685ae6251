"""The copy of one's data: whole by the register, of one person only, behind a new identification, for a week."""

import datetime as dt
import io
import json
import zipfile

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.actions import client_messages, client_records
from booking.models import BillingDetails, ClientMessage, IntakeAnswer, Relative, Status
from common import crypto, personal_rows, privacy
from common.clock import now as clock_now
from common.models import OutboxMessage
from common.personal_rows import Trail
from legal.models import DataCopy
from legal.retention import files
from legal.rights import export, identity
from legal.rights.actions import copies
from legal.rights.check import check
from legal.rights.errors import AlreadyAsked, TooManyCopies
from legal.tasks import build_copy, keep_rights
from practitioners.models import Review, ReviewInvitation
from search.models import Favourite
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory
from tests.factories.legal import make_acceptance, make_version
from tests.plugins.people import sign_in_fully

pytestmark = pytest.mark.django_db
State = DataCopy.State


def a_person(tag: str):
    user = UserFactory(
        email=f"{tag}@exemple.fr", first_name=f"Prenom{tag}", last_name=f"Nom{tag}", phone=f"+3369876{len(tag):04}"
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def a_life(user, tag: str, practitioner=None):
    """Something in each place where a client leaves something, each with words of that person's own."""
    now = clock_now()
    extra = {"practitioner": practitioner} if practitioner else {}
    row = AppointmentFactory(
        client=user, status=Status.DONE, starts_at=now - dt.timedelta(days=10 + len(tag)), contact_first_name=f"Prenom{tag}",
        contact_last_name=f"Nom{tag}", contact_email=user.email, attendee_first_name=f"Proche{tag}", **extra,
    )  # fmt: skip
    row.record = client_records.enter(row, now=now)
    row.save(update_fields=["record"])
    client_messages.write(
        record_id=row.record_id, by=ClientMessage.By.CLIENT, author=user, text=f"Ecrit par {tag}", now=now
    )
    client_messages.write(
        record_id=row.record_id, by=ClientMessage.By.PRACTITIONER, author=row.practitioner.user, text=f"Reponse a {tag}", now=now
    )  # fmt: skip
    Relative.objects.create(user=user, first_name=f"Proche{tag}", created_at=now)
    BillingDetails.objects.create(user=user, name=f"Facture{tag}", updated_at=now)
    Favourite.objects.create(user=user, practitioner=row.practitioner, created_at=now)
    IntakeAnswer.objects.create(
        appointment=row, about="reason", question_text="Motif", answer_sealed=crypto.encrypt(f"Motif{tag}"), answered_at=now,
        expires_at=now + dt.timedelta(days=9),
    )  # fmt: skip
    invitation = ReviewInvitation.objects.create(
        practitioner=row.practitioner,
        client=user,
        reference=f"ref-{tag}",
        service_name="Séance",
        happened_on=now.date(),
    )
    Review.objects.create(
        practitioner=row.practitioner, invitation=invitation, author_name=f"Auteur{tag}", rating=4, text=f"Avis{tag}",
        published_at=now, reply=f"MerciA{tag}",
    )  # fmt: skip
    return row


def as_role(role) -> Client:
    client = Client()
    sign_in_fully(client, UserFactory(roles=[role]))
    return client


def content_of(user) -> str:
    with export.build(user=user, now=clock_now()) as archive, zipfile.ZipFile(archive) as opened:
        return "\n".join(opened.read(name).decode("utf-8", "replace") for name in opened.namelist())


def test_a_copy_holds_what_the_register_says_and_a_page_to_read_it():
    user = a_person("alix")
    row = a_life(user, "alix")
    make_acceptance(make_version(), user=user)
    with export.build(user=user, now=clock_now()) as archive:
        assert check(archive, user=user) == []
        archive.seek(0)
        with zipfile.ZipFile(archive) as opened:
            data = json.loads(opened.read("data.json"))
            page = opened.read("index.html").decode()
    assert {each["key"] for each in data["activities"]} == set(privacy.activities.keys())
    for words in ("Nomalix", "Ecrit par alix", "Prochealix", "Facturealix", "Avisalix", "Motifalix", row.reference):
        assert words in page, words
    assert "https://www.cnil.fr" in page
    assert "holder_key" not in page


def test_a_practitioner_and_a_client_who_wrote_to_each_other_each_have_their_own_only():
    alix = a_person("alix")
    row = a_life(alix, "alix")
    bree = a_person("bree")
    a_life(bree, "bree", row.practitioner)
    theirs, mine = content_of(bree), content_of(alix)
    office = content_of(row.practitioner.user)
    for words in ("Nomalix", "Ecrit par alix", "Avisalix", "Motifalix"):
        assert words in mine
        assert words not in theirs
        assert words not in office
    assert "alix" not in theirs
    assert "Reponse a alix" in office
    assert "Reponse a alix" not in mine  # somebody else's words: they are read in the exchange
    assert "MerciAalix" in office


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tags=st.lists(st.text("abcdefghij", min_size=6, max_size=9), min_size=2, max_size=3, unique=True))
def test_whoever_shares_a_practitioner_no_copy_holds_a_word_of_another(tags, db):
    from django.db import transaction

    with transaction.atomic():
        first, practitioner = None, None
        people = []
        for tag in tags:
            user = a_person(f"zq{tag}x{tags.index(tag)}")
            first = a_life(user, f"zq{tag}x{tags.index(tag)}", practitioner)
            practitioner = first.practitioner
            people.append((user, f"zq{tag}x{tags.index(tag)}"))
        for user, own in people:
            text = content_of(user)
            assert own in text
            assert not [other for _user, other in people if other != own and other in text]
        transaction.set_rollback(True)


def test_an_address_that_was_never_proved_opens_nothing():
    user, other = a_person("alix"), a_person("bree")
    EmailAddress.objects.create(user=other, email="tierce@exemple.fr", verified=False)
    for key, to in (("a", "tierce@exemple.fr"), ("b", user.email)):
        OutboxMessage.objects.create(
            key=key, to=to, subject="Clandestin", text="Clandestin", next_attempt_at=clock_now()
        )
    assert "Clandestin" not in content_of(other)
    assert "Clandestin" in content_of(user)


def test_every_binding_of_the_register_has_a_way_to_its_rows():
    assert personal_rows.untrodden() == []


def test_a_binding_without_a_way_is_named(monkeypatch):
    kept = [trail for trail in personal_rows.trails if trail.model != "booking.Relative"]
    monkeypatch.setattr(personal_rows, "trails", kept)
    assert personal_rows.untrodden() == ["relatives: booking.Relative"]


@pytest.mark.parametrize("key", sorted(privacy.activities.keys()))
def test_every_way_of_an_activity_can_be_asked(key):
    """The query of each trail is one that the database understands, for a client and for a practitioner."""
    row = AppointmentFactory()
    for user in (row.practitioner.user, row.client or UserFactory()):
        from legal.rights.people import person_of

        for way in personal_rows.ways(activity=key):
            assert way.trail.rows(person_of(user)).count() >= 0
            assert set(way.given) <= set(way.bound)


@pytest.fixture
def whole():
    user = a_person("alix")
    a_life(user, "alix")
    with export.build(user=user, now=clock_now()) as archive:
        return user, archive.read()


def changed(content: bytes, change) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "data.json":
                data = json.loads(body)
                change(data)
                body = json.dumps(data).encode()
            new.writestr(name, body)
    target.seek(0)
    return target


def test_the_validator_of_an_empty_site_names_what_misses(whole, django_assert_num_queries):
    user, content = whole

    def table(data, activity, model):
        found = next(each for each in data["activities"] if each["key"] == activity)
        return next(each for each in found["tables"] if each["model"] == model and each["rows"])

    def lose_row(data):
        table(data, "relatives", "booking.Relative")["rows"].clear()

    def lose_field(data):
        del table(data, "relatives", "booking.Relative")["rows"][0]["fields"]["first_name"]

    def lose_activity(data):
        data["activities"] = [each for each in data["activities"] if each["key"] != "relatives"]

    # An empty site checks it: no row is asked of any database.
    with django_assert_num_queries(0):
        assert check(io.BytesIO(content)) == []
    assert check(changed(content, lose_row))[0] == "relatives/booking.Relative:self: 0 rows of 1"
    assert "row" in check(changed(content, lose_row), user=user)[-1]
    assert check(changed(content, lose_field)) == ["relatives/booking.Relative:self: first_name is missing"]
    assert check(changed(content, lose_activity)) == ["relatives/booking.Relative:self: missing"]
    assert check(io.BytesIO(b"no zip")) != []
    assert check(io.BytesIO(content), user=UserFactory()) == ["this copy is another person's"]


def test_the_command_says_whether_a_copy_is_whole(whole, tmp_path):
    user, content = whole
    path = tmp_path / "copie.zip"
    path.write_bytes(content)
    call_command("check_export", str(path))
    call_command("check_export", str(path), address=user.email)
    Relative.objects.create(user=user, first_name="Nouveau", created_at=clock_now())
    with pytest.raises(CommandError):
        call_command("check_export", str(path), address=user.email)


def ask_and_build(user, now=None):
    copy = copies.ask(user=user, now=now or clock_now())
    build_copy(copy.pk)
    copy.refresh_from_db()
    return copy


def test_a_copy_is_built_once_told_by_mail_and_deleted_after_a_week(settings, tmp_path):
    user = a_person("alix")
    copy = ask_and_build(user)
    build_copy(copy.pk)
    assert copy.state == State.READY
    assert OutboxMessage.objects.filter(to=user.email, template="rights/copy_ready").count() == 1
    name, stored = copy.file.name, copy.file.storage
    assert stored.exists(name)
    copies.sweep(now=copy.expires_at + dt.timedelta(seconds=1))
    files.erase_asked()
    copy.refresh_from_db()
    assert (copy.state, copy.file.name) == (State.ENDED, "")
    assert not stored.exists(name)


def test_a_task_that_was_lost_is_taken_up_by_the_sweep():
    user = a_person("alix")
    copy = copies.ask(user=user, now=clock_now() - dt.timedelta(minutes=5))
    keep_rights()
    copy.refresh_from_db()
    assert copy.state == State.READY


def test_one_copy_at_a_time_and_three_a_day():
    user, now = a_person("alix"), clock_now()
    copies.ask(user=user, now=now)
    with pytest.raises(AlreadyAsked):
        copies.ask(user=user, now=now)
    DataCopy.objects.filter(user=user).update(state=State.ENDED)
    for _ in range(2):
        copies.ask(user=user, now=now)
        DataCopy.objects.filter(user=user).update(state=State.ENDED)
    with pytest.raises(TooManyCopies):
        copies.ask(user=user, now=now)
    copies.ask(user=user, now=now + dt.timedelta(days=1, seconds=1))


def test_downloading_asks_who_one_is_and_is_nobody_elses(client: Client, monkeypatch):
    user = a_person("alix")
    copy = ask_and_build(user)
    url = reverse("rights:download", args=[copy.pk])
    assert client.get(url).status_code == 302
    client.force_login(user)
    assert reverse("rights:identity") in client.get(url).headers["Location"]
    monkeypatch.setattr(identity, "is_confirmed", lambda request: True)
    answer = client.get(url)
    assert answer.status_code == 200
    assert check(io.BytesIO(b"".join(answer.streaming_content))) == []
    assert client.get(reverse("rights:copies")).status_code == 200
    client.force_login(UserFactory())
    assert client.get(url).status_code == 404


def test_who_signs_in_without_a_password_identifies_by_a_code(client: Client):
    user = a_person("alix")
    client.force_login(user)
    target = reverse("rights:copies")
    door = client.get(target).headers["Location"]
    assert client.get(door).status_code == 200
    client.post(door, {"next": target, "send": "1"})
    code = OutboxMessage.objects.get(template="rights/identity_code").text.split()[0]
    wrong = "000000" if code != "000000" else "111111"
    assert client.post(door, {"next": target, "code": wrong}).status_code == 422
    assert client.post(door, {"next": target, "code": code}).headers["Location"] == target
    assert client.get(target).status_code == 200


def test_a_code_is_wrong_after_five_errors_and_leads_nowhere_else(client: Client):
    client.force_login(a_person("alix"))
    door = reverse("rights:identity")
    client.post(door, {"next": "https://ailleurs.example/", "send": "1"})
    code = OutboxMessage.objects.get(template="rights/identity_code").text.split()[0]
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        client.post(door, {"code": wrong})
    assert client.post(door, {"code": code}).status_code == 422


@pytest.mark.parametrize("key", ["client-accounts", "appointments", "notifications", "relatives", "reviews"])
def test_each_use_can_be_read_row_by_row(client: Client, key):
    user = a_person("alix")
    a_life(user, "alix")
    client.force_login(user)
    page = client.get(reverse("rights:activity", args=[key]))
    assert page.status_code == 200
    assert "cnil.fr" in page.content.decode()
    assert client.get(reverse("rights:activity", args=["rien-de-tel"])).status_code == 404


def test_the_space_counts_what_is_held_in_few_questions(client: Client, django_assert_max_num_queries):
    user = a_person("alix")
    a_life(user, "alix")
    client.force_login(user)
    with django_assert_max_num_queries(40):
        page = client.get(reverse("rights:mine")).content.decode()
    assert "cnil.fr" in page
    for url in (reverse("account_profile"), reverse("account_email"), reverse("my_relatives")):
        assert url in page


def test_a_trail_without_links_finds_nobody():
    from legal.rights.people import person_of

    assert not Trail("accounts.User").rows(person_of(UserFactory())).exists()
