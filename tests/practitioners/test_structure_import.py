"""Structures of the open files: made, changed and closed by a command that can be run again (N1)."""

import datetime as dt
import gzip
import zipfile
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practitioners import objections
from practitioners.models import Structure, StructureObjection
from practitioners.structure_import import run
from practitioners.structure_import.reading import UnreadableFile
from tests.factories.accounts import UserFactory
from tests.factories.places import CommuneFactory
from tests.factories.practitioners import StructureFactory
from tests.practitioners.structure_files import (
    facts_of,
    finess_line,
    finess_text,
    sirene_line,
    sirene_text,
    siret,
    written,
)

pytestmark = pytest.mark.django_db
DAY, LATER = dt.date(2026, 11, 1), dt.date(2026, 12, 1)
SIRENE, FINESS = Structure.Source.SIRENE, Structure.Source.FINESS


@pytest.fixture(autouse=True)
def lyon():
    return CommuneFactory()


@pytest.fixture
def load(tmp_path):
    def import_(text, source=SIRENE, today=DAY, **options):
        return run.load(written(tmp_path, text), source, today=today, **options)

    return import_


def everything():
    return [facts_of(row) for row in Structure.objects.order_by("pk")]


def test_an_establishment_of_sirene_is_made_with_its_facts(load):
    report = load(sirene_text(sirene_line()))
    made = Structure.objects.get()
    assert (made.name, made.street, made.postal_code, made.commune_id) == (
        "Espace des Lilas",
        "12 rue des Lilas",
        "69003",
        "69123",
    )
    assert (made.siret, made.activity, made.source, made.imported_on) == (siret(90000001), "8690F", SIRENE, DAY)
    assert made.slug == f"espace-des-lilas-{made.siret}"
    assert made.folded == "espace des lilas"
    assert (report.lines, report.created, report.updated, report.unchanged) == (1, 1, 0, 0)


def test_an_establishment_of_finess_is_made_and_dated_from_its_file(load):
    report = load(finess_text(finess_line(siret=siret(90000002))), FINESS)
    made = Structure.objects.get()
    assert (made.name, made.street, made.phone) == ("Centre de Santé des Lilas", "3 place du Marche", "+33472000000")
    assert (made.finess, made.siret, made.category) == ("690900001", siret(90000002), "124")
    assert made.imported_on == dt.date(2026, 11, 5)
    assert report.as_of == "2026-11-05"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (SIRENE, sirene_text(sirene_line(), sirene_line(90000002))),
        (FINESS, finess_text(finess_line(), finess_line("2A0900001", departement="69"))),
    ],
)
def test_a_second_run_writes_nothing(load, source, text):
    load(text, source)
    before = everything()
    report = load(text, source, today=LATER)
    assert (report.created, report.updated, report.unchanged, report.closed) == (0, 0, 2, 0)
    assert everything() == before


def test_a_change_is_written_and_the_address_of_the_page_stays(load):
    load(sirene_text(sirene_line()))
    slug = Structure.objects.get().slug
    report = load(sirene_text(sirene_line(denominationUsuelleEtablissement="ESPACE DU PARC")), today=LATER)
    changed = Structure.objects.get()
    assert (report.updated, changed.name, changed.folded) == (1, "Espace du Parc", "espace du parc")
    assert (changed.slug, changed.imported_on) == (slug, LATER)


def test_what_sirene_says_closed_is_closed_and_may_open_again(load):
    load(sirene_text(sirene_line()))
    closing = load(sirene_text(sirene_line(etatAdministratifEtablissement="F")), today=LATER)
    assert (closing.closed, Structure.objects.get().closed_on) == (1, LATER)
    assert load(sirene_text(sirene_line(etatAdministratifEtablissement="F")), today=LATER).closed == 0
    again = load(sirene_text(sirene_line()), today=LATER)
    assert (again.reopened, again.updated, Structure.objects.get().closed_on) == (1, 1, None)


