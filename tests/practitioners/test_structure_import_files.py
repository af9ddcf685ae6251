"""Files that are not what they should be: a clear refusal, or a line reported by its number; never a traceback, never half of it."""

import datetime as dt
import gzip

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo.content.load import FOLDER
from practitioners.models import Structure
from practitioners.structure_import import run
from practitioners.structure_import.facts import OPEN, Facts, Refused, readable, street
from practitioners.structure_import.finess import COLUMNS, Finess
from practitioners.structure_import.reading import BadLine, UnreadableFile
from practitioners.structure_import.sirene import Sirene, _holds
from practitioners.validators import validate_siret
from tests.factories.places import CommuneFactory
from tests.practitioners.structure_files import (
    SIRENE_COLUMNS,
    finess_line,
    finess_text,
    sirene_line,
    sirene_text,
    siret,
    written,
)

DAY = dt.date(2026, 11, 1)
SIRENE, FINESS = Structure.Source.SIRENE, Structure.Source.FINESS


@pytest.fixture
def load(tmp_path, db):
    CommuneFactory()

    def import_(content, source=SIRENE, name="file.csv"):
        return run.load(written(tmp_path, content, name), source, today=DAY)

    return import_


@pytest.mark.parametrize(
    ("content", "source", "name", "said"),
    [
        ("", SIRENE, "a.csv", "empty"),
        ("", FINESS, "a.csv", "empty"),
        (sirene_text(), SIRENE, "a.csv", "no line of an establishment"),
        (sirene_text(sirene_line(), without=("siret", "codeCommuneEtablissement")), SIRENE, "a.csv",
         "columns missing: siret, codeCommuneEtablissement"),
        (sirene_text(sirene_line()).replace(",", ";"), SIRENE, "a.csv", "separated by semicolons"),
        (finess_text(finess_line()), SIRENE, "a.csv", "columns missing"),
        (sirene_text(sirene_line()), FINESS, "a.csv", "not an etalab-cs1100502 extraction"),
        (finess_text(finess_line(), on="hier"), FINESS, "a.csv", "no date"),
        (sirene_text(sirene_line()).encode("utf-16"), SIRENE, "a.csv", "UTF-16"),
        (gzip.compress(sirene_text(*(sirene_line(90000000 + n) for n in range(500))).encode())[:-200], SIRENE, "a.csv.gz",
         "cut short"),
        (b"no gzip", SIRENE, "a.csv.gz", "damaged"),
        (b"no zip", SIRENE, "a.zip", "damaged"),
    ],
)  # fmt: skip
def test_a_file_that_is_something_else_is_refused_whole(load, content, source, name, said):
    with pytest.raises(UnreadableFile, match=said):
        load(content, source, name)
    assert not Structure.objects.exists()


def test_bad_lines_are_told_by_their_number_and_the_others_imported(load):
    good, bad = sirene_line(), sirene_line(90000002, siret="12AB")
    wrong_sum = sirene_line(90000003, siret=siret(90000003)[:-1] + str((int(siret(90000003)[-1]) + 1) % 10))
    text = sirene_text(bad, good, wrong_sum) + "1,2,3\n"
    report = load(text)
    assert report.created == 1
    assert [line for line, _reason in report.bad] == [2, 4, 5]
    assert "12AB" in report.bad[0][1]


def test_a_line_of_another_encoding_is_reported_for_sirene_and_understood_for_finess(load):
    accented = sirene_text(sirene_line(), sirene_line(90000002, denominationUsuelleEtablissement="CENTRE D'ÉTÉ"))
    report = load(accented.encode("latin-1"))
    assert (report.created, report.bad) == (1, [(3, "not in UTF-8")])
    report = load(finess_text(finess_line()).encode("latin-1"), FINESS)
    assert (report.created, Structure.objects.get(source=FINESS).name) == (1, "Centre de Santé des Lilas")


def test_a_byte_order_mark_and_windows_line_ends_are_no_obstacle(load):
    assert load(b"\xef\xbb\xbf" + sirene_text(sirene_line()).replace("\n", "\r\n").encode()).created == 1


