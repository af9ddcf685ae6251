"""Instructions after death: written, changed, withdrawn, never rewritten; and carried out once the death is established."""

import html

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from common import privacy
from common.clock import now as clock_now
from common.delivery import deliver
from common.models import OutboxMessage, ReadingLog
from legal.models import AfterDeathWish, AfterDeathWords, Death, ErasedAccount
from legal.retention import holds
from legal.rights.actions import deaths, wishes
from legal.rights.actions.wishes import Beneficiary
from legal.rights.errors import AlreadyDead, BadDeath, BadWish, Held, NotOpen, WhyNeeded
from legal.tasks import build_copy
from tests.factories.accounts import UserFactory
from tests.legal.test_rights_copies import a_person, as_role
from tests.plugins.people import say_why

pytestmark = pytest.mark.django_db
ANNE = Beneficiary("Anne", "Martin", "anne@exemple.fr", "1 rue Haute, Lyon")


def write(user, fate="erase", someone=None, activities=()):
    return wishes.write(
        user=user,
        fate=fate,
        activities=list(activities),
        beneficiary=someone or Beneficiary(),
        text="Merci.",
        now=clock_now(),
    )


def record(user, by=None):
    return deaths.record(
        user=user,
        document="Acte 123, Lyon 3e",
        relation="Maître Roux, notaire",
        by=by or UserFactory(),
        now=clock_now(),
    )


def carry_out(death, outcome, reason=""):
    return deaths.carry_out(death_id=death.pk, outcome=outcome, reason=reason, by=UserFactory(), now=clock_now())