def test_absence_closes_for_finess_alone(load):
    load(sirene_text(sirene_line(), sirene_line(90000002)))
    load(finess_text(finess_line(), finess_line("690900002")), FINESS)
    assert load(sirene_text(sirene_line())).closed == 0
    extract = load(finess_text(finess_line(), on="2026-12-01"), FINESS, partial=True)
    assert extract.closed == 0
    report = load(finess_text(finess_line(), on="2027-01-05"), FINESS)
    assert report.closed == 1
    assert Structure.objects.get(finess="690900002").closed_on == dt.date(2027, 1, 5)


def test_a_file_cut_short_does_not_close_half_the_country(load, tmp_path):
    known = [finess_line(f"6909{n:05d}") for n in range(60)]
    load(finess_text(*known), FINESS)
    report = load(finess_text(*known[:30]), FINESS)
    assert report.closed == 0
    assert "30 of 60" in report.absent_left
    assert load(finess_text(*known[:30]), FINESS, close_many=True).closed == 30


def test_an_unreadable_line_closes_nobody(load):
    load(finess_text(finess_line(), finess_line("690900002")), FINESS)
    short = finess_text(finess_line()) + "structureet;690900002;690000999\n"
    report = load(short, FINESS)
    assert (report.closed, report.bad) == (
        0,
        [(3, "3 columns instead of 32 (missing: rs, rslongue, complrs, compldistrib, numvoie)")],
    )
    nobody = load(finess_text(finess_line()) + "structureet;?\n", FINESS)
    assert (nobody.closed, bool(nobody.absent_left)) == (0, True)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"statutDiffusionEtablissement": "P"}, "not public"),
        ({"statutDiffusionEtablissement": "N"}, "not public"),
        ({"activitePrincipaleEtablissement": "47.11B"}, "other activity"),
        ({"denominationUsuelleEtablissement": ""}, "no public name"),
        ({"denominationUsuelleEtablissement": "[ND]"}, "no public name"),
        ({"codeCommuneEtablissement": "99999", "codePostalEtablissement": ""}, "unknown commune"),
        ({"etatAdministratifEtablissement": "F"}, "closed"),
    ],
)
def test_what_is_not_for_here_is_refused_with_its_reason(load, changed, reason):
    report = load(sirene_text(sirene_line(**changed)))
    assert dict(report.refused) == {reason: 1}
    assert not Structure.objects.exists()


def test_who_is_no_longer_public_disappears_at_once(load):
    load(sirene_text(sirene_line(), sirene_line(90000002)))
    report = load(sirene_text(sirene_line(statutDiffusionEtablissement="P"), sirene_line(90000002)))
    assert report.removed == 1
    assert Structure.objects.get().siret == siret(90000002)


def test_who_changed_activity_is_closed(load):
    load(sirene_text(sirene_line()))
    assert load(sirene_text(sirene_line(activitePrincipaleEtablissement="47.11B"))).closed == 1


def test_what_somebody_administers_is_never_overwritten_nor_closed(load):
    load(sirene_text(sirene_line(), sirene_line(90000002)))
    claimed = Structure.objects.get(siret=siret(90000001))
    claimed.administrators.add(UserFactory())
    claimed.name = "L’Espace"
    claimed.save()
    before = facts_of(claimed)
    report = load(sirene_text(sirene_line(), sirene_line(90000002, denominationUsuelleEtablissement="AUTRE")))
    assert (report.kept, report.updated) == (1, 1)
    for changed in ({"etatAdministratifEtablissement": "F"}, {"statutDiffusionEtablissement": "P"}):
        report = load(sirene_text(sirene_line(**changed)))
        assert (report.closed, report.removed, report.closed_elsewhere) == (0, 0, [claimed.siret])
    claimed.refresh_from_db()
    assert facts_of(claimed) == before


def test_what_the_team_entered_is_never_overwritten(load):
    own = StructureFactory(siret=siret(90000001))
    report = load(sirene_text(sirene_line()))
    assert (report.created, report.kept) == (0, 1)
    assert Structure.objects.get().name == own.name


