"""Typing errors (S2): corrected only when nothing was found, only towards words of the index, never silently."""

import string

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from common import clock
from search import corrections, finding
from search.actions import entries, words
from search.models import SearchWord, SynonymGroup
from search.query import Query, parse
from search.words import of_texts
from tests.factories.practitioners import PracticeFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def asked(text: str, **parameters: str) -> Query:
    address = QueryDict(mutable=True)
    address.update({"q": text, **parameters})
    return parse(address, today=clock.today()).query


def corrected(text: str, **parameters: str) -> str | None:
    found = finding.find(asked(text, **parameters))
    assert (found.corrected is None) or found.count
    return found.corrected


@pytest.fixture
def naturopath(listed):
    practice = PracticeFactory(name="Naturopathie", slug="naturopathie", noun="naturopathe", aliases=[])
    return listed(slug="lea", first_name="Léa", last_name="Dumoulin", practices=[practice])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("naturopate", "naturopathe"),  # a letter missing
        ("naturopahte", "naturopathe"),  # two exchanged
        ("natturopathe", "naturopathe"),  # one doubled
        ("maturopathe", "naturopathe"),  # another first letter
        ("NATUROPATE", "naturopathe"),
        ("naturopâte", "naturopathe"),
        ("Naturpatie", "naturopathie"),  # two errors in a long word
        ("dumoulen", "Dumoulin"),  # names keep their capital
        ("villeurbane", "Villeurbanne"),
    ],
)
def test_a_typing_error_is_corrected_towards_a_word_of_the_index(listed, naturopath, typed, meant):
    listed(insee="69266")
    assert corrected(typed) == meant


def test_the_corrected_question_finds_what_the_right_one_finds(naturopath):
    wrong, right = finding.find(asked("naturopate")), finding.find(asked("naturopathe"))
    assert (wrong.count, [hit.practitioner_id for hit in wrong.hits]) == (1, [naturopath.pk])
    assert wrong.facets == right.facets
    assert right.corrected is None


def test_nothing_is_corrected_while_something_is_found(listed, naturopath):
    listed(practices=[PracticeFactory(name="Naturopatie", slug="autre")])
    assert corrected("naturopatie") is None


def test_just_what_was_typed_is_never_corrected(naturopath):
    found = finding.find(asked("naturopate", exact="1"))
    assert (found.count, found.corrected) == (0, None)


@pytest.mark.parametrize(
    "typed",
    ["", "nat", "lea x", "69004", "natu3opathe", "xyzzy", "naturopathenaturopathe", "de la", "🙂", "%", "naturo%athe"],
)
def test_what_is_too_short_a_number_or_too_far_is_left_alone(naturopath, typed):
    assert corrected(typed) is None


def test_a_short_word_is_forgiven_one_error_only(listed):
    listed(practices=[PracticeFactory(name="Reiki", slug="reiki", noun="", aliases=[])])
    assert corrected("rieki") == "Reiki".lower()
    assert corrected("raiki") == "reiki"
    assert corrected("raoki") is None


def test_only_the_unknown_words_change_and_the_rest_of_the_question_stays(naturopath):
    query = asked("naturopate dumoulin", lieu="Lyon", mode="cabinet", rayon="5")
    (correction, *_rest) = corrections.of(query)
    assert correction.text == "naturopathe dumoulin"
    assert correction.words == (("naturopate", "naturopathe"),)
    assert (correction.query.place, correction.query.radius_km, correction.query.modes) == (
        query.place,
        5,
        ("cabinet",),
    )


def test_the_place_that_the_text_says_stays(naturopath, listed):
    listed(insee="75056", practices=[naturopath.practice_links.get().practice])
    found = finding.find(asked("naturopate à Lyon"))
    assert (found.corrected, [hit.practitioner_id for hit in found.hits]) == ("naturopathe à Lyon", [naturopath.pk])


def test_a_town_that_was_mistyped_becomes_the_place(naturopath, listed):
    listed(insee="42218", practices=[naturopath.practice_links.get().practice])
    found = finding.find(asked("naturopathe villeurbane"))
    assert found.corrected is None
    listed(insee="69266")
    found = finding.find(asked("naturopathe villeurbane"))
    assert (found.corrected, [hit.practitioner_id for hit in found.hits]) == (
        "naturopathe Villeurbanne", [naturopath.pk],
    )  # fmt: skip


def test_an_ambiguous_town_is_not_a_correction(naturopath, listed):
    listed(insee="93066")
    assert corrected("naturopathe saint-deniss") is None


