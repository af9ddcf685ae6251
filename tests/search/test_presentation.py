"""What the result page says around the list: chips, addresses, counts of filters, and what to try when nobody is found."""

import datetime as dt
from dataclasses import replace

import pytest
import time_machine
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.models import OpeningRule
from practitioners.models import Practitioner
from search import agenda, finding, listing, query, ranking, vocabulary
from search.actions import entries
from search.addresses import ORDER, Address, tidied
from search.engines.base import Hit
from search.presentation.chips import chips, without_pieces
from search.presentation.facets import facets
from search.presentation.ways_out import nearest, ways_out
from search.query import Parsed, Query
from search.ranking import Criterion, Standing
from tests.factories.practitioners import PracticeFactory, ServiceFactory, ThemeFactory

TODAY = dt.date(2026, 11, 23)  # a Monday
NOW = dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC)


def parse(text: str) -> Parsed:
    return query.parse(QueryDict(text), today=TODAY)


def labels(text: str) -> list[str]:
    parsed = parse(text)
    return [chip.label for chip in chips(parsed, Address.of(parsed.raw))]


# Addresses

values = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from([*ORDER, "autre"]), values), max_size=12))
def test_an_address_is_the_same_however_it_came(pairs: list[tuple[str, str]]) -> None:
    """One question, one address: parameters in their order, nothing empty, nothing usual; and it is its own address."""
    address = Address(tuple(pairs))
    found = QueryDict(address.query)
    names = [name for name in ORDER if name in found]
    assert list(found) == names
    assert Address(tuple((n, v) for n, vs in found.lists() for v in vs)).query == address.query
    assert "tri=classement" not in address.query


def test_usual_values_are_not_said() -> None:
    assert str(Address.of({"rayon": ["20"], "tri": ["classement"], "page": ["3"]})) == "/recherche/"
    assert str(Address.of({"lieu": ["commune:69123"], "rayon": ["5"]})) == "/recherche/?lieu=commune:69123&rayon=5"
    assert "rayon=20" in str(Address.of({"q": ["yoga à 5 km de Lyon"], "rayon": ["20"]})), (
        "the usual distance overrules one said in the words"
    )


@pytest.mark.parametrize(
    ("sent", "tidy"),
    [
        ("q=yoga&lieu=", "q=yoga"),
        ("disponible=date&jour=2026-12-01", "disponible=2026-12-01"),
        ("disponible=&jour=2026-12-01", "disponible=2026-12-01"),
        ("disponible=date&jour=", ""),
        ("disponible=semaine&jour=2026-12-01", "disponible=semaine"),
        ("prix_max=autre&prix=75", "prix_max=75"),
        ("mode=visio&mode=", "mode=visio"),
        ("lieu=Lyon&autour=1,2", "lieu=Lyon"),
    ],
)
def test_what_a_form_without_a_script_sends_becomes_a_clean_address(sent: str, tidy: str) -> None:
    found = tidied(QueryDict(sent))
    assert found is not None
    assert found.query == tidy
    assert tidied(QueryDict(found.query)) is None, "a clean address leads nowhere else"


def test_what_means_nothing_is_left_to_be_said() -> None:
    assert tidied(QueryDict("mode=telepathie&page=zero&inconnu=1")) is None


# Chips


@pytest.mark.django_db
def test_the_question_is_chips_that_can_each_be_taken_away(france) -> None:
    PracticeFactory(name="Ostéopathie", slug="osteopathie", noun="ostéopathe")
    parsed = parse("q=osteopathie&lieu=commune:69123&mode=visio&langue=en&note_min=4.5&prix_max=60")
    found = chips(parsed, Address.of(parsed.raw))
    assert [chip.label for chip in found] == [
        "Ostéopathie", "Lyon (69)", "20\u00a0km", "En visio", "60\u00a0€ au plus", "Note d’au moins 4,5", "Anglais",
    ]  # fmt: skip
    by_label = {chip.label: chip for chip in found}
    assert by_label["Ostéopathie"].url.startswith("/recherche/?lieu=commune:69123&mode=visio")
    assert by_label["Lyon (69)"].url == "/recherche/?q=osteopathie&mode=visio&prix_max=60&note_min=4.5&langue=en"
    assert by_label["20\u00a0km"].fixed
    assert "mode" not in by_label["En visio"].url


@pytest.mark.django_db
def test_a_place_said_in_the_words_is_a_chip_of_its_own(france) -> None:
    PracticeFactory(name="Yoga", slug="yoga", noun="professeur de yoga")
    parsed = parse("q=yoga à Villeurbanne")
    found = chips(parsed, Address.of(parsed.raw))
    assert [chip.label for chip in found] == ["Yoga", "Villeurbanne (69)", "20\u00a0km"]
    assert found[1].url == "/recherche/?q=yoga"
    assert without_pieces(parsed, Address.of(parsed.raw), "place").query == "q=yoga"