def test_a_quotation_mark_that_never_closes_loses_its_own_lines_alone(load):
    opened = sirene_text(sirene_line(), sirene_line(90000002, denominationUsuelleEtablissement='"SANS FIN'))
    report = load(opened)
    assert (report.created, report.bad_count) == (1, 1)


def test_finess_lines_with_coordinates_are_passed_over(load):
    text = finess_text(finess_line()) + "geolocalisation;690900001;842000.1;6519000.2;1,BAN;2026-11-05\n"
    report = load(text, FINESS)
    assert (report.lines, report.created, report.bad_count) == (1, 1, 0)


def test_the_invented_extracts_of_the_demo_are_read_whole(db):
    """Lines of all kinds: kept, closed, not public, without a name, of no interest; overseas and accents of ISO 8859-1."""
    for insee in ("69384", "69382", "69383", "31555", "44109", "83069", "97411", "35238", "75111", "73008"):
        CommuneFactory(insee=insee, slug=insee)
    folder = FOLDER / "registers"
    sirene = run.load(folder / "StockEtablissement_sample.csv", SIRENE, today=DAY)
    assert (sirene.created, sirene.bad_count) == (8, 0)
    assert set(sirene.refused) == {"closed", "not public", "no public name", "other activity"}
    finess = run.load(folder / "etalab-cs1100502-stock-sample.csv", FINESS, today=DAY)
    assert (finess.created, finess.bad_count, dict(finess.refused)) == (4, 0, {"other category": 1})
    assert Structure.objects.get(finess="970400013").commune_id == "97411"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("CENTRE DE SANTE L'OLIVIER", "Centre de Sante l’Olivier"),
        ("SARL ESPACE ZEN", "SARL Espace Zen"),
        ("Espace  zen", "Espace zen"),
        ("LES JARDINS D'EDEN - YOGA", "Les Jardins d’Eden - Yoga"),
        ("", ""),
    ],
)
def test_capitals_of_the_registers_are_made_readable(text, shown):
    assert readable(text) == shown


def test_a_street_is_written_in_full():
    assert street("012", "B", "AV", "DES LILAS") == "12 B avenue des Lilas"
    assert street("", "", "", "") == ""


@given(st.integers(min_value=0, max_value=10**14 - 1))
@settings(deadline=None)
def test_the_sum_agrees_with_the_one_of_the_forms(number):
    text = f"{number:014d}"
    try:
        validate_siret(text)
    except ValidationError:
        return
    assert _holds(text)


FIELDS = st.text(st.characters(codec="utf-8"), max_size=30)


class _Lyon:
    """Every commune is in Lyon: the lines are what is looked at."""

    def find(self, insee, postal_code):
        return "69123"


@pytest.mark.parametrize("kind", ["sirene", "finess"])
@given(data=st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_line_is_kept_refused_or_reported_and_nothing_else(kind, data):
    names = SIRENE_COLUMNS if kind == "sirene" else COLUMNS
    row = sirene_line() if kind == "sirene" else finess_line()
    reader = Sirene(_Lyon()) if kind == "sirene" else Finess(_Lyon())
    if kind == "sirene":
        list(reader.begin(iter([",".join(SIRENE_COLUMNS) + "\n"]))[0])
    row |= data.draw(st.dictionaries(st.sampled_from(names), FIELDS, max_size=4))
    fields = list(row.values())[: data.draw(st.sampled_from([None, None, None, 1, 5, len(names) - 1]))]
    try:
        facts = reader.read(7, fields)
    except (BadLine, Refused):
        return
    assert isinstance(facts, Facts)
    assert (facts.line, facts.state) == (7, OPEN)
    assert 0 < len(facts.name) <= 120
    assert len(facts.slug) <= 120
    assert len(facts.folded) <= 150
    assert len(facts.street) <= 160
    assert len(facts.postal_code) <= 5
    assert len(facts.activity) <= 6
    assert len(facts.phone) <= 20
    assert not any("\x00" in str(field) for field in facts)