def test_a_correction_that_finds_nobody_is_not_told(naturopath):
    assert corrected("naturopate", lieu="Paris") is None


def test_the_next_best_word_is_tried_when_the_best_finds_nobody_there(listed):
    listed(first_name="Ana", last_name="Morel", insee="75056")
    listed(first_name="Ana", last_name="Moret", insee="69123")
    listed(first_name="Eva", last_name="Morel", insee="75056")
    assert corrected("morek", lieu="Lyon") == "Moret"


def test_two_words_can_be_corrected_and_one_that_cannot_stops_all(naturopath):
    assert corrected("naturopate dumoulen") == "naturopathe Dumoulin"
    assert corrected("naturopate qqqqqq") is None


def test_expressions_of_editors_are_words_too(listed):
    listed(themes=[ThemeFactory(name="Sommeil", slug="sommeil", aliases=[])])
    SynonymGroup.objects.create(expressions="insomnie", direction="also", also_finds="sommeil")
    assert corrected("insomie") == "insomnie"


def test_the_page_after_the_first_is_corrected_alike(naturopath):
    found = finding.find(asked("naturopate", page="2"))
    assert (found.count, found.hits, found.corrected) == (1, [], "naturopathe")


def test_a_correction_costs_few_queries(naturopath, django_assert_max_num_queries):
    corrected("naturopate dumoulen")
    query = asked("naturopate dumoulen")
    with django_assert_max_num_queries(32):
        finding.find(query)


# The words


def test_words_of_withdrawn_entries_go_at_the_next_count(listed, naturopath):
    listed(first_name="Zoé", last_name="Quincampoix")
    entries.remove(naturopath.pk)
    assert SearchWord.objects.filter(word="dumoulin").exists()
    words.recount()
    assert not SearchWord.objects.filter(word__in=["dumoulin", "naturopathe"]).exists()
    assert SearchWord.objects.filter(word="quincampoix").exists()


def test_a_word_of_a_withdrawn_entry_is_not_offered_even_before(naturopath):
    entries.remove(naturopath.pk)
    assert corrected("naturopate") is None


def test_frequencies_are_exact_after_a_count(listed):
    practice = PracticeFactory(name="Hypnose", slug="hypnose", noun="", aliases=[])
    for _n in range(3):
        listed(practices=[practice])
    words.recount()
    assert SearchWord.objects.get(word="hypnose").frequency == 3


def test_counting_again_changes_nothing(naturopath):
    words.recount()
    before = list(SearchWord.objects.order_by("word").values())
    words.recount()
    assert list(SearchWord.objects.order_by("word").values()) == before


def test_a_rebuild_knows_every_word_anew(naturopath):
    SearchWord.objects.all().delete()
    entries.rebuild()
    assert corrected("naturopate") == "naturopathe"


def test_words_keep_their_accents():
    assert of_texts(["Énergétique chinoise, l’anxiété et St-Étienne 2e a2b"]) == {
        "energetique": "énergétique", "chinoise": "chinoise", "anxiete": "anxiété", "saint": "saint", "etienne": "étienne",
    }  # fmt: skip
    assert of_texts(["Ge\u0301rard"], lower=False) == {"gerard": "Gérard"}


# Whatever is typed


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=120))
def test_any_text_is_answered(naturopath, text):
    for correction in corrections.of(Query(text=text, must=((frozenset(["x"]),),))):
        assert correction.text != text
    if "\x00" not in text:
        corrected(text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10), letter=st.sampled_from(string.ascii_lowercase), kind=st.sampled_from("drix"))
def test_any_single_error_in_a_long_word_is_forgiven(naturopath, at, letter, kind):
    word = "naturopathe"
    mistyped = {
        "d": word[:at] + word[at + 1 :],
        "r": word[:at] + letter + word[at + 1 :],
        "i": word[:at] + letter + word[at:],
        "x": word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
    }[kind]
    assume(finding.find(asked(mistyped, exact="1")).count == 0)
    assert corrected(mistyped) in {"naturopathe", "naturopathie"}


def test_a_word_that_the_index_holds_is_no_error_even_if_it_was_not_noted(listed, naturopath):
    listed(practices=[PracticeFactory(name="Naturopatie", slug="autre", noun="", aliases=[])], insee="75056")
    SearchWord.objects.filter(word="naturopatie").delete()
    assert corrected("naturopatie", lieu="Lyon") is None
