"""Objecting stops what it says at once, restricting keeps everything and uses nothing; both are lifted by the person or the team."""

import datetime as dt

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from booking import client_list
from booking.actions import client_messages
from booking.errors import NotWritten
from booking.models import ClientMessage, ClientRecord, NotificationPreference
from common import privacy
from common.clock import now as clock_now
from common.delivery import deliver
from common.models import OutboxMessage
from common.personal_rows import ways
from common.retention import rules
from legal import entries
from legal.models import LegalHold, RightsChoice
from legal.retention import dry_run, holds
from legal.rights import effects
from legal.rights.actions import choices
from legal.rights.errors import CannotObject, NotOpen
from legal.rights.people import person_of
from practitioners.models import Review
from search.actions import announcements
from search.models import SearchAlert
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory
from tests.legal.test_rights_copies import a_life, a_person, as_role

pytestmark = pytest.mark.django_db
Kind, Ground = RightsChoice.Kind, RightsChoice.Ground


def restrict(user):
    return choices.restrict(user=user, ground=Ground.ACCURACY, now=clock_now())


def object_to(user, activity):
    return choices.object_to(user=user, activity=activity, now=clock_now())


def lift(choice, by):
    return choices.lift(choice_id=choice.pk, by=by, now=clock_now())


def a_message(to, template):
    row = OutboxMessage.objects.create(
        key=f"{template}-{to}", to=to, template=template, subject="Bonjour", text="Bonjour", next_attempt_at=clock_now()
    )
    deliver(row.pk)
    row.refresh_from_db()
    return row


def test_every_activity_on_a_legitimate_interest_says_what_an_objection_does():
    assert effects.unsaid() == []


def test_every_activity_says_what_becomes_of_it_under_a_restriction():
    assert effects.unsaid_when_restricted() == []


def test_an_activity_that_says_nothing_is_named(monkeypatch):
    class Fewer(dict):
        def __contains__(self, key):
            return key != "notification-choices" and key in effects_kept

    effects_kept = effects.objections
    monkeypatch.setattr(effects, "objections", Fewer())
    assert effects.unsaid() == ["notification-choices"]


@pytest.mark.parametrize("key", sorted(effects.objections.keys()))
def test_each_objection_is_applied_once_and_lifted_by_its_person(key):
    user = a_person("alix")
    a_life(user, "alix")
    first, again = object_to(user, key), object_to(user, key)
    assert first.pk == again.pk
    assert effects.objectors(key).filter(user_id=user.pk).exists()
    lift(first, user)
    assert not effects.objectors(key).filter(user_id=user.pk).exists()
    with pytest.raises(NotOpen):
        lift(first, user)


@pytest.mark.parametrize("key", sorted(set(privacy.activities.keys()) - set(effects.objections.keys())))
def test_nothing_else_can_be_objected_to(key):
    with pytest.raises(CannotObject):
        object_to(UserFactory(), key)


def test_reminders_stop_and_come_back_as_they_were():
    user = UserFactory()
    NotificationPreference.objects.create(user=user, email_48h=True, email_2h=False, sms=True, updated_at=clock_now())
    choice = object_to(user, "notification-choices")
    chosen = NotificationPreference.objects.get(user=user)
    assert (chosen.email_48h, chosen.email_2h, chosen.sms) == (False, False, False)
    lift(choice, user)
    chosen.refresh_from_db()
    assert (chosen.email_48h, chosen.email_2h, chosen.sms) == (True, False, True)


def test_the_words_of_messages_go_and_those_of_the_next_ones_too():
    user = a_person("alix")
    row = a_message(user.email, "booking/confirmed_client")
    object_to(user, "message-words")
    row.refresh_from_db()
    assert (row.text, row.status) == ("", "sent")
    later = a_message(user.email, "booking/moved_client")
    assert later.text
    choices.forget_objected_words()
    later.refresh_from_db()
    assert later.text == ""


def test_an_imported_record_leaves_the_list_and_comes_back():
    user = UserFactory()
    row = ClientRecord.objects.create(
        practitioner=PractitionerFactory(),
        user=user,
        first_name="A",
        last_name="B",
        source="import",
        created_at=clock_now(),
    )
    choice = object_to(user, "client-follow-up")
    row.refresh_from_db()
    assert row.archived_at
    lift(choice, user)
    row.refresh_from_db()
    assert row.archived_at is None


@pytest.mark.parametrize("right", ["objection", "restriction"])
def test_a_practitioner_writes_no_more_and_the_client_still_can(right):
    user = a_person("alix")
    row = a_life(user, "alix")
    choice = restrict(user) if right == "restriction" else object_to(user, "client-messages")
    facts = {"record_id": row.record_id, "text": "Bonjour", "now": clock_now()}
    practitioner = facts | {"by": ClientMessage.By.PRACTITIONER, "author": row.practitioner.user}
    with pytest.raises(NotWritten):
        client_messages.write(**practitioner)
    client_messages.write(**facts, by=ClientMessage.By.CLIENT, author=user)
    lift(choice, user)
    client_messages.write(**practitioner)