@pytest.mark.django_db
def test_searched_exactly_the_words_are_one_chip(france) -> None:
    PracticeFactory(name="Yoga", slug="yoga")
    assert labels("q=yoga lyon&exact=1") == ["«\u00a0yoga lyon\u00a0»"]


@pytest.mark.django_db
def test_each_way_out_of_a_chip_finds_at_least_as_many(listed) -> None:
    listed(languages=["en"]), listed(languages=["fr"]), listed("75056", languages=["en"])
    parsed = parse("lieu=commune:69123&langue=en&note_min=4")
    here = finding.find(parsed.query, facets=False).count
    for chip in chips(parsed, Address.of(parsed.raw)):
        if not chip.fixed:
            other = parse(chip.url.partition("?")[2])
            assert finding.find(other.query, facets=False).count >= here


# Filters


def option_counts(text: str) -> dict[tuple[str, str], int | None]:
    parsed = parse(text)
    made = facets(finding.find(parsed.query), parsed)
    return {(facet.name, option.value): option.count for facet in made for option in (*facet.shown, *facet.more)}


@pytest.mark.django_db
@pytest.mark.parametrize("base", ["", "lieu=commune:69123", "lieu=commune:69123&mode=visio", "langue=en&theme=sommeil"])
def test_every_count_is_what_choosing_the_value_gives(listed, base: str) -> None:
    with time_machine.travel(NOW, tick=False):
        sleep, video = ThemeFactory(name="Sommeil", slug="sommeil"), PracticeFactory(name="Yoga", slug="yoga")
        people = [
            listed(languages=["en"], themes=[sleep]), listed(languages=["fr", "en"], practices=[video]), listed("38544"),
            listed("42218", themes=[sleep]), listed("75056", languages=["en"]),
        ]  # fmt: skip
        ServiceFactory(practitioner=people[0], mode="visio", price_cents=3500)
        for person in people[:3]:
            opened(person)
        counted = option_counts(base)
        names = {facet for facet, _value in counted}
        assert names >= {"pratique", "theme", "mode", "langue", "paiement", "acces", "disponible", "moment", "prix_max"}
        assert ("rayon" in names) == ("lieu" in base)
        for (name, value), count in counted.items():
            chosen = QueryDict(base, mutable=True)
            chosen[name] = value
            assert finding.find(query.parse(chosen, today=TODAY).query, facets=False).count == count, (name, value)


def opened(
    person: Practitioner, modes: tuple[str, ...] = ("cabinet",), weekdays: tuple[int, ...] = tuple(range(7))
) -> None:
    for weekday in weekdays:
        OpeningRule.objects.create(
            practitioner=person, place=person.places.first(), modes=list(modes), weekday=weekday, start=dt.time(9), end=dt.time(12)
        )  # fmt: skip
    entries.refresh(person.pk)


@pytest.mark.django_db
def test_values_of_the_catalogue_that_find_nobody_stay(listed) -> None:
    PracticeFactory(name="Zazen", slug="zazen")
    listed()
    counted = option_counts("")
    assert counted["pratique", "zazen"] == 0
    assert counted["prix_max", "40"] is not None
    assert counted["acces", "fauteuil"] is not None


@pytest.mark.django_db
def test_a_value_of_one_s_own_stays_in_its_field(listed) -> None:
    listed()
    parsed = parse("prix_max=75&disponible=2026-12-01&note_min=4.2")
    made = {facet.name: facet for facet in facets(finding.find(parsed.query), parsed)}
    assert (made["prix_max"].own, made["prix_max"].own_chosen) == ("75", True)
    assert (made["disponible"].own, made["disponible"].own_chosen) == ("2026-12-01", True)
    assert [option.value for option in made["note_min"].shown if option.selected] == ["4.2"]


# Times shown


@pytest.mark.django_db
def test_times_are_those_of_the_way_to_meet_and_moment_asked_for(listed, django_assert_max_num_queries) -> None:
    with time_machine.travel(NOW, tick=False):
        person = listed()
        video = ServiceFactory(practitioner=person, name="Séance en ligne", mode="visio", position=9, price_cents=4500)
        opened(person)
        place = person.places.first()
        OpeningRule.objects.create(
            practitioner=person, place=place, modes=["visio"], weekday=5, start=dt.time(18), end=dt.time(20)
        )
        entries.refresh(person.pk)

        def card(text: str) -> listing.Card:
            asked = parse(text).query
            return listing.cards(finding.find(asked).hits, asked=asked)[0]

        usual, online = card(""), card("mode=visio")
        assert usual.hidden["service"] != video.pk
        assert online.hidden["service"] == video.pk
        assert "Séance en ligne" in online.service
        assert online.price == 4500
        assert {day.date.weekday() for day in online.days} == {5}
        evening = card("moment=soir")
        assert evening.hidden["service"] == video.pk
        assert {
            slot.start.astimezone(agenda.ZoneInfo("Europe/Paris")).hour >= 18 for slot in evening.days[0].slots
        } == {True}
        (only,) = card("disponible=2026-11-25").days
        assert only.date == dt.date(2026, 11, 25)
        hits = finding.find(Query(modes=("visio",))).hits
        with django_assert_max_num_queries(9):
            listing.cards(hits, asked=Query(modes=("visio",)))


