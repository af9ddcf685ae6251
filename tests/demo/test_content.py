"""The demo content keeps its promises: enough of it, the same every time, honest, well typed, and nobody real."""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import chain
from pathlib import Path

import pytest

from common.money import percent_of
from demo.content import identifiers
from demo.content.casework import applications, reported_review, reports, structures
from demo.content.load import articles, legal_documents, practices, table, themes, towns
from demo.content.people import practitioners
from demo.content.reviews import reviews
from legal.variables import VARIABLES

ROOT = Path(__file__).resolve().parents[2]


def texts(value: object) -> Iterator[str]:
    """Every string below a dataclass, tuple, list or dictionary."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))
    elif isinstance(value, dict):
        yield from chain.from_iterable(texts(item) for item in value.values())
    elif isinstance(value, tuple | list):
        yield from chain.from_iterable(texts(item) for item in value)


def wellness_texts() -> Iterator[str]:
    """What practitioners, clients and editors write; legal documents must be able to say « traitement de données »."""
    yield from texts((practices(), practitioners(), reviews(), articles(), structures(), applications(), reports()))
    yield from texts((table("site"), table("reviews"), table("people")))
    for theme in themes():
        for block in theme.blocks:
            # The title of a published source is quoted as it is.
            yield from texts((block.title, block.paragraphs, block.items, block.faq, block.author))


@pytest.fixture(scope="module")
def communes() -> dict[str, tuple[str, list[str]]]:
    path = ROOT / "site/places/data/communes.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return {
            row["insee"]: (row["name"], row["postal_codes"].split("|")) for row in csv.DictReader(lines, delimiter="\t")
        }


def test_there_is_enough_of_everything() -> None:
    assert len(practices()) == 30
    assert len(towns()) >= 60
    assert len(practitioners()) >= 240
    assert len(reviews()) >= 600
    assert len(themes()) == 12
    assert len(articles()) == 10
    assert len(structures()) == 5
    assert Counter(one.status for one in applications()) == {"applying": 1, "submitted": 1, "refused": 1}
    assert {one.target for one in reports()} == {"review", "profile"}
    assert {one.practices[0] for one in practitioners()} == {one.slug for one in practices()}


def test_people_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    first = practitioners()
    practitioners.cache_clear()
    assert practitioners() == first
    assert practitioners(7) != first


def test_lyon_offers_a_choice_of_sophrologists_who_can_be_booked() -> None:
    found = [
        one
        for one in practitioners()
        if one.place.town == "Lyon" and "sophrologie" in one.practices and one.online_booking
    ]
    assert len(found) >= 5
    assert all(service.payment == "deposit" for one in found[:5] for service in one.services if service.seats == 1)


def test_town_codes_and_postal_codes_are_those_of_the_gazetteer(communes: dict[str, tuple[str, list[str]]]) -> None:
    for place in (*(one.place for one in practitioners()), *structures()):
        name, postal_codes = communes[place.insee]
        assert place.postal_code in postal_codes, (name, place.postal_code)
    for town in towns():
        assert communes[town.spots[0][0]][0].startswith(town.name)


def test_overseas_places_keep_their_own_time() -> None:
    zones = {one.place.timezone for one in practitioners() if one.place.insee.startswith("97")}
    assert zones == {"Indian/Reunion", "America/Martinique", "America/Guadeloupe", "America/Cayenne", "Indian/Mayotte"}


def test_identifiers_pass_the_checks_and_are_nobodys() -> None:
    everyone = [*practitioners(), *(one.person for one in applications())]
    sirets = [one.siret for one in everyone] + [one.siret for one in structures()]
    assert len(set(sirets)) == len(sirets)
    for siret in sirets:
        assert len(siret) == 14
        assert siret.startswith("000")
        assert identifiers.is_luhn(siret)
        assert identifiers.is_luhn(siret[:9])
    phones = [one.phone for one in everyone] + [one.phone for one in structures()]
    assert len(set(phones)) == len(phones)
    assert all(re.fullmatch(r"\+3319900\d{4}", phone) for phone in phones)
    assert all(one.email.endswith(".example") for one in everyone)
    assert len({one.key for one in everyone}) == len(everyone)


def test_a_wrong_luhn_digit_is_seen() -> None:
    siret = identifiers.siret(101)
    assert not identifiers.is_luhn(siret[:-1] + str((int(siret[-1]) + 1) % 10))
    assert not identifiers.is_luhn("not a number")


def test_every_advance_exceeds_the_fee_and_never_the_price() -> None:
    services = [service for one in practitioners() for service in one.services]
    for service in services:
        fee = percent_of(service.price_cents, 300) + 65
        assert service.price_cents > fee
        if service.payment == "deposit":
            assert fee < service.deposit_cents <= service.price_cents
        else:
            assert service.deposit_cents == 0
    assert {"none", "deposit", "full"} == {service.payment for service in services}
    assert {"cabinet", "visio", "domicile"} == {service.mode for service in services}


def test_what_a_person_offers_hangs_together() -> None:
    for one in practitioners():
        assert 2 <= len(one.services) <= 5, one.key
        assert len({service.name for service in one.services}) == len(one.services)
        assert {service.practice for service in one.services} <= set(one.practices)
        assert {training.practice for training in one.trainings} == set(one.practices)
        modes = {service.mode for service in one.services}
        if not one.receives_at_place:
            assert modes == {"visio"}
        if "domicile" in modes:
            assert one.home_radius_km in (5, 10, 20, 30, 50, 100)
        assert all(rule.start < rule.end for rule in one.opening)
    shares = Counter((one.online_booking, one.receives_at_place) for one in practitioners())
    total = len(practitioners())
    assert 0.10 < sum(count for (online, _), count in shares.items() if not online) / total < 0.20
    assert 0.04 < sum(count for (_, receives), count in shares.items() if not receives) / total < 0.15


def test_texts_fit_the_fields_they_are_for() -> None:
    for one in practitioners():
        assert 60 <= len(one.word) <= 900
        assert len(one.approach) <= 1500
        assert 0 < len(one.headline) <= 140
        assert all(len(service.name) <= 100 and len(service.description) <= 800 for service in one.services)
    assert len({one.word for one in practitioners()}) > 0.95 * len(practitioners())
    assert all(len(one.summary) <= 300 and len(one.name) <= 80 for one in practices())
    assert all(len(one.seo_description) <= 160 for one in themes())
    for theme in themes():
        assert 40 <= len(theme.blocks[0].paragraphs[0].split()) <= 75, theme.slug
    for article in articles():
        words = sum(len(text.split()) for block in article.blocks for text in texts((block.paragraphs, block.items)))
        assert 380 <= words <= 700, (article.slug, words)


def test_reviews_look_like_what_people_leave() -> None:
    found = reviews()
    mean = sum(one.rating for one in found) / len(found)
    assert 4.3 < mean < 4.7
    assert {2, 3, 4, 5} == {one.rating for one in found}
    assert 0.15 < sum(bool(one.reply) for one in found) / len(found) < 0.35
    assert max(Counter(one.text for one in found).values()) <= 6
    by_person = {one.key: one for one in practitioners()}
    for one in found:
        person = by_person[one.practitioner]
        assert one.service in {service.name for service in person.services}
        assert 0 < one.published_days_ago <= one.happened_days_ago < person.listed_days_ago
        assert (one.replied_days_ago is not None) == bool(one.reply)
        assert re.fullmatch(r".+ [A-Z]\.", one.author)
    assert len({(one.practitioner, one.text) for one in found}) == len(found)
    assert reported_review() in {(one.practitioner, one.text) for one in found}


FORBIDDEN = re.compile(
    r"\b(?:guéri\w*|soign(?:er|e|ent|é|és|ée|ées|ait)|patiente?s?|diagnosti\w*|consultations?|"
    r"trait(?:er|e|ent|é|és|ée|ées)\b|traitements?|miracul\w*|client·e\w*|praticien·ne\w*)",
    re.IGNORECASE,
)


def test_nobody_promises_a_cure() -> None:
    hits = {match[0] + " | " + text[:90] for text in wellness_texts() for match in FORBIDDEN.finditer(text)}
    assert not hits, sorted(hits)


def test_no_one_is_promised_to_stop_smoking() -> None:
    theme = next(one for one in themes() if one.slug == "arreter-de-fumer")
    everything = " ".join(texts(theme))
    assert "39\u00a089" in everything
    assert not re.search(r"(?:en|dès) une (?:seule )?séance|\d+\s*% de (?:réussite|succès)", " ".join(wellness_texts()))


def test_sources_name_their_year() -> None:
    for theme in themes():
        sources = [source for block in theme.blocks for source in block.sources]
        assert sources, theme.slug
        assert all(2000 <= year <= 2026 and publisher and title for publisher, title, year in sources)
        kinds = {block.kind for block in theme.blocks}
        assert {
            "answer",
            "doctor",
            "session",
            "known",
            "choose",
            "faq",
            "testimonial",
            "advice",
            "practitioners",
            "call_to_book",
        } <= kinds


def test_french_typography() -> None:
    wrong = re.compile(
        r"[^\u00a0\s\d/:?]\s*(?<!\u00a0)[;!?](?:\s|$)|[ \w]:(?=\s)|«(?!\u00a0)|(?<!\u00a0)»|\w'\w|\d [€%]"
    )
    everything = chain(wellness_texts(), texts((legal_documents(), table("structures"), table("casework"))))
    bad = {text[max(0, match.start() - 25) : match.end() + 15] for text in everything for match in wrong.finditer(text)}
    assert not bad, sorted(bad)[:20]


# What `demo.seed.documents` knows how to fill in a practitioner's own documents.
FILLED = {
    "praticien_nom", "praticien_email", "praticien_adresse", "praticien_siret", "praticien_forme_juridique", "praticien_assurance",
    "mediateur_nom", "mediateur_contact",
}  # fmt: skip


def test_no_placeholder_is_left_but_in_the_practitioners_models() -> None:
    everything = chain(texts((practitioners(), reviews(), themes(), articles(), structures(), applications())))
    assert not [text for text in everything if re.search(r"[{}<>|]", text)]
    for document in legal_documents():
        found = {
            name for version in document.versions for text in texts(version) for name in re.findall(r"\{(\w*)\}", text)
        }
        assert found <= (FILLED if document.kind.startswith("practitioner-") else set(VARIABLES)), document.slug


def test_every_legal_document_has_two_versions_that_differ() -> None:
    found = legal_documents()
    assert {one.kind for one in found} == {
        "cgu", "privacy", "notice", "contract", "dpa", "mandate", "cookies", "reviews", "ranking",
        "subprocessors", "ethics", "structures", "practitioner-terms", "practitioner-privacy",
    }  # fmt: skip
    for document in found:
        assert "Modèle" in document.intro
        marked = all(version.articles[-1].key == "statut" for version in document.versions)
        assert marked or document.kind.startswith("practitioner-")
        old, new = document.versions
        assert (old.number, new.number) == (1, 2)
        assert old.published_days_ago > new.published_days_ago
        before = {article.key: article.paragraphs for article in old.articles}
        after = {article.key: article.paragraphs for article in new.articles}
        added = after.keys() - before.keys()
        changed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
        assert added, document.slug
        assert {article.key for article in new.articles if article.why} == added | changed, document.slug
        assert new.summary
        assert all(new.summary)


def test_legal_documents_state_the_rules_of_the_platform() -> None:
    contract = " ".join(texts(next(one for one in legal_documents() if one.kind == "contract")))
    terms = " ".join(texts(next(one for one in legal_documents() if one.kind == "cgu")))
    assert "3\u00a0% du prix TTC" in contract
    assert "0,65\u00a0€" in contract
    assert "2,45\u00a0€" in contract
    assert percent_of(6000, 300) + 65 == 245
    assert "15\u00a0minutes" in terms
    assert "900\u00a0457\u00a0466" in terms


def test_structures_house_people_of_the_demo() -> None:
    keys = {one.key for one in practitioners()}
    for one in structures():
        assert len(one.practitioners) >= 3
        assert set(one.practitioners) <= keys
