"""A checked item near its end (R4): told at 30, 7 and 0 days, then no longer shown as checked; a human decides about the listing."""

import datetime as dt

import pytest

from accounts.roles import Role
from common.clock import PARIS
from common.models import OutboxMessage
from practitioners import office_tasks, tasks
from practitioners.actions import applications, lapsing
from practitioners.models import ApplicationItem, FileEvent, Practitioner
from practitioners.profile import verification_rows
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db
LAST_DAY = dt.date(2027, 3, 28)  # the clocks go forward that night in Paris


def moment(days_before: int, hour: int = 12, minute: int = 0) -> dt.datetime:
    day = LAST_DAY - dt.timedelta(days=days_before)
    return dt.datetime.combine(day, dt.time(hour, minute), PARIS).astimezone(dt.UTC)


@pytest.fixture
def item():
    """The insurance of somebody listed, checked until the last day."""
    practitioner = PractitionerFactory()
    found = next(row for row in applications.open_file(practitioner=practitioner) if row.kind == "insurance")
    ApplicationItem.objects.filter(pk=found.pk).update(
        status="accepted", evidence="Attestation vue", checked_at=moment(300), valid_until=LAST_DAY
    )
    found.refresh_from_db()
    return found


@pytest.fixture
def at(monkeypatch):
    """Runs the daily task at an instant; the subjects of the mails written since the beginning."""

    def run(instant: dt.datetime) -> list[str]:
        with monkeypatch.context() as patched:
            patched.setattr(tasks, "clock_now", lambda: instant)
            tasks.follow_lapsing_items()
        mails = OutboxMessage.objects.filter(template="practitioners/item_lapsing").order_by("pk")
        return [subject.split("\u00a0: ")[0] for subject in mails.values_list("subject", flat=True)]

    return run


def test_each_step_is_told_once_at_its_border_in_the_day_of_paris(item, at):
    renew, last, over = "À renouveler", "Dernier jour de validité", "N’est plus valable"
    assert at(moment(31, 23, 59)) == []
    assert at(moment(30, 0, 1)) == [renew]
    assert at(moment(8, 23, 59)) == [renew]
    assert at(moment(7, 0, 1)) == at(moment(7, 23)) == at(moment(1, 23, 59)) == [renew, renew]
    assert at(moment(0, 0, 1)) == at(moment(0, 23, 59)) == [renew, renew, last]
    item.refresh_from_db()
    assert item.status == "accepted"
    assert at(moment(-1, 0, 1)) == at(moment(-20)) == [renew, renew, last, over]
    item.refresh_from_db()
    assert item.status == "lapsed"
    assert [event.kind for event in FileEvent.objects.filter(item=item)] == ["lapsed"]


def test_a_sweep_that_did_not_run_for_weeks_tells_what_is_true_now(item, at):
    assert at(moment(3)) == ["À renouveler"]
    assert at(moment(-9)) == ["À renouveler", "N’est plus valable"]


def test_the_machine_takes_the_badge_and_leaves_the_listing_to_a_human(item, at):
    at(moment(-1))
    practitioner = Practitioner.objects.with_profile().get(pk=item.practitioner_id)
    assert practitioner.status == Practitioner.Status.LISTED
    assert [row["status"] for row in verification_rows(practitioner) if row["seen"] == "Attestation vue"] == ["renew"]
    assert list(lapsing.to_look_at(today=LAST_DAY + dt.timedelta(days=1))) == [item]
    mail = OutboxMessage.objects.order_by("pk").last()
    assert "vous écrit avant que votre page ne change" in mail.text
    assert "28\u00a0mars" in mail.text
    assert "À renouveler" in [str(task.status_label) for task in office_tasks.tasks_for(practitioner)]


def test_an_item_on_which_the_listing_does_not_depend_asks_nobody_to_decide(item, at):
    ApplicationItem.objects.filter(pk=item.pk).update(kind="mediator", practitioner=PractitionerFactory())
    at(moment(-1))
    assert ApplicationItem.objects.get(pk=item.pk).status == "lapsed"
    assert not lapsing.to_look_at(today=LAST_DAY + dt.timedelta(days=1)).exists()
    assert "notre équipe" not in OutboxMessage.objects.order_by("pk").last().text