# Why here, and how results are ranked


def hit(**changed: object) -> Hit:
    standing = Standing(True, 46, 80, False, dt.date(2026, 1, 5), 7)
    return Hit(replace(standing, **changed), {"zone": "Europe/Paris", "reviews": 3})  # type: ignore[arg-type]


def test_the_reason_begins_with_the_column_that_sorted() -> None:
    near = replace(hit(), distance_km=3.24, next_free=dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC))
    assert "3,2" in listing._why(near, Query(sort="distance"))[0]
    assert "24" in listing._why(near, Query(sort="horaire"))[0]
    assert len(listing._why(near, Query())) == len(ranking.CRITERIA)
    assert listing._why(near, Query(sort="distance"))[1:] == listing._why(near, Query())


ADDED = Criterion(
    "fame", "Notoriété", "Puis la notoriété, inventée pour ce test.", lambda s: 0, lambda s: "célèbre partout"
)


@pytest.mark.django_db
def test_a_criterion_that_is_added_is_told_everywhere(client, listed, monkeypatch) -> None:
    """The line above the list, the page that explains, and each card's reason are made of the declaration and nothing else."""
    listed()
    monkeypatch.setattr(ranking, "CRITERIA", (*ranking.CRITERIA, ADDED))
    results = client.get("/recherche/").content.decode()
    explained = client.get("/recherche/classement/").content.decode()
    assert "notoriété" in results
    assert "Célèbre partout" in results
    assert "Puis la notoriété, inventée pour ce test." in explained
    for value, label in vocabulary.SORTS.items():
        if value != "classement":
            assert f"<li>{label}</li>" in explained


def test_the_line_names_every_criterion_in_its_order() -> None:
    line = ranking.in_one_sentence().lower()
    places = [line.index(str(criterion.label).lower()) for criterion in ranking.CRITERIA]
    assert places == sorted(places)


def test_every_column_of_a_standing_is_a_criterion_that_is_told() -> None:
    """A column that would sort without being declared, or be declared without sorting, is found here."""
    base = hit().standing
    changes = {"online": False, "score": 30, "completeness": 12, "partner": True, "listed_on": dt.date(2025, 2, 1)}
    assert set(changes) | {"practitioner_id"} == set(Standing.__slots__)
    moved = []
    for name, value in changes.items():
        other = replace(base, **{name: value})  # type: ignore[arg-type]
        telling = [c.name for c in ranking.CRITERIA if c.key(other) != c.key(base)]
        assert len(telling) == 1, name
        assert [r.text for r in ranking.reasons(other)] != [r.text for r in ranking.reasons(base)]
        moved += telling
    assert sorted(moved) == sorted(c.name for c in ranking.CRITERIA)


# Nobody


@pytest.mark.django_db
def test_ways_out_find_what_they_say(listed) -> None:
    practice = PracticeFactory(name="Hypnose", slug="hypnose", noun="hypnothérapeute")
    far = listed("42218", practices=[practice])
    ServiceFactory(practitioner=far, practice=practice, mode="visio")
    entries.refresh(far.pk)
    listed("69123", practices=[PracticeFactory(name="Yoga", slug="yoga")])
    parsed = parse("q=hypnose à Lyon&disponible=aujourdhui")
    assert finding.find(parsed.query).count == 0
    ways = ways_out(parsed, Address.of(parsed.raw))
    assert ways
    for way in ways:
        again = parse(way.url.partition("?")[2])
        assert not again.problems
        count = finding.find(again.query, facets=False).count
        assert count > 0
        assert str(count) in way.found
    assert [card.name for card in nearest(replace(parsed.query, days=None)).cards] == [far.full_name]


@pytest.mark.django_db
def test_the_nearest_are_told_when_the_words_were_corrected(listed) -> None:
    listed("42218", practices=[PracticeFactory(name="Sophrologie", slug="sophrologie")])
    found = nearest(parse("q=sofrologie&lieu=commune:69123").query)
    assert found.cards
    assert found.corrected == "sophrologie"
