"""Names in French sentences: what the reader would notice at once."""

import pytest
from django.utils import translation

from common.wording import elided


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("la séance de Edwige Morel", "la séance d’Edwige Morel"),
        ("le profil de Élodie", "le profil d’Élodie"),
        ("tant que Amélie n’a pas accepté", "tant qu’Amélie n’a pas accepté"),
        ("lorsque Œdipe répond", "lorsqu’Œdipe répond"),
        ("De Inès à Zoé", "D’Inès à Zoé"),
        ("la page de\u00a0Hélène", "la page d’Hélène"),
        ("la page de Yves", "la page d’Yves"),
        ("la page de Yann", "la page de Yann"),
        ("la page de Hans", "la page de Hans"),
        ("la page de Claire", "la page de Claire"),
        ("l’équipe de URSSAF", "l’équipe d’URSSAF"),
        ("de A à Z", "de A à Z"),
        ("plus de onze séances, près de 18", "plus de onze séances, près de 18"),
        ("le guide Aude de Agen", "le guide Aude d’Agen"),
    ],
)
def test_de_and_que_lose_their_e_before_a_name_that_begins_with_a_vowel(typed: str, read: str) -> None:
    with translation.override("fr"):
        assert elided(typed) == read


def test_an_english_sentence_stays_as_it_is() -> None:
    with translation.override("en"):
        assert elided("a word of Edwige de Oliveira") == "a word of Edwige de Oliveira"
