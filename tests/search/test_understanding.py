"""What is understood of a text (issue 4, “One box, or two”): the same whatever the order, the case, the accents, the plurals."""

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import clock
from common.text import fold
from places.models import Commune
from practitioners.models import Practice, Theme
from search import query
from search.models import LexiconStamp, SynonymGroup
from search.understanding import Understood, lexicon, read
from search.understanding.words import EMPTY, keys_of, words_of
from tests.factories.practitioners import PracticeFactory, ThemeFactory

pytestmark = pytest.mark.django_db
SHOWN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
BORDEAUX = {
    "33063": ("Bordeaux", "69"),
    "72181": ("Le Mans", "69"),
    "01000": ("Die", "38"),
    "38999": ("Aix-en-Provence", "38"),
}


@pytest.fixture
def catalogue(france: dict[str, Commune]) -> None:
    """Four practices, two themes, a synonym, and four more towns."""
    PracticeFactory(name="Sophrologie", noun="sophrologue", aliases=["sophro"])
    PracticeFactory(name="Ostéopathie", slug="osteopathie", noun="ostéopathe", aliases=["ostéo"])
    PracticeFactory(name="Hypnose", noun="praticienne en hypnose", aliases=["hypno"])
    PracticeFactory(
        name="Fleurs de Bach", slug="fleurs-de-bach", noun="conseillère en fleurs de Bach", aliases=["bach"]
    )
    ThemeFactory(name="Sommeil")
    ThemeFactory(name="Arrêter de fumer", slug="arreter-de-fumer", aliases=["tabac"])
    SynonymGroup.objects.create(direction="also", expressions="insomnie\nmal dormir", also_finds="sommeil")
    for insee, (name, department) in BORDEAUX.items():
        population = 300 if name == "Die" else 250_000
        Commune.objects.create(
            insee=insee, name=name, slug=f"t-{insee}", folded=fold(name), postal_codes=[insee], department_id=department,
            population=population, latitude=45, longitude=2,
        )  # fmt: skip


def pieces(text: str, **kwargs: bool) -> list[tuple[str, str]]:
    return [(piece.kind, piece.label) for piece in of(text, **kwargs).pieces]


def of(text: str, *, place_known: bool = False, exact: bool = False) -> Understood:
    return read(text, place_known=place_known, exact=exact)


def parsed(address: str) -> query.Parsed:
    return query.parse(QueryDict(address), today=clock.today())


# What is understood


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ostéo à bordeaux", [("practice", "Ostéopathie"), ("place", "Bordeaux (69)")]),
        (
            "hypnose arrêter de fumer 69003",
            [("practice", "Hypnose"), ("theme", "Arrêter de fumer"), ("place", "Lyon (69)")],
        ),
        ("insomnie visio", [("need", "insomnie"), ("mode", "En visio")]),
        ("sophrologue près de moi", [("practice", "Sophrologie"), ("around", "Autour de moi")]),
        ("42000", [("place", "Saint-Étienne (42)")]),
        ("69", [("place", "Rhône (69)")]),
        ("974", [("place", "La Réunion (974)")]),
        ("sophro en isère", [("practice", "Sophrologie"), ("place", "Isère (38)")]),
        ("sophro idf", [("practice", "Sophrologie"), ("place", "Île-de-France (région)")]),
        ("sophrologue au Mans", [("practice", "Sophrologie"), ("place", "Le Mans (69)")]),
        ("hypnose aix en pce", [("practice", "Hypnose"), ("place", "Aix-en-Provence (38)")]),
        ("à aix", [("place", "Aix-en-Provence (38)")]),
        ("saint denis 974", [("place", "Saint-Denis (974)")]),
        ("St-Denis la Réunion", [("place", "Saint-Denis (974)")]),
        ("lyon 69003", [("place", "Lyon (69)")]),
        ("ostéopathe à domicile, Villeurbanne", [("practice", "Ostéopathie"), ("mode", "À domicile"), ("place", "Villeurbanne (69)")]),
        ("sophro à moins de 10 km de lyon", [("practice", "Sophrologie"), ("radius", "10\u00a0km"), ("place", "Lyon (69)")]),
        ("sophrologue à proximité de Lyon", [("practice", "Sophrologie"), ("place", "Lyon (69)")]),
        ("fleurs de bach", [("practice", "Fleurs de Bach")]),
        ("je cherche un bon ostéopathe svp", [("practice", "Ostéopathie")]),
        ("hypnose 60 €", [("practice", "Hypnose")]),
        ("hypnose pas cher", [("practice", "Hypnose")]),
        ("cabinet d’hypnose, Lyon Cedex", [("practice", "Hypnose"), ("place", "Lyon (69)")]),
        ("sophro 45 ans", [("practice", "Sophrologie")]),
        ("sophro prénatale", [("practice", "Sophrologie"), ("word", "prénatale")]),
    ],
)  # fmt: skip
def test_a_text_is_read_into_pieces(catalogue: None, text: str, expected: list[tuple[str, str]]):
    assert pieces(text) == expected


