"""Suggestions (S3): by the start of any word, several kinds, only what leads to somebody, in a bounded number of queries."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import clock
from search import names, suggestions
from search.actions import entries
from search.models import PageEntry, SearchEntry, SynonymGroup
from search.query import parse
from tests.factories.practitioners import PracticeFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def suggest(typed: str) -> dict[str, list[str]]:
    return {kind: [item.label for item in items] for kind, items in suggestions.suggest(typed)}


@pytest.fixture
def sophrology():
    return PracticeFactory(name="Sophrologie", slug="sophrologie", noun="sophrologue", aliases=["relaxation dynamique"])


@pytest.fixture
def marie(listed, sophrology):
    return listed(slug="marie-dupont", first_name="Marie", last_name="Dupont", practices=[sophrology])


def synonyms(*expressions: str, **kwargs: str) -> SynonymGroup:
    return SynonymGroup.objects.create(expressions="\n".join(expressions), **kwargs)


# Practitioners


@pytest.mark.parametrize("typed", ["mar dup", "dup mar", "MARIE", "dupont", "Marié  Dû", "du"])
def test_a_practitioner_is_found_by_the_start_of_any_word_of_the_name(marie, typed):
    assert suggest(typed)["practitioner"] == ["Marie Dupont, sophrologie"]


@pytest.mark.parametrize("typed", ["upont", "mar xav", "dupontel"])
def test_the_middle_of_a_word_is_not_its_start(marie, typed):
    assert "practitioner" not in suggest(typed)


def test_compound_names_are_found_by_each_part(listed):
    listed(first_name="Anne-Sophie", last_name="Le Goff-Éluard")
    for typed in ("sophie", "eluard", "anne-so", "goff el", "l' goff"):
        assert suggest(typed)["practitioner"][0].startswith("Anne-Sophie Le Goff-Éluard"), typed


def test_practitioners_come_in_the_contracts_order_whichever_way_they_are_found(listed, monkeypatch):
    for number in range(6):
        listed(first_name="Marie", last_name=f"Durand{'abcdef'[number]}")
    by_rank = [
        f"{first} {last}"
        for first, last in SearchEntry.objects.order_by("rank").values_list(
            "practitioner__first_name", "practitioner__last_name"
        )
    ]
    walked = [one.name for one in names.starting_with(["mar"], 4)]
    monkeypatch.setattr(names, "WALK", 0)
    assert walked == [one.name for one in names.starting_with(["mar"], 4)] == by_rank[:4]


def test_a_rare_name_far_down_the_ranks_is_found(listed, monkeypatch):
    monkeypatch.setattr(names, "WALK", 1)
    for number in range(3):
        listed(first_name="Anne", last_name=f"Petit{number}")
    last = SearchEntry.objects.order_by("-rank").first()
    last.practitioner.last_name = "Zylberstein"
    last.practitioner.save()
    assert [one.name for one in names.starting_with(["zyl"], 4)] == ["Anne Zylberstein"]


def test_the_index_on_names_answers_for_a_rare_beginning(marie):
    """The plan is the point of the index: without it every name would be read."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT id FROM practitioners_practitioner p WHERE {names.LIKE}", {"w0": "% zyl%"})
        assert "practitioner_words" in "\n".join(row[0] for row in cursor.fetchall())


def test_who_is_withdrawn_is_not_suggested(marie):
    entries.remove(marie.pk)
    assert suggest("dupont") == {}


# Practices, themes, needs


@pytest.mark.parametrize("typed", ["soph", "SOPHRO", "sophrologue", "relaxation dyn", "dyn relax"])
def test_a_practice_is_found_by_its_name_its_noun_and_its_aliases(marie, typed):
    assert suggest(typed)["practice"] == ["Sophrologie"]


def test_another_word_for_a_practice_suggests_the_practice(marie):
    synonyms("sophrologie", "caycédienne")
    assert suggest("caycé") == {"practice": ["Sophrologie"]}


def test_a_need_of_the_synonyms_is_suggested_once_and_searched_as_it_is_written(listed):
    sleep = ThemeFactory(name="Sommeil", slug="sommeil")
    listed(themes=[sleep])
    synonyms("insomnie", "insomnies rebelles", direction="also", also_finds="sommeil")
    (group,) = [items for kind, items in suggestions.suggest("insom") if kind == "need"]
    assert [(item.label, item.url) for item in group] == [("insomnie", "/recherche/?q=insomnie")]


def test_a_sort_of_a_practice_is_a_practice_after_the_practice_itself(marie):
    synonyms("sophrologie caycédienne", direction="also", also_finds="sophrologie")
    assert suggest("sophro") == {"practice": ["Sophrologie", "sophrologie caycédienne"]}


