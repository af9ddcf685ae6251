"""What reaches the index, when, and what leaves it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import clock
from common.signals import contract_ended, listing_changed, listing_suspended
from practitioners.models import Practitioner, PractitionerPractice
from search import ranking
from search.actions import entries, prior
from search.models import RankingPrior, SearchEntry
from tests.factories.practitioners import PracticeFactory, PractitionerFactory, ReviewFactory

pytestmark = pytest.mark.django_db


def entry_of(practitioner: Practitioner) -> SearchEntry:
    return SearchEntry.objects.get(pk=practitioner.pk)


def test_an_entry_holds_what_can_be_asked(listed):
    practice = PracticeFactory(
        name="Sophrologie", slug="sophrologie", noun="sophrologue", aliases=["relaxation dynamique"]
    )
    entry = entry_of(listed(first_name="Élodie", last_name="Le Goff", practices=[practice], languages=["fr", "en"]))
    assert {"elod", "goff", "sophrolog", "sophrologu", "relax", "lyon", "p:sophrologie", "d:69", "r:84"} <= set(
        entry.terms
    )
    assert "le" not in entry.terms
    facets = entry.card["facets"]
    assert (facets["pratique"], facets["langue"]) == (["sophrologie"], ["en", "fr"])
    assert entry.card["name"] == "Élodie Le Goff"
    assert entry.rank == ranking.pack(entries.standing_of(entry))


def test_a_practice_whose_certificate_was_not_checked_is_not_indexed(listed):
    practitioner = listed()
    hidden = PracticeFactory(name="Hypnose", slug="hypnose")
    PractitionerPractice.objects.create(practitioner=practitioner, practice=hidden, position=1)
    entries.refresh(practitioner.pk)
    assert "hypnose" not in entry_of(practitioner).card["facets"]["pratique"]
    assert "p:hypnose" not in entry_of(practitioner).terms


@pytest.mark.parametrize("status", ["suspended", "ended", "refused", "submitted"])
def test_whoever_is_not_listed_leaves_the_index(listed, status: str):
    practitioner = listed()
    Practitioner.objects.filter(pk=practitioner.pk).update(status=status)
    assert not entries.refresh(practitioner.pk)
    assert not SearchEntry.objects.exists()


def test_an_unpublished_page_leaves_the_index(listed):
    practitioner = listed()
    practitioner.page.unpublish()
    entries.refresh(practitioner.pk)
    assert not SearchEntry.objects.exists()


def test_refreshing_twice_writes_the_same(listed):
    practitioner = listed()
    before = SearchEntry.objects.values().get()
    entries.refresh(practitioner.pk)
    after = SearchEntry.objects.values().get()
    assert before | {"refreshed_at": None} == after | {"refreshed_at": None}
    assert entry_of(practitioner).points.count() == 1


def test_a_change_is_searchable_on_commit(france, django_capture_on_commit_callbacks):
    practitioner = PractitionerFactory(place=france["69123"])
    with django_capture_on_commit_callbacks(execute=True):
        listing_changed.send(sender=None, practitioner_id=practitioner.pk)
        assert not SearchEntry.objects.exists(), "indexing waits for the commit"
    assert entry_of(practitioner)


def test_an_alias_added_by_editors_finds_those_who_offer_it(listed, django_capture_on_commit_callbacks):
    practice = PracticeFactory(name="Sophrologie", slug="sophrologie")
    practitioner = listed(practices=[practice])
    with django_capture_on_commit_callbacks(execute=True):
        practice.aliases = ["caycédienne"]
        practice.save()
    assert "cayced" in " ".join(entry_of(practitioner).terms)


@pytest.mark.parametrize("signal", [listing_suspended, contract_ended])
def test_a_suspension_acts_at_once(listed, signal):
    practitioner = listed()
    signal.send(sender=None, practitioner_id=practitioner.pk, reason="essai")
    assert not SearchEntry.objects.exists()


def test_rebuilding_adds_what_lacks_and_drops_what_should_not_be_there(listed, france):
    gone, kept = listed(), listed()
    Practitioner.objects.filter(pk=gone.pk).update(status="ended")
    new = PractitionerFactory(place=france["75056"])
    assert entries.rebuild() == 2
    assert set(SearchEntry.objects.values_list("pk", flat=True)) == {kept.pk, new.pk}


def test_indexing_many_takes_as_many_queries_as_indexing_few(listed, france):
    for _n in range(5):
        PractitionerFactory(place=france["69123"])
    ids = list(Practitioner.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as few:
        assert entries.refresh_many(ids[:2]) == 2
    with CaptureQueriesContext(connection) as many:
        assert entries.refresh_many(ids) == 5
    assert len(many) <= len(few)


def test_reviews_enter_the_score_with_the_frozen_prior(listed):
    RankingPrior.objects.create(day=dt.date(2026, 1, 1), mean_milli=4000, reviews=10)
    practitioner = listed()
    assert entry_of(practitioner).score == 40
    ReviewFactory(practitioner=practitioner, rating=5)
    ReviewFactory(practitioner=practitioner, rating=5, status="suspended")
    entries.refresh(practitioner.pk)
    assert entry_of(practitioner).score == 42
    assert entry_of(practitioner).card["reviews"] == 1


def test_the_first_rebuild_freezes_a_prior_and_later_ones_keep_it(listed):
    ReviewFactory(practitioner=listed(), rating=3)
    entries.rebuild()
    assert RankingPrior.objects.get().mean_milli == 3000
    ReviewFactory(practitioner=listed(), rating=5)
    entries.rebuild()
    assert RankingPrior.objects.get().mean_milli == 3000


def test_the_prior_moves_once_a_night_and_says_so(listed):
    practitioner = listed()
    for rating in (5, 4, 4):
        ReviewFactory(practitioner=practitioner, rating=rating)
    frozen, changed = prior.freeze()
    assert (frozen.mean_milli, frozen.reviews, frozen.day, changed) == (4333, 3, clock.today(), True)
    ReviewFactory(practitioner=practitioner, rating=1)
    again, changed = prior.freeze()
    assert (again, changed) == (frozen, False)
    assert prior.freeze(clock.today() + dt.timedelta(days=1))[0].mean_milli == 3500
