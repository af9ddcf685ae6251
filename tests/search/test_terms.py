import pytest

from search.terms import tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("l'anxiété", "anxietes"),
        ("L’ANXIÉTÉ", "anxiété"),
        ("massages", "massage"),
        ("arts-thérapies", "art thérapie"),
        ("qu'hypnose", "hypnose"),
        ("d’acupressure", "acupressure"),
        ("St Étienne", "saint-etienne"),
        ("bien-être", "bien être"),
        ("nourrissons", "nourrisson"),
        ("élixirs", "élixir"),
        ("vélos", "vélo"),
        ("chinoises", "chinois"),
    ],
)
def test_what_people_type_differently_is_the_same(one: str, other: str):
    assert tokens(one) == tokens(other)
    assert tokens(one)


def test_stop_words_do_not_restrict():
    assert tokens("une séance de sophrologie pour le stress") == tokens("séance sophrologie stress")


@pytest.mark.parametrize("text", ["", "*:*", "🙂", "de la", "\u202e", "'"])
def test_no_word_gives_no_token(text: str):
    assert tokens(text) == []


def test_no_text_can_pass_for_an_exact_term():
    assert not any(":" in token for token in tokens("p:sophrologie t:stress d:69 r:84"))