def test_new_evidence_restores_the_badge_and_keeps_the_history(item, at):
    at(moment(-1))
    verifier = UserFactory(roles=[Role.VERIFICATION])
    applications.declare(item=item, value="Assureur, RC-10", document=None)
    assert list(lapsing.renewed()) == [item]
    assert not lapsing.to_look_at(today=LAST_DAY + dt.timedelta(days=1)).exists()
    until = LAST_DAY + dt.timedelta(days=3650)
    applications.accept(item=item, by=verifier, evidence="Nouvelle attestation", valid_until=until)
    item.refresh_from_db()
    assert (item.status, item.valid_until) == ("accepted", until)
    assert not lapsing.renewed().exists()
    kinds = set(FileEvent.objects.filter(item=item).values_list("kind", flat=True))
    assert kinds == {"lapsed", "declared", "accepted"}
    assert Practitioner.objects.get(pk=item.practitioner_id).is_listed


def badge(item):
    practitioner = Practitioner.objects.with_profile().get(pk=item.practitioner_id)
    rows = [row for row in verification_rows(practitioner) if row["seen"] == "Attestation vue"]
    return [(row["status"], row["checked_on"], row["valid_until"]) for row in rows]


@pytest.mark.parametrize("decide", [None, applications.refuse, applications.ask_again])
def test_an_early_renewal_takes_nothing_from_what_holds_until_its_date(item, monkeypatch, decide):
    shown = badge(item)
    assert shown == [("verified", moment(300), LAST_DAY)]
    applications.declare(item=item, value="Assureur, RC-11", document=None)
    if decide:
        decide(item=item, by=UserFactory(roles=[Role.VERIFICATION]), reason="La page 2 manque.")
    assert badge(item) == shown
    with monkeypatch.context() as patched:
        patched.setattr("practitioners.profile.today", lambda: LAST_DAY + dt.timedelta(days=1))
        assert badge(item) == [("renew", moment(300), LAST_DAY)]


@pytest.mark.parametrize("decide", [applications.refuse, applications.ask_again])
@pytest.mark.parametrize("sent_early", [True, False])
def test_a_renewal_that_is_sent_back_leaves_the_listing_to_be_decided(item, at, decide, sent_early):
    if not sent_early:
        at(moment(-1))
    applications.declare(item=item, value="Assureur, RC-11", document=None)
    at(moment(-1))
    day_after = LAST_DAY + dt.timedelta(days=1)
    assert not lapsing.to_look_at(today=day_after).exists()
    decide(item=item, by=UserFactory(roles=[Role.VERIFICATION]), reason="Attestation de l’an dernier.")
    assert list(lapsing.to_look_at(today=day_after)) == [item]
    assert not lapsing.to_look_at(today=LAST_DAY).exists()


def test_what_was_never_seen_is_never_shown_as_checked(item):
    ApplicationItem.objects.filter(pk=item.pk).update(status="provided", evidence="", checked_at=None)
    item.refresh_from_db()
    applications.refuse(item=item, by=UserFactory(roles=[Role.VERIFICATION]), reason="Flou")
    item.refresh_from_db()
    assert item.checked_at is not None
    practitioner = Practitioner.objects.with_profile().get(pk=item.practitioner_id)
    assert not [row for row in verification_rows(practitioner) if row["checked_on"] == item.checked_at]


def test_the_panel_of_the_team_shows_what_lapsed_and_what_was_sent_again(item, at, as_user):
    desk = as_user(UserFactory(roles=[Role.VERIFICATION]))
    assert "décider du référencement" not in desk.get("/cms/").content.decode()
    at(moment(-1))
    assert "décider du référencement" in desk.get("/cms/").content.decode()
    applications.declare(item=item, value="Assureur, RC-10", document=None)
    page = desk.get("/cms/").content.decode()
    assert "décider du référencement" not in page
    assert "Renvoyés par des praticiens" in page


def test_applications_that_never_led_to_a_page_are_not_followed(item, at):
    Practitioner.objects.filter(pk=item.practitioner_id).update(status="submitted")
    assert at(moment(-1)) == []


def test_one_item_that_fails_keeps_none_behind_it(item, at, monkeypatch):
    other = ApplicationItem.objects.create(
        practitioner=PractitionerFactory(), kind="mediator", status="accepted", evidence="Vu", checked_at=moment(300),
        valid_until=LAST_DAY - dt.timedelta(days=1),
    )  # fmt: skip
    follow = lapsing.follow

    def failing(*, item_id: int, now: dt.datetime) -> None:
        if item_id == other.pk:
            raise RuntimeError
        follow(item_id=item_id, now=now)

    monkeypatch.setattr(lapsing, "follow", failing)
    at(moment(-1))
    assert list(ApplicationItem.objects.filter(status="lapsed")) == [item]
