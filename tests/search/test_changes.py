"""Every change that can move or change a result is in the index once it is committed: nothing else has to be called."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from kombu.exceptions import OperationalError
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from accounts.roles import Role
from booking.actions import accounts, appointments, holds, offers, opening
from booking.models import Appointment, BookingSettings, Closure, StripeAccount
from booking.stripe_gateway import AccountState
from common import clock
from editorial.tasks import publish_scheduled
from practitioners.actions import applications, facts, listing, pages, reviews
from practitioners.models import ApplicationItem, Practitioner, PractitionerPractice, Service
from search.actions import entries
from search.models import SearchEntry
from search.receivers import refresh_entry
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, StripeAccountFactory, open_every_day
from tests.factories.practitioners import (
    PracticeFactory,
    PractitionerFactory,
    ReviewFactory,
    ReviewInvitationFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


@dataclass
class Case:
    practitioner: Practitioner
    operator: Callable[[], Client]

    @property
    def service(self) -> Service:
        return self.practitioner.services.get()

    def contact(self, **changed: object) -> None:
        values = {name: getattr(self.practitioner, name) for name in facts.CONTACT}
        themes = list(self.practitioner.themes.all())
        facts.update_contact(practitioner=self.practitioner, values=values | {"themes": themes} | changed)

    def tomorrow(self, hour: int) -> dt.datetime:
        day = clock.today() + dt.timedelta(days=1)
        return dt.datetime.combine(day, dt.time(hour), clock.PARIS)


def _edit_page(case: Case) -> None:
    page = case.practitioner.page
    page.headline = "Retrouver le sommeil"
    page.save_revision().publish()


def _schedule(case: Case) -> None:
    page = case.practitioner.page
    page.headline, page.go_live_at = "Plus tard", clock.now() + dt.timedelta(hours=1)
    page.save_revision(approved_go_live_at=page.go_live_at, clean=False).publish()
    type(page).objects.filter(pk=page.pk).update(expire_at=clock.now() - dt.timedelta(minutes=1))
    publish_scheduled()


def _certificate(case: Case) -> None:
    practice = PracticeFactory(name="Hypnose", slug="hypnose")
    PractitionerPractice.objects.create(practitioner=case.practitioner, practice=practice, position=1)
    items = applications.open_file(practitioner=case.practitioner)
    item = next(i for i in items if i.practice_id == practice.pk)
    ApplicationItem.objects.filter(pk=item.pk).update(status="provided", provided_at=clock.now())
    applications.accept(item=item, by=UserFactory(), evidence="Certificat vu")


def _stripe(case: Case) -> None:
    account = StripeAccount.objects.get(practitioner=case.practitioner)
    state = AccountState(card_payments="restricted", requirements=[])
    accounts.stripe_gateway, real = _Gateway(state), accounts.stripe_gateway  # type: ignore[assignment]
    try:
        accounts.refresh(account_pk=account.pk, now=clock.now())
    finally:
        accounts.stripe_gateway = real


@dataclass
class _Gateway:
    state: AccountState

    def read_account(self, account: str) -> AccountState:
        return self.state


def _partner(case: Case) -> None:
    data = {"partner_software": "on", "partner_since": "2026-01-05", "partner_evidence": "Contrat vu"}
    assert case.operator().post(f"/cms/praticiens/edit/{case.practitioner.pk}/", data).status_code == 302


def _place(case: Case) -> None:
    place = case.practitioner.places.get()
    values = {name: getattr(place, name) for name in facts.PLACE}
    facts.update_place(place=place, values=values | {"step_free": True})


def _hold(case: Case) -> Appointment:
    return holds.hold(
        practitioner=case.practitioner, service=case.service, start=case.tomorrow(9), holder_key="v", now=clock.now()
    )


def _rename(case: Case) -> None:
    Practitioner.objects.filter(pk=case.practitioner.pk).update(first_name="Zoé")
    case.practitioner.refresh_from_db()
    pages.rename(practitioner=case.practitioner)


def _closure(case: Case) -> Closure:
    day = clock.today() + dt.timedelta(days=1)
    closure = Closure(practitioner=case.practitioner, first_day=day, last_day=day)
    opening.add_closure(closure=closure)
    return closure


def _reopen(case: Case) -> None:
    closure = _closure(case)
    opening.remove_exception(practitioner=case.practitioner, kind="closure", pk=closure.pk)


def _settings(case: Case) -> None:
    opening.save_settings(settings=BookingSettings(practitioner=case.practitioner, minimum_notice_minutes=3 * 24 * 60))


def _week(case: Case) -> None:
    evening = opening.Range(0, dt.time(18), dt.time(20), ("cabinet",), case.practitioner.places.get().pk)
    opening.replace_week(practitioner=case.practitioner, ranges=[evening])


def _price(case: Case) -> None:
    service = case.service
    service.price_cents = 3500
    offers.save(service=service, now=clock.now())


def _portrait(case: Case) -> None:
    """What Wagtail's form does with another crop."""
    image = case.practitioner.page.portrait
    image.focal_point_x = image.focal_point_y = image.focal_point_width = image.focal_point_height = 10
    image.save()
    image.renditions.all().delete()


