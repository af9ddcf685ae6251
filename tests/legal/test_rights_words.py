"""What one's data are called: a person reads French words on the page and in the copy, never the name of a column."""

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.utils import translation

from common import personal_rows, privacy
from common.wording import spaced
from legal.rights import names

# Own words of the teams, that no client and no practitioner is shown.
TEAM = "team"


def shown() -> list[tuple[str, str]]:
    """Each column that somebody outside the teams may read of themselves."""
    found = set()
    for trail in personal_rows.trails:
        if trail.role.startswith(TEAM):
            continue
        bound = {
            name for each in privacy.activities for b in each.bindings if b.model == trail.model for name in b.fields
        }
        found |= {(trail.model, name) for name in (set(trail.fields) or bound) - set(trail.hidden) | set(trail.also)}
    return sorted(found)


def untranslated(model: str, name: str) -> bool:
    field = apps.get_model(model)._meta.get_field(name)
    with translation.override("en"):
        own = str(getattr(field, "verbose_name", name))
    with translation.override("fr"):
        return own == str(getattr(field, "verbose_name", name)) and own not in names.COLUMNS and own.upper() != own


def test_every_column_that_a_person_is_shown_has_a_french_name() -> None:
    assert [f"{model}.{name}" for model, name in shown() if untranslated(model, name)] == []


def test_every_kind_of_row_that_a_person_is_shown_has_a_french_name() -> None:
    bare = set()
    for model, _ in shown():
        meta = apps.get_model(model)._meta
        with translation.override("en"):
            own = str(meta.verbose_name)
        with translation.override("fr"):
            if own == str(meta.verbose_name) and own not in names.ROWS:
                bare.add(model)
    assert bare == set()


def test_a_word_of_django_is_not_taken_for_one_of_ours() -> None:
    with translation.override("fr"):
        assert names.of_rows(Session) == "connexion ouverte"
        assert names.of_column(Session._meta.get_field("expire_date"), "expire_date") == "date d’expiration"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "oui"),
        (False, "non"),
        (3, 3),
        ("2026-12-01", "1er\u00a0décembre 2026"),
        ("2026-12-01T13:30:00+00:00", "mardi 1er\u00a0décembre 2026 à\u00a014:30"),
        (["a", "2026-12-01"], "a, 1er\u00a0décembre 2026"),
        ("2026-99-99", "2026-99-99"),
        ("9999-12-31T99:00:00Z", "9999-12-31T99:00:00Z"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
        ("Le 2026-12-01, merci", "Le 2026-12-01, merci"),
    ],
)
def test_values_are_read_as_words_and_what_only_looks_like_one_is_left(value: object, said: object) -> None:
    with translation.override("fr"):
        assert names.value_in_words(value) == said


def test_a_row_is_read_without_what_is_empty() -> None:
    facts = {"fields": {"text": "Bonjour", "reason": ""}, "context": {"at": None, "sent": False}}
    assert names.row_in_words(facts, {"text": "texte", "sent": "envoyé"}) == [("texte", "Bonjour"), ("envoyé", "non")]


def test_money_is_said_in_euros() -> None:
    facts = {"fields": {"price_cents": 6500, "amount_cents": 4750}, "context": {}}
    said = names.row_in_words(facts, {"price_cents": "prix", "amount_cents": "montant en centimes"})
    assert said == [("prix", "65,00\u00a0€"), ("montant", "47,50\u00a0€")]


def test_the_register_says_french_sentences_that_no_line_cuts_before_a_sign() -> None:
    texts = [
        t for a in privacy.activities for t in (a.purpose, a.legal_basis, a.security, a.retention.starts, *a.recipients)
    ]
    assert [text for text in texts if text != spaced(text)] == []
    assert spaced("« Rien : tout ; ou ? »") == "«\u00a0Rien\u00a0: tout\u00a0; ou\u00a0?\u00a0»"
    assert spaced("de 10:30 à 12:00 :x") == "de 10:30 à 12:00 :x"