def test_a_restriction_holds_hides_and_silences_then_puts_all_back():
    user = a_person("alix")
    row = a_life(user, "alix")
    now = clock_now()
    listed = {"text": "", "tag": "", "sort": "nom", "archived": False, "unread": False, "now": now}
    assert client_list.listed(row.practitioner, **listed).filter(user=user).exists()
    choice = restrict(user)
    assert Review.objects.get(invitation__client=user).status == "suspended"
    assert not client_list.listed(row.practitioner, **listed).filter(user=user).exists()
    assert LegalHold.objects.active(clock_now()).filter(person=user).exists()
    assert a_message(user.email, "booking/reminder_48h_client").status == "dropped"
    assert a_message(user.email, "search/alert_found").status == "dropped"
    assert a_message(user.email, "booking/cancelled_client").status == "sent"
    assert a_message("autre@exemple.fr", "search/alert_found").status == "sent"
    lift(choice, user)
    assert Review.objects.get(invitation__client=user).status == "published"
    assert client_list.listed(row.practitioner, **listed).filter(user=user).exists()
    assert not LegalHold.objects.active(clock_now()).filter(person=user).exists()
    assert a_message(user.email, "search/alert_known").status == "sent"
    assert not NotificationPreference.objects.filter(user=user).exists()


def test_an_alert_neither_looks_nor_writes_while_restricted():
    user, now = a_person("alix"), clock_now()
    alert = SearchAlert(
        email="ALIX@exemple.fr", query="ou=lyon", label="Lyon", months=6, created_at=now, asked_at=now, confirmed_at=now,
        ends_on=now.date() + dt.timedelta(days=9),
    )  # fmt: skip
    alert.set_token("x")
    alert.save()
    choice = restrict(user)
    announcements.run(now)
    alert.refresh_from_db()
    assert alert.last_run_at is None
    lift(choice, user)
    announcements.run(now)
    alert.refresh_from_db()
    assert alert.last_run_at == now


def test_a_practitioners_page_is_hidden_and_comes_back():
    row = PractitionerFactory()
    assert row.page.live
    choice = restrict(row.user)
    row.page.refresh_from_db()
    assert not row.page.live
    lift(choice, row.user)
    row.page.refresh_from_db()
    assert row.page.live


@pytest.mark.parametrize("key", sorted(privacy.activities.keys()))
def test_a_restriction_keeps_every_row_of_the_activity_and_suspends_its_end(key):
    user = a_person("alix")
    a_life(user, "alix")
    person = person_of(user)
    every = [way for way in ways(activity=key) if not way.trail.slow]
    before = [way.trail.rows(person).count() for way in every]
    choice = restrict(user)
    assert [way.trail.rows(person).count() for way in every] >= before
    now = clock_now()
    for rule in rules:
        if rule.activity != key or not rule.people:
            continue
        mine = Q()
        for path in rule.people:
            mine |= Q(**{path: user.pk})
        assert not holds.without(rule, rule.rows.filter(mine), now).exists(), rule.key
        assert not dry_run.due(rule, 0, now).filter(mine).exists(), rule.key
    lift(choice, user)
    assert entries.entry(key) is not None


def test_a_hold_that_ends_soon_is_held_anew_while_the_restriction_stands():
    user = UserFactory()
    choice = restrict(user)
    later = choice.hold.ends_at - dt.timedelta(days=5)
    assert choices.hold_on(now=later) == 1
    choice.refresh_from_db()
    assert choice.hold.ends_at > later + dt.timedelta(days=300)


def test_the_page_says_it_does_it_and_names_the_authority(client: Client):
    user = a_person("alix")
    client.force_login(user)
    url = reverse("rights:choices")
    page = client.get(url)
    assert page.status_code == 200
    assert "cnil.fr" in page.content.decode()
    assert client.post(url, {"object": "notification-choices"}).status_code == 302
    choice = RightsChoice.objects.get(user=user)
    assert client.post(url, {"lift": str(choice.pk)}).status_code == 302
    assert client.post(url, {"lift": str(choice.pk)}).status_code == 409
    assert client.post(url, {"restrict": "1"}).status_code == 422
    assert client.post(url, {"restrict": "1", "ground": "accuracy"}).status_code == 302
    assert client.get(reverse("rights:mine")).status_code == 200
    for bad in ("x" * 10000, "𝕏‮", "9" * 40):
        assert client.post(url, {"object": bad}).status_code == 422
        assert client.post(url, {"lift": bad}).status_code == 404
    other = object_to(UserFactory(), "notification-choices")
    assert client.post(url, {"lift": str(other.pk)}).status_code == 404


def test_the_legal_team_lifts_what_stands_and_nobody_else_does():
    choice = object_to(UserFactory(), "notification-choices")
    url = reverse("legal_desk_lift_choice", args=[choice.pk])
    assert as_role(Role.EDITOR).post(url).status_code in {302, 403}
    team = as_role(Role.LEGAL)
    assert team.get(reverse("legal_desk_rights_people")).status_code == 200
    assert team.post(url).status_code == 302
    choice.refresh_from_db()
    assert choice.lifted_by is not None