def _book(case: Case) -> None:
    held = _hold(case)
    # Paid on site: no payment to wait for.
    held.client, held.advance_cents, held.fee_cents = UserFactory(), 0, 0
    held.save()
    appointments.book(appointment_id=held.pk, now=clock.now())


def _cancel(case: Case) -> None:
    booked = case.practitioner.appointments.get(starts_at=case.tomorrow(15))
    appointments.cancel_by_client(appointment_id=booked.pk, announced_cents=0, now=clock.now())


CHANGES: dict[str, Callable[[Case], object]] = {
    "page edited": _edit_page,
    "page unpublished": lambda c: c.practitioner.page.unpublish(),
    "page at its end": _schedule,
    "page deleted": lambda c: c.practitioner.page.delete(),
    "portrait changed": _portrait,
    "portrait deleted": lambda c: c.practitioner.page.portrait.delete(),
    "name corrected": _rename,
    "languages": lambda c: c.contact(languages=["fr", "en"]),
    "payment methods": lambda c: c.contact(payment_methods=["cheque"]),
    "themes": lambda c: c.contact(themes=[ThemeFactory(name="Fatigue", slug="fatigue")]),
    "home visits": lambda c: c.contact(home_radius_km=20),
    "place accessible": _place,
    "certificate checked": _certificate,
    "suspended": lambda c: listing.suspend(practitioner=c.practitioner, by=UserFactory(), reason="Essai"),
    "partner flag": _partner,
    "price": _price,
    "service archived": lambda c: offers.archive(service=c.service, now=clock.now()),
    "review": lambda c: reviews.publish(
        invitation=(i := ReviewInvitationFactory(practitioner=c.practitioner)), client=i.client, rating=2, text="Bof."
    ),
    "review hidden": lambda c: reviews.hide(review=c.practitioner.reviews.get()),
    "opening hours": _week,
    "closure": _closure,
    "closure removed": _reopen,
    "booking settings": _settings,
    "time held": _hold,
    "booked": _book,
    "cancelled": _cancel,
    "cards refused by Stripe": _stripe,
    "practice renamed": lambda c: _save(c.practitioner.practice_links.get().practice, name="Relaxation guidée"),
    "theme given an alias": lambda c: _save(c.practitioner.themes.get(), aliases=["insomnie"]),
    "theme deleted": lambda c: c.practitioner.themes.get().delete(),
}
# A closure that is removed leaves things as they were.
WITHOUT_TRACE = {"closure removed"}


def _save(row: object, **changed: object) -> None:
    for name, value in changed.items():
        setattr(row, name, value)
    row.save()  # type: ignore[attr-defined]


def said(pk: int) -> dict[str, object] | None:
    row = SearchEntry.objects.filter(pk=pk).values("digest", "terms", "card", "rank", "score", "completeness").first()
    return row and row | {"digest": bytes(row["digest"])}


@pytest.fixture
def case(france, login_as, client) -> Case:
    image = get_image_model().objects.create(title="Portrait", file=get_test_image_file())
    practitioner = PractitionerFactory(
        place=france["69123"], themes=[ThemeFactory(name="Sommeil", slug="sommeil")], page__portrait=image
    )
    # One time in each half of the day: whatever takes or frees one is seen.
    open_every_day(practitioner, dt.time(9), dt.time(10))
    open_every_day(practitioner, dt.time(15), dt.time(16))
    StripeAccountFactory(practitioner=practitioner)
    Service.objects.update(payment=Service.Payment.FULL)
    ReviewFactory(practitioner=practitioner, rating=5)
    day = clock.today() + dt.timedelta(days=1)
    AppointmentFactory(practitioner=practitioner, starts_at=dt.datetime.combine(day, dt.time(15), clock.PARIS))
    assert entries.refresh(practitioner.pk)

    def operator() -> Client:
        login_as(Role.OPERATOR)
        return client

    return Case(practitioner, operator)


@pytest.mark.parametrize("name", CHANGES)
def test_a_committed_change_is_in_the_index(case, name, django_capture_on_commit_callbacks):
    pk = case.practitioner.pk
    before = said(pk)
    with django_capture_on_commit_callbacks(execute=True):
        CHANGES[name](case)
    after = said(pk)
    assert (after != before) is (name not in WITHOUT_TRACE)
    entries.refresh(pk)
    assert said(pk) == after, "the index said something else than the database"


def test_a_restored_practitioner_is_found_again(case, django_capture_on_commit_callbacks):
    pk = case.practitioner.pk
    with django_capture_on_commit_callbacks(execute=True):
        listing.suspend(practitioner=case.practitioner, by=UserFactory(), reason="Essai")
    assert said(pk) is None
    with django_capture_on_commit_callbacks(execute=True):
        listing.restore(practitioner=case.practitioner, by=UserFactory(), reason="Fin de l’essai")
    assert said(pk)


def test_without_a_broker_the_change_is_made_in_place(case, monkeypatch, django_capture_on_commit_callbacks):
    def away(*args, **kwargs):
        raise OperationalError("no broker")

    monkeypatch.setattr(refresh_entry, "apply_async", away)
    with django_capture_on_commit_callbacks(execute=True):
        case.contact(languages=["de"])
    found = said(case.practitioner.pk)
    assert found
    assert found["card"]["facets"]["langue"] == ["de"]