def test_each_piece_can_be_taken_out(catalogue: None):
    understood = of("hypnose pour arrêter de fumer à Lyon en visio")
    assert {piece.label: piece.rest for piece in understood.pieces} == {
        "Hypnose": "pour arrêter de fumer à Lyon en visio",
        "Arrêter de fumer": "hypnose à Lyon en visio",
        "Lyon (69)": "hypnose pour arrêter de fumer en visio",
        "En visio": "hypnose pour arrêter de fumer à Lyon",
    }
    for piece in understood.pieces:
        rest = [other.label for other in of(piece.rest).pieces]
        assert rest == [other.label for other in understood.pieces if other is not piece]


def test_a_practice_is_exact_and_a_theme_also_its_words(catalogue: None):
    assert of("ostéopathes").must == ((frozenset({"p:osteopathie"}),),)
    assert of("sommeil").must == ((frozenset({"t:sommeil"}), frozenset({"sommeil"})),)
    assert of("insomnies").must == ((frozenset({"insomn"}), frozenset({"t:sommeil"}), frozenset({"sommeil"})),)


@pytest.mark.parametrize("text", ["", " ", "de la", "🙂", "*:*", "\u202e", "'", "«»"])
def test_a_text_without_a_word_asks_nothing(catalogue: None, text: str):
    assert of(text) == Understood()


# Places and their traps


def test_a_name_that_several_towns_bear_becomes_a_choice(catalogue: None):
    understood = of("sophro saint-denis")
    assert understood.place is None
    assert understood.ambiguous is not None
    assert [place.label for place in understood.ambiguous.choices] == ["Saint-Denis (974)", "Saint-Denis (93)"]
    assert understood.must == ((frozenset({"p:sophrologie"}),),)


def test_a_town_and_a_departement_of_one_name_become_a_choice(catalogue: None):
    Commune.objects.filter(insee="38999").update(name="Isère", folded="isere")
    assert of("isère").ambiguous is not None


def test_a_small_town_is_a_word_unless_something_says_it_is_a_place(catalogue: None):
    assert pieces("sophro die") == [("practice", "Sophrologie"), ("word", "die")]
    assert pieces("sophro à die") == [("practice", "Sophrologie"), ("place", "Die (38)")]


def test_a_place_given_beside_the_text_overrules_the_one_in_it(catalogue: None):
    asked = parsed("q=ostéo à bordeaux&lieu=commune:69123")
    assert asked.query.place is not None
    assert asked.query.place.name == "Lyon"
    assert asked.query.must == ((frozenset({"p:osteopathie"}),),)
    assert asked.set_aside == "Bordeaux (69)"
    assert [piece.kind for piece in asked.pieces] == ["practice"]


@pytest.mark.parametrize("beside", ["lieu=commune:69123", "autour=45.7,4.8", "bbox=4,45,5,46"])
def test_alone_beside_another_place_it_is_a_word(catalogue: None, beside: str):
    assert parsed(f"q=bordeaux&{beside}").query.must == ((frozenset({"bordeau"}),),)


# Names


def test_somebody_named_like_a_town_is_found_by_name(catalogue: None, listed):
    listed(first_name="Claire", last_name="Villeurbanne")
    assert pieces("claire villeurbanne") == [("name", "Claire Villeurbanne")]
    assert of("Villeurbanne, Claire").must == ((frozenset({"n:claire", "n:villeurbanne"}),),)
    assert pieces("sophrologue claire villeurbanne") == [("practice", "Sophrologie"), ("name", "Claire Villeurbanne")]


def test_after_a_preposition_it_is_a_place(catalogue: None, listed):
    listed(first_name="Claire", last_name="Villeurbanne")
    assert pieces("claire à villeurbanne") == [("name", "Claire"), ("place", "Villeurbanne (69)")]


def test_a_town_alone_is_a_town_even_if_somebody_bears_its_name(catalogue: None, listed):
    listed(first_name="Claire", last_name="Villeurbanne")
    assert pieces("villeurbanne") == [("place", "Villeurbanne (69)")]


def test_a_small_town_alone_is_somebody_of_that_name(catalogue: None, listed):
    Commune.objects.filter(insee="01000").update(name="Noé", folded="noe", population=3000)
    assert pieces("sophro noé") == [("practice", "Sophrologie"), ("place", "Noé (38)")]
    listed(first_name="Noé", last_name="Brun")
    assert pieces("sophro noé") == [("practice", "Sophrologie"), ("name", "Noé")]
    assert pieces("sophro à noé") == [("practice", "Sophrologie"), ("place", "Noé (38)")]


def test_somebody_named_like_a_practice_is_found_by_the_whole_name(catalogue: None, listed):
    listed(first_name="Julie", last_name="Bach")
    assert pieces("julie bach") == [("name", "Julie Bach")]
    assert pieces("bach") == [("practice", "Fleurs de Bach")]


def test_a_first_name_that_nobody_bears_is_a_word(catalogue: None):
    assert pieces("claire") == [("word", "claire")]


# What is given otherwise


