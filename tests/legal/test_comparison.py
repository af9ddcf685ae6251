"""Two versions compared: nothing is lost, nothing is invented."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from legal.comparison import compare, words

TEXT = st.text(st.sampled_from("abé ’'-,.\n0"), max_size=60)


def article(key: str, body: str, title: str = "Titre", why: str = "") -> dict[str, str]:
    return {"key": key, "title": title, "body": body, "why": why}


def flat(lines: list, *operations: str) -> str:
    return "".join("".join(run.text for run in line if run.operation in operations) for line in lines)


@settings(max_examples=200, deadline=None)
@given(old=TEXT, new=TEXT)
def test_removals_give_the_old_text_and_additions_the_new_one(old, new):
    lines = words(old, new)
    assert flat(lines, "same", "del") == old.replace("\n", "")
    assert flat(lines, "same", "ins") == new.replace("\n", "")


def test_a_changed_word_is_the_only_thing_shown_as_changed():
    runs = words("Le délai est de dix jours.", "Le délai est de quinze jours.")[0]
    assert [(run.operation, run.text) for run in runs] == [
        ("same", "Le délai est de "), ("del", "dix"), ("ins", "quinze"), ("same", " jours."),
    ]  # fmt: skip


def test_articles_are_aligned_by_their_key_whatever_their_place():
    old = [article("a", "un"), article("b", "deux"), article("c", "trois")]
    new = [article("c", "trois"), article("d", "quatre", why="Nouveau droit"), article("a", "un et demi")]
    changes = {change.key: change for change in compare(old, new, [new])}
    assert {key: change.status for key, change in changes.items()} == {
        "c": "same", "d": "added", "a": "changed", "b": "removed",
    }  # fmt: skip
    assert changes["c"].moved
    assert changes["d"].whys == ["Nouveau droit"]
    assert [change.key for change in compare(old, new)] == ["c", "d", "a", "b"]


def test_the_reasons_of_every_version_between_are_given():
    second = [article("a", "deux", why="Loi de mai")]
    third = [article("a", "trois", why="Loi de juin")]
    (change,) = compare([article("a", "un")], third, [second, third])
    assert change.whys == ["Loi de mai", "Loi de juin"]


def test_an_unchanged_article_has_no_reason():
    (change,) = compare(
        [article("a", "un")], [article("a", "un", why="Corrigé")], [[article("a", "un", why="Corrigé")]]
    )
    assert change.status == "same"
    assert change.whys == []


def test_a_long_article_is_compared_quickly():
    text = " ".join(f"mot{n % 400}{'.' if n % 20 == 19 else ''}" for n in range(3000))
    started = time.process_time()
    words(text, text.replace("mot7 ", "autre "))
    assert time.process_time() - started < 2


def test_a_paragraph_put_before_another_leaves_the_other_alone():
    lines = words("La page détaille chaque critère.", "La note est une moyenne.\nLa page détaille chaque critère.")
    assert [[run.operation for run in line] for line in lines] == [["ins"], ["same"]]


def test_only_whole_sentences_stand_apart_from_their_line():
    (line,) = words(
        "La somme est figée au moment de la réservation. La page le dit.",
        "La somme est figée au moment de la réservation, puis rappelée dans le message de confirmation. La page le dit.",
    )
    (part,) = [run for run in line if run.operation == "ins"]
    assert len(part.text.split()) > 6
    assert not part.is_long, "it would leave « . La page » alone at the start of a line"
    (_first, (whole,)) = words("Un.", "Un.\nNous prévenons deux mois à l’avance de la fin.")
    assert whole.is_long