def test_each_version_stands_until_the_next_and_none_can_be_rewritten():
    user = UserFactory()
    first = write(user, "communicate", ANNE, ["appointments", "no-such"])
    assert first.activities == ["appointments"]
    second = write(user, "keep")
    assert wishes.current(user) == second
    wishes.withdraw(user=user, now=clock_now())
    assert wishes.current(user) is None
    assert [wish.number for wish in AfterDeathWish.objects.filter(user=user)] == [3, 2, 1]
    with pytest.raises(NotOpen):
        wishes.withdraw(user=user, now=clock_now())
    for sql in (
        "update legal_afterdeathwish set fate = 'keep'",
        "update legal_afterdeathwords set text = ''",
        "delete from legal_afterdeathwish",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.parametrize("someone", [Beneficiary(), Beneficiary("Anne", "Martin"), Beneficiary("", "Martin", "a@b.fr")])
def test_a_copy_is_given_to_somebody_who_can_be_found(someone):
    with pytest.raises(BadWish):
        write(UserFactory(), "communicate", someone)


def test_a_death_shuts_the_account_and_silences_the_site(client: Client):
    user = a_person("alix")
    client.force_login(user)
    death = record(user)
    assert client.get("/compte/").status_code == 302
    assert not client.login(email=user.email, password="x")
    row = OutboxMessage.objects.create(
        key="x", to=user.email, template="booking/confirmed_client", text="x", next_attempt_at=clock_now()
    )
    deliver(row.pk)
    row.refresh_from_db()
    assert (row.status, row.reason) == ("dropped", "unwanted")
    with pytest.raises(AlreadyDead):
        record(user)
    assert death.outcome == ""


def test_a_death_needs_its_document_and_is_never_ones_own_or_the_teams():
    by, user = UserFactory(), UserFactory()
    for who, document in ((by, "x"), (UserFactory(roles=[Role.LEGAL]), "x"), (user, " ")):
        with pytest.raises(BadDeath):
            deaths.record(user=who, document=document, relation="x", by=by, now=clock_now())


def test_the_wish_to_be_erased_is_carried_out():
    user = a_person("alix")
    write(user, "erase", ANNE)
    carry_out(record(user), "erase")
    assert ErasedAccount.objects.filter(user=user).exists()
    assert not AfterDeathWords.objects.filter(wish__user=user).exists()
    user.refresh_from_db()
    assert "alix" not in user.email


def test_the_wish_to_be_kept_keeps_everything_and_shows_nothing():
    user = a_person("alix")
    write(user, "keep")
    carry_out(record(user), "keep")
    assert not ErasedAccount.objects.filter(user=user).exists()
    user.refresh_from_db()
    assert not user.is_active


def test_a_copy_is_given_before_the_account_is_erased():
    user = a_person("alix")
    write(user, "communicate", ANNE)
    death = record(user)
    with pytest.raises(NotOpen):
        carry_out(death, "communicate")
    copy = deaths.prepare_copy(death_id=death.pk, now=clock_now())
    build_copy(copy.pk)
    copy.refresh_from_db()
    assert copy.state == "ready"
    assert not OutboxMessage.objects.filter(template="rights/copy_ready").exists()
    copy.downloaded_at = clock_now()
    copy.save()
    carry_out(death, "communicate")
    assert ErasedAccount.objects.filter(user=user).exists()
    copy.refresh_from_db()
    assert copy.state == "ended"


def test_against_a_wish_or_without_one_a_reason_is_needed():
    user = a_person("alix")
    write(user, "keep")
    death = record(user)
    with pytest.raises(WhyNeeded):
        carry_out(death, "erase")
    carry_out(death, "erase", "Les héritiers demandent la fermeture (article 85).")
    with pytest.raises(NotOpen):
        carry_out(death, "keep", "x")


def test_a_wish_about_some_data_does_not_end_the_account_by_itself():
    user = a_person("alix")
    write(user, "erase", activities=["appointments"])
    death = record(user)
    with pytest.raises(WhyNeeded):
        carry_out(death, "erase")
    assert Death.objects.get().outcome == ""
    team, page = as_role(Role.LEGAL), reverse("legal_desk_death", args=[death.pk])
    say_why(team, page)
    assert privacy.activities.get("appointments").purpose in html.unescape(team.get(page).content.decode())


def test_nothing_is_erased_under_a_legal_hold():
    user, now = a_person("alix"), clock_now()
    write(user, "erase")
    holds.open_hold(person=user, subject="", reason="Litige", ends_at=now.replace(year=now.year + 1), by=user, now=now)
    death = record(user)
    with pytest.raises(Held):
        carry_out(death, "erase")
    assert Death.objects.get().outcome == ""


def test_the_person_writes_and_withdraws_them_in_the_account(client: Client):
    user = UserFactory()
    client.force_login(user)
    url = reverse("rights:after_death")
    assert "cnil.fr" in client.get(url).content.decode()
    facts = {"fate": "communicate", "scope": "all", "text": "Adieu"}
    refused = client.post(url, facts)
    assert refused.status_code == 422
    assert "Adieu" in refused.content.decode()
    assert client.post(url, facts | {"scope": "some"}).status_code == 422
    good = facts | {"first_name": "Anne", "last_name": "Martin", "email": "anne@exemple.fr"}
    assert client.post(url, good).status_code == 302
    assert client.get(url).status_code == 200
    assert client.post(url, {"withdraw": "1"}).status_code == 302
    assert client.post(url, {"withdraw": "1"}).status_code == 409
    for bad in ("x" * 10000, "nulle" * 99):
        assert client.post(url, good | {"fate": bad, "first_name": bad}).status_code == 422


def test_the_legal_team_records_and_carries_out_on_its_desk():
    user = a_person("alix")
    write(user, "communicate", ANNE)
    team = as_role(Role.LEGAL)
    desk = reverse("legal_desk_rights_people")
    assert as_role(Role.EDITOR).get(desk).status_code in {302, 403}
    facts = {"email": user.email, "document": "Acte 12", "relation": "Anne Martin, fille"}
    assert team.post(desk, facts | {"email": "personne@exemple.fr"}).status_code == 422
    assert team.post(desk, facts).status_code == 302
    death = Death.objects.get()
    page = reverse("legal_desk_death", args=[death.pk])
    say_why(team, page)
    assert "anne@exemple.fr" in team.get(page).content.decode()
    assert team.post(page, {"copy": "1"}).status_code == 302
    death.refresh_from_db()
    build_copy(death.copy_id)
    copy = team.get(reverse("legal_desk_death_copy", args=[death.pk]))
    assert b"".join(copy.streaming_content).startswith(b"PK")
    assert ReadingLog.objects.filter(person=user, act="export").exists()
    assert team.post(page, {"outcome": "communicate"}).status_code == 302
    assert team.get(page).status_code == 200
    assert ErasedAccount.objects.filter(user=user).exists()