def test_exactly_what_was_typed(catalogue: None):
    asked = parsed("q=ostéo à bordeaux&exact=1")
    assert set(asked.query.must) == {(frozenset({"osteo"}),), (frozenset({"bordeau"}),)}
    assert asked.query.place is None
    assert [piece.kind for piece in asked.pieces] == ["word", "word"]


def test_a_mode_chosen_among_the_filters_overrules_the_one_in_the_text(catalogue: None):
    assert parsed("q=sophro en visio").query.modes == ("visio",)
    asked = parsed("q=sophro en visio&mode=cabinet")
    assert asked.query.modes == ("cabinet",)
    assert [piece.kind for piece in asked.pieces] == ["practice"]


def test_near_me_alone_asks_for_everybody_and_says_so(catalogue: None):
    asked = parsed("q=près de moi")
    assert asked.around_me
    assert not asked.query.finds_nothing
    assert parsed("q=de la").query.finds_nothing


# The same whatever the way it is typed

TYPED = ["ostéopathe", "arrêter de fumer", "à bordeaux", "en visio", "insomnie", "prénatale"]
VARIED = {
    "ostéopathe": ["Ostéopathe", "OSTEOPATHES", "l’ostéopathe", "d'osteopathie", "ostéo"],
    "arrêter de fumer": ["arreter-de-fumer", "d’arrêter de FUMER", "fumer, arrêter"],
    "à bordeaux": ["bordeaux", "A BORDEAUX", "sur Bordeaux", "près de Bordeaux"],
    "en visio": ["visio", "par visioconférence", "à distance", "en ligne"],
    "insomnie": ["Insomnies", "l'insomnie", "d’insomnie"],
    "prénatale": ["PRENATALE", "prénatales"],
}


@given(st.permutations(TYPED), st.integers(1, len(TYPED)), st.randoms(use_true_random=False))
@SHOWN
def test_order_case_accents_elisions_hyphens_and_plurals_do_not_matter(catalogue: None, order, count, chance):
    kept = order[:count]
    plain = of(" ".join(sorted(kept)))
    varied = of(" ".join(chance.choice([text, *VARIED[text]]) for text in kept))
    assert varied.must == plain.must
    assert (varied.place, varied.modes) == (plain.place, plain.modes)


@given(st.text(max_size=200))
@SHOWN
def test_words_are_those_of_the_index_and_stand_where_they_were_typed(text: str):
    words = words_of(text)
    assert [word.folded for word in words] == fold(text).split()
    assert all(text[word.start : word.end] and fold(text[word.start : word.end]) for word in words)


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from([*TYPED, "à", "69", "saint", "denis", "\x00", "é", "«"])).map(" ".join)
)
@SHOWN
def test_nothing_typed_breaks_the_reading(catalogue: None, text: str):
    understood = of(text)
    assert len(understood.must) <= 24
    assert all(1 <= len(clause) <= 12 and all(clause) for clause in understood.must)
    assert of(text, exact=True).place is None


@pytest.mark.parametrize("text", ["\u1369 km", "à \u1369\u136a km", "\U00010a40km de Lyon"])
def test_a_digit_that_is_no_decimal_is_a_word(catalogue: None, text: str):
    """Ethiopic, Kharosthi: Python calls them digits and makes no number of them."""
    assert read(text, place_known=False).radius_km is None


def test_at_most_24_words(catalogue: None):
    assert len(of(" ".join(f"mot{n}" for n in range(60))).must) == 24


# What it costs, and when it is renewed


@pytest.mark.parametrize(
    "text", ["ostéo à bordeaux", "claire martin saint denis 974", "hypnose vienne visio", "a b c d e f g"]
)
def test_four_queries_at_most_beside_the_stamp(catalogue: None, django_assert_max_num_queries, text: str):
    lexicon.current()
    with django_assert_max_num_queries(5):
        of(text)


def test_a_change_is_seen_at_the_next_search(catalogue: None, django_assert_max_num_queries):
    assert pieces("tensions") == [("word", "tensions")]
    theme = ThemeFactory(name="Tensions")
    assert pieces("tensions") == [("theme", "Tensions")]
    Theme.objects.filter(pk=theme.pk).update(name="Raideurs")
    assert pieces("tensions") == [("word", "tensions")]
    Practice.objects.bulk_create([Practice(name="Tension", slug="tension", noun="t", folded="tension")])
    assert pieces("tensions") == [("practice", "Tension")]
    with django_assert_max_num_queries(1):
        lexicon.current()


def test_the_stamp_is_renewed_by_every_change(catalogue: None):
    before = LexiconStamp.objects.get().version
    SynonymGroup.objects.update(note="x")
    assert LexiconStamp.objects.get().version > before


def test_words_that_say_nothing_hide_no_expression(catalogue: None):
    """An empty word that were the key of an expression would be dropped, or would mean it."""
    empty = {key for word in EMPTY for key in keys_of(word)}
    assert not [meaning.label for keys, meaning in lexicon.current().meanings.items() if keys <= empty]
