"""The linter by itself: any text, the places it names, denials, tricks, the little language of the rules."""

import time

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from legal.claims import shipped
from legal.claims.exempt import NOTICES
from legal.claims.lint import Rule, RuleSet
from legal.claims.patterns import BadPattern, parse
from tests.claims.test_figures import sentences

RULES = shipped.rule_set()


def seen(text: str, **how: bool) -> set[str]:
    return {match.rule.slug for match in RULES.check(text, **how)}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Je soigne.", "soigner"),
        ("L’hypnose guérit.", "guerir"),
        ("Le massage traite l’endométriose.", "traiter"),
        ("mes patients", "patients"),
        ("Arrêtez vos médicaments", "arreter-traitement"),
        ("un diagnostic énergétique", "diagnostic"),
    ],
)
def test_what_the_issue_names_is_seen(text, rule):
    assert rule in seen(text)


@pytest.mark.parametrize(
    "text",
    [
        "Cela ne remplace pas un médecin.", "L’hypnose ne guérit pas.", "Ni diagnostic ni traitement.",
        "Sans se substituer à votre médecin.", "Le soin de la peau.", "Prendre soin de soi.", "Des soins esthétiques.",
        "Traiter une demande.", "La patience.", "Il faut être patient.", "Consultez votre médecin, qui soigne.",
    ],
)  # fmt: skip
def test_what_the_issue_allows_is_fine(text):
    assert seen(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "JE SOIGNE", "je soi\u00adgne", "je so\u200bigne", "je s\u043eigne", "je so1gne", "je s o i g n e", "Je SOIGNE\u0301",
        "J\u2019ai gu\u0065\u0301ri", "je g.u.é.r.i.s", "mes patient·e·s", "mes patient(e)s", "mes patient.e.s", "mes\u00a0patients",
        "je ｓｏｉｇｎｅ",
    ],
)  # fmt: skip
def test_tricks_of_writing_change_nothing(text):
    assert seen(text)


@pytest.mark.parametrize(
    "text",
    [
        "N’hésitez pas à arrêter vos médicaments.", "N’attendez plus pour guérir.", "Je ne soigne pas seulement le corps.",
        "Je ne guéris que les verrues.", "Pourquoi ne pas arrêter votre traitement ?", "Vous n’aurez plus besoin de médicaments.",
        "Je ne suis pas médecin, je guéris.", "Contrairement aux médecins, je soigne.",
    ],
)  # fmt: skip
def test_a_denial_that_denies_nothing_excuses_nothing(text):
    assert seen(text)


DENIALS = ("ne {} pas", "ne {} jamais", "ne {} aucunement", "ne prétend pas {inf}", "n’a pas vocation à {inf}")


@given(
    subject=st.sampled_from(["La sophrologie", "Mon massage", "Cette pratique", "Le reiki"]),
    verb=st.sampled_from(
        [("soigne", "soigner"), ("guérit", "guérir"), ("diagnostique", "diagnostiquer"), ("prescrit", "prescrire")]
    ),
    rest=st.sampled_from(["", " la dépression", " une maladie", " votre fatigue en une séance"]),
    denial=st.sampled_from(DENIALS),
)
def test_a_refused_sentence_denied_is_fine(subject, verb, rest, denial):
    form, infinitive = verb
    assert seen(f"{subject} {form}{rest}.")
    refusing = {m.rule.slug for m in RULES.check(f"{subject} {denial.format(form, inf=infinitive)}{rest}.")}
    assert not refusing & {"soigner", "guerir", "diagnostic", "prescrire"}


WORDS = st.sampled_from(
    [
        "je",
        "ne",
        "pas",
        "soigne",
        "guérir",
        "mes",
        "patients",
        "médecin",
        ",",
        ".",
        ":",
        "?",
        "«",
        "»",
        "traitement",
        "arrêtez",
        "cancer",
        "sans",
        "ni",
        "😀",
        "\u200b",
        "\x00",
        "é́",
        "\n",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(WORDS, max_size=40).map(" ".join),
        st.binary(max_size=100).map(lambda raw: raw.decode("latin-1")),
    )
)
def test_any_text_is_read_its_places_are_in_it_and_twice_gives_the_same(text):
    found = RULES.check(text, reply=True)
    for match in found:
        assert 0 <= match.start < match.end <= len(text)
        # The words named are words by themselves: a rule sees them or their sentence did.
        assert match.of(text).strip()
    assert [(m.rule.slug, m.start, m.end) for m in RULES.check(text, reply=True)] == [
        (m.rule.slug, m.start, m.end) for m in found
    ]


def test_lone_surrogates_are_read_too():
    assert seen("je soigne \ud800 \udfff") == {"soigner"}


def test_places_cut_the_words_out_of_the_original():
    text = "😀 E\u0301coutez : je so\u00adi\u200bgne, œuvre, mes patient·e·s."
    assert [match.of(text) for match in RULES.check(text)] == ["so\u00adi\u200bgne", "mes patient·e·s"]


def test_the_sentence_that_every_page_says_is_never_checked():
    assert all(seen(notice) == set() for notice in NOTICES)
    assert seen("seul à établir un diagnostic et à soigner, c’est moi") != set()


def test_it_is_the_sentence_that_the_pages_print():
    with translation.override("fr"):
        printed = translation.gettext(
            "This practice is non-conventional and is not officially recognised in France. It complements medicine and never "
            "replaces a doctor, who alone diagnoses and treats. Emergency: 15 or 112."
        )
    assert printed.replace("\xa0", " ") in NOTICES


def test_a_reply_says_nothing_of_the_health_of_whom_it_answers():
    assert seen("Votre anxiété est normale, à bientôt.", reply=True) == {"sante-dans-une-reponse"}
    assert seen("Votre anxiété est normale, à bientôt.") == set()


@pytest.mark.parametrize(
    "line",
    ["", "*3", "soigner *", "* soigner", "soigner? mal", "soigner *99", "soigner *²", "@inconnue", "soigner (a+)+$", "a|", "|", "mot-composé",
     "l'eau", "x" * 700, "a b c d e f g h i j k l m n", "#rien", "@", "!", "?", "=", "soigner\x00", "😀"],
)  # fmt: skip
def test_a_pattern_that_is_wrong_is_said_to_be(line):
    with pytest.raises(BadPattern) as error:
        parse(line, {"maladies": None})
    assert str(error.value)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_line_is_a_pattern_or_an_error_in_words(line):
    try:
        parsed = parse(line, {})
    except BadPattern:
        return
    assert parse(parsed.source, {}) == parsed


def test_no_pattern_and_no_text_takes_long():
    rule = Rule("lent", "a|b *8 a|b *8 a|b *8 a|b *8 a|b *8 c")
    rules = RuleSet([rule], {})
    started = time.process_time()
    rules.check("a b " * 5_000)
    for word in ("guérir ", "ne ", "traiter la ", "mes patients et ", "g u é r i r "):
        RULES.check(word * (60_000 // len(word)))
    assert time.process_time() - started < 20


def test_a_profile_of_two_thousand_words_takes_some_milliseconds():
    text = " ".join(text for wanted, text in sentences() if wanted == "ok")
    text = " ".join((f"{text} {text}").split()[:2000])
    RULES.check(text)
    started = time.process_time()
    RULES.check(text)
    # Ten times what a quiet machine takes (make bench): machines of tests are shared.
    assert time.process_time() - started < 0.1