def test_finess_takes_over_what_sirene_brought_and_keeps_it(load):
    load(sirene_text(sirene_line()))
    known = Structure.objects.get()
    report = load(finess_text(finess_line(siret=known.siret)), FINESS)
    taken = Structure.objects.get()
    assert (report.created, report.updated) == (0, 1)
    assert (taken.pk, taken.slug, taken.source, taken.finess) == (known.pk, known.slug, FINESS, "690900001")
    back = load(sirene_text(sirene_line()))
    assert (back.kept, back.updated) == (1, 0)
    assert load(finess_text(finess_line(siret=known.siret)), FINESS).unchanged == 1


def test_one_siret_of_several_finess_establishments_is_the_first_one_s(load):
    shared = siret(90000003)
    text = finess_text(finess_line("690900002", siret=shared), finess_line("690900001", siret=shared))
    load(text, FINESS)
    assert dict(Structure.objects.values_list("finess", "siret")) == {"690900001": shared, "690900002": ""}
    assert load(text, FINESS).unchanged == 2
    # The other way round: the number passes from one to the other in one run.
    swapped = finess_text(finess_line("690900002", siret=shared), finess_line("690900001", siret=siret(90000004)))
    assert load(swapped, FINESS).updated == 2
    assert dict(Structure.objects.values_list("finess", "siret")) == {"690900001": siret(90000004), "690900002": shared}
    assert load(swapped, FINESS).unchanged == 2


def test_an_objection_survives_every_import(load, settings):
    load(sirene_text(sirene_line(), sirene_line(90000002)))
    assert objections.record(siret=siret(90000001), on=DAY) == 1
    assert objections.record(siret=siret(90000001), on=DAY) == 0
    report = load(sirene_text(sirene_line(), sirene_line(90000002)))
    assert dict(report.refused) == {"objection of the holder": 1}
    assert load(finess_text(finess_line(siret=siret(90000001))), FINESS).created == 0
    # Not even when the site's key is changed.
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-the-site-with-enough-letters-in-it"
    load(sirene_text(sirene_line()))
    assert not Structure.objects.filter(siret=siret(90000001)).exists()
    assert siret(90000001)[:9] not in str(StructureObjection.objects.values_list())


def test_the_command_records_an_objection(load):
    load(sirene_text(sirene_line()))
    out = StringIO()
    call_command("refuse_structure", siret(90000001), stdout=out)
    assert "1 taken out" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("refuse_structure", "123")


def test_the_last_of_repeated_lines_counts(load):
    report = load(sirene_text(sirene_line(), sirene_line(denominationUsuelleEtablissement="LA SECONDE")))
    assert (report.created, report.repeated, Structure.objects.get().name) == (1, 1, "La Seconde")


def test_compressed_files_are_read_as_they_are_published(tmp_path):
    text = sirene_text(sirene_line())
    packed = tmp_path / "StockEtablissement_utf8.csv.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    assert run.load(packed, SIRENE, today=DAY).created == 1
    archive = tmp_path / "StockEtablissement_utf8.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("StockEtablissement_utf8.csv", text)
    assert run.load(archive, SIRENE, today=DAY).unchanged == 1


def test_more_lines_take_no_more_queries(load):
    asked = []
    for count in (1, 50):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            load(sirene_text(*(sirene_line(90000000 + n) for n in range(count))))
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 25


def test_the_command_reports_and_fails_without_a_trace(tmp_path):
    out = StringIO()
    path = written(tmp_path, sirene_text(sirene_line(), sirene_line(90000002, statutDiffusionEtablissement="N")))
    call_command("import_structures", str(path), source="sirene", stdout=out)
    assert "created 1" in out.getvalue()
    assert "refused, not public: 1" in out.getvalue()
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_structures", str(tmp_path / "nowhere.csv"), source="sirene")


def test_two_imports_do_not_run_together(load):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('structure-import'), 0)")
    try:
        with pytest.raises(UnreadableFile, match="another import"):
            load(sirene_text(sirene_line()))
    finally:
        other.close()
