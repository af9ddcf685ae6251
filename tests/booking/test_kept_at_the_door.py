"""Free times that were asked for already are given again before anybody is asked who they are: the same answer, or none."""

import datetime as dt
import itertools

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking import middleware
from booking.models import Closure
from practitioners.models import Practitioner
from tests.booking.test_answers import MONDAY, NINE, NOW, WRITES, forgotten, write
from tests.factories.booking import AppointmentFactory, bookable_practitioner

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def at(monkeypatch):
    def travel(now: dt.datetime) -> None:
        monkeypatch.setattr("common.clock.now", lambda: now)

    travel(NOW)
    return travel


def path(practitioner, first: dt.date = MONDAY, days: int = 13, **more: object) -> str:
    query = {"from": first, "to": first + dt.timedelta(days=days), **more}
    return f"/api/v1/practitioners/{practitioner.slug}/slots/?" + "&".join(f"{k}={v}" for k, v in query.items())


def ask(address: str, **headers: str):
    answer = Client().get(address, **headers)
    return answer.status_code, dict(answer.items()), answer.content


def firsts(*practitioners) -> str:
    return "/api/v1/first-slots/?" + "&".join(f"practitioner={one.slug}" for one in practitioners)


def first_of(address: str):
    return Client().get(address).json()["first"]


def agree(*addresses: str) -> None:
    """As it is given now, and as it is in a process that has just started."""
    remembered = [ask(one) for one in addresses]
    forgotten()
    assert [ask(one) for one in addresses] == remembered


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(st.tuples(st.sampled_from(WRITES), st.integers(0, 40)), min_size=3, max_size=12))
def test_they_are_what_would_be_computed_after_any_history(at, history: list[tuple[str, int]]) -> None:
    practitioner, service = bookable_practitioner()
    other, _service = bookable_practitioner()
    asked = [path(practitioner), path(practitioner, NOW.date(), 3, service=service.pk)]
    now = NOW
    at(now)
    for kind, number in history:
        # Remembered from before what happens, or nothing would be proved.
        for address in asked:
            ask(address)
        first_of(firsts(practitioner, other))
        if kind == "later":
            now += dt.timedelta(minutes=number)
            at(now)
        else:
            write(kind, number, practitioner, service)
        remembered = first_of(firsts(practitioner, other))
        agree(*asked)
        assert first_of(firsts(practitioner, other)) == remembered


def test_a_second_answer_is_the_first_to_the_letter_for_one_question_to_the_database(django_assert_num_queries) -> None:
    practitioner, _service = bookable_practitioner()
    AppointmentFactory(practitioner=practitioner, starts_at=NINE)
    first = ask(path(practitioner))
    assert first[0] == 200
    with django_assert_num_queries(1):
        assert ask(path(practitioner)) == first


def test_it_never_reaches_the_view(monkeypatch) -> None:
    practitioner, _service = bookable_practitioner()
    first = ask(path(practitioner))
    with monkeypatch.context() as patched:
        patched.setattr("booking.api.practitioner_slots", None)
        patched.setattr("booking.api._known", None)
        assert ask(path(practitioner)) == first
    assert len(middleware._given) == 1


@pytest.mark.parametrize("status", [Practitioner.Status.SUSPENDED, Practitioner.Status.REFUSED])
def test_who_is_no_longer_listed_is_not_given_from_memory(status) -> None:
    practitioner, _service = bookable_practitioner()
    assert ask(path(practitioner))[0] == 200
    Practitioner.objects.filter(pk=practitioner.pk).update(status=status)
    assert ask(path(practitioner))[0] == 404


def test_nor_is_who_has_another_address_now() -> None:
    one, _service = bookable_practitioner()
    other, _service = bookable_practitioner()
    Closure.objects.create(practitioner=other, first_day=MONDAY, last_day=MONDAY)
    address, before = path(one), ask(path(one))
    slugs = one.slug, other.slug
    Practitioner.objects.filter(pk=one.pk).update(slug="ailleurs")
    Practitioner.objects.filter(pk=other.pk).update(slug=slugs[0])
    assert ask(address)[2] != before[2]


def test_a_visitor_with_a_language_gets_words_in_it_and_others_theirs() -> None:
    practitioner, _service = bookable_practitioner()
    Closure.objects.create(practitioner=practitioner, first_day=MONDAY, last_day=MONDAY)
    french = ask(path(practitioner))
    client = Client()
    client.cookies["django_language"] = "en"
    english = client.get(path(practitioner))
    assert english.headers["Content-Language"] == "en"
    assert english.content != french[2]
    assert ask(path(practitioner)) == french


def test_who_has_it_already_is_told_so() -> None:
    practitioner, _service = bookable_practitioner()
    _status, headers, _body = ask(path(practitioner))
    ask(path(practitioner))
    assert ask(path(practitioner), HTTP_IF_NONE_MATCH=headers["ETag"])[0] == 304
    AppointmentFactory(practitioner=practitioner, starts_at=NINE)
    assert ask(path(practitioner), HTTP_IF_NONE_MATCH=headers["ETag"])[0] == 200


def test_a_host_that_is_not_ours_is_refused_all_the_same(settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    practitioner, _service = bookable_practitioner()
    for _again in range(2):
        assert ask(path(practitioner))[0] == 200
    assert ask(path(practitioner), HTTP_HOST="ailleurs.example")[0] == 400


def test_other_methods_and_other_questions_go_their_way() -> None:
    practitioner, service = bookable_practitioner()
    address = path(practitioner)
    for _again in range(2):
        ask(address)
    assert Client().post(address).status_code == 405
    assert ask(address + "&service=0")[0] == 422
    assert ask(path(practitioner, service=service.pk))[0] == 200


def test_without_a_first_day_it_is_asked_anew_each_day(at) -> None:
    practitioner, _service = bookable_practitioner()
    address = f"/api/v1/practitioners/{practitioner.slug}/slots/"
    days = []
    for more in range(2):
        at(NOW + dt.timedelta(days=more))
        days += [Client().get(address).json()["days"][0]["date"] for _again in range(2)]
    assert [len(list(same)) for _day, same in itertools.groupby(days)] == [2, 2]


def test_what_a_transaction_has_not_committed_is_given_to_nobody_else() -> None:
    practitioner, _service = bookable_practitioner()
    before = ask(path(practitioner))
    with transaction.atomic():
        Closure.objects.create(practitioner=practitioner, first_day=MONDAY, last_day=MONDAY)
        assert ask(path(practitioner)) != before
        transaction.set_rollback(True)
    assert ask(path(practitioner)) == before


def test_first_times_of_many_are_one_question_when_nothing_changed(django_assert_num_queries) -> None:
    many = [bookable_practitioner()[0] for _ in range(5)]
    first = first_of(firsts(*many))
    assert len(first) == 5
    with django_assert_num_queries(1):
        assert first_of(firsts(*many)) == first
    AppointmentFactory(practitioner=many[0], starts_at=dt.datetime.fromisoformat(first[many[0].slug]["start"]))
    changed = first_of(firsts(*many))
    assert changed[many[0].slug] != first[many[0].slug]
    assert {slug: changed[slug] for slug in list(changed) if slug != many[0].slug} == {
        slug: first[slug] for slug in first if slug != many[0].slug
    }