def test_what_leads_to_nobody_is_not_suggested(marie, france):
    PracticeFactory(name="Hypnose", slug="hypnose")
    ThemeFactory(name="Hypertension", slug="hypertension")
    synonyms("hyperactivité", "agitation")
    assert suggest("hyp") == {}


def test_a_synonym_that_is_not_published_is_not_suggested(listed):
    listed(themes=[ThemeFactory(name="Sommeil", slug="sommeil")])
    synonyms("insomnie", direction="also", also_finds="sommeil", live=False)
    assert suggest("insom") == {}


def test_a_renamed_practice_is_suggested_by_its_new_name(marie, sophrology):
    assert "practice" in suggest("sophro")
    sophrology.name, sophrology.folded = "Relaxologie", "relaxologie"
    sophrology.save()
    assert suggest("relaxol")["practice"] == ["Relaxologie"]


# With a place


@pytest.mark.parametrize("typed", ["sophro lyon", "lyon sophro", "sophro à lyon", "Sophrologie ly", "sophro 69003"])
def test_a_practice_and_a_place_are_suggested_together(marie, typed):
    items = dict(suggestions.suggest(typed))["practice"]
    assert (items[0].label, items[0].url) == (
        "Sophrologie à Lyon",
        "/recherche/?lieu=commune:69123&pratique=sophrologie",
    )


def test_a_practice_where_nobody_offers_it_is_not_suggested(marie):
    assert suggest("sophro paris").get("practice") is None


def test_what_is_suggested_together_finds_somebody(marie, client):
    for item in dict(suggestions.suggest("sophro rhone"))["practice"]:
        assert client.get(item.url.replace("/recherche/", "/api/v1/practitioners/")).json()["count"] == 1


# Places and pages


def test_a_place_comes_with_its_postal_code(listed):
    (place,) = dict(suggestions.suggest("villeur"))["place"] if listed() else ()
    assert (place.label, place.detail, place.url) == ("Villeurbanne (69)", "69100", "/recherche/?lieu=commune:69266")


def test_a_place_is_found_by_its_postal_code(france):
    assert suggest("6910")["place"] == ["Villeurbanne (69)"]


def test_a_page_is_found_by_the_start_of_words_of_its_title(db):
    PageEntry.objects.create(
        page_id=1, url="/mieux-dormir/", title="Mieux dormir", folded="mieux dormir", kind="article",
        terms=["dorm"], title_terms=["dorm"], refreshed_at=clock.now(),
    )  # fmt: skip
    assert suggest("dorm") == {"page": ["Mieux dormir"]}
    assert suggest("ormir") == {}


# All together


def test_no_kind_hides_another(listed):
    for number in range(5):
        listed(
            first_name="Sophie", last_name=f"Soler{number}", themes=[ThemeFactory(name=f"Souci {number}")],
            practices=[PracticeFactory(name=f"Soin {number}")],
        )  # fmt: skip
    found = suggest("so")
    assert {"practice", "theme", "practitioner"} <= found.keys()
    assert sum(map(len, found.values())) == suggestions.MOST


@pytest.mark.parametrize("typed", ["", " ", "s", "é", "%", "%%", "__", "\\", "'", "🙂", "‮", "\ud800x", "-" * 200])
def test_nothing_is_suggested_for_nothing(marie, typed):
    assert suggestions.suggest(typed) == []


def test_wildcards_are_letters_like_others(marie):
    for typed in ("ma%e", "d_pont", "%dupont%", "mari* dup?"):
        assert "practitioner" in suggest(typed) or suggest(typed) == {}


def test_suggestions_take_a_bounded_number_of_queries(listed, sophrology, django_assert_max_num_queries):
    for number in range(5):
        listed(first_name="Sophie", last_name=f"Lyonnet{number}", practices=[sophrology])
    for typed in ("so", "sophro lyon", "lyon sophro à", "zz zz zz zz", "so ly so ly so ly"):
        suggestions.suggest(typed)
        with django_assert_max_num_queries(24):
            suggestions.suggest(typed)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=90))
def test_any_text_is_answered(marie, typed):
    for _kind, items in suggestions.suggest(typed):
        assert items
        for item in items:
            assert item.label
            assert item.url.startswith("/")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(min_value=2, max_value=11), shout=st.booleans())
def test_every_beginning_of_a_practice_suggests_it(marie, cut, shout):
    typed = "sophrologie"[:cut]
    assert "Sophrologie" in suggest(typed.upper() if shout else typed)["practice"]


def test_the_suggested_question_is_one_the_search_understands(marie, rf):
    for _kind, items in suggestions.suggest("sophro lyon"):
        for item in items:
            assert parse(rf.get(item.url).GET, today=clock.today()).problems == []
