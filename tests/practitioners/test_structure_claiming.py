"""A claimed establishment has a page, and the register no longer writes it (N1)."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from accounts.actions import roles
from practitioners.actions import claiming
from practitioners.models import Structure, StructurePage
from practitioners.structure_import import merge, run
from tests.factories.accounts import UserFactory
from tests.factories.places import CommuneFactory
from tests.factories.practitioners import structure_index
from tests.practitioners.structure_files import sirene_line, sirene_text, siret, written

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 1)


@pytest.fixture
def load(tmp_path):
    CommuneFactory()
    structure_index()
    roles.synchronise()

    def import_(**changed):
        return run.load(written(tmp_path, sirene_text(sirene_line(**changed))), Structure.Source.SIRENE, today=DAY)

    return import_


def test_the_page_takes_the_address_of_the_establishment_and_is_its_administrator_s(load, client):
    load()
    structure, person = Structure.objects.get(), UserFactory()
    before = structure.address
    page = claiming.claim(structure=structure, administrator=person, on=DAY)
    assert page.is_owned_by(person)
    assert client.get(page.url).status_code == 200
    assert client.get(before)["Location"] == page.url
    assert load(denominationUsuelleEtablissement="AUTRE").kept == 1
    assert load(etatAdministratifEtablissement="F").closed == 0


def test_it_stays_theirs_when_its_administrators_go(load):
    load()
    structure = Structure.objects.get()
    claiming.claim(structure=structure, administrator=UserFactory(), on=DAY).delete()
    structure.administrators.clear()
    assert load(denominationUsuelleEtablissement="AUTRE").kept == 1
    assert not Structure.objects.imported().exists()


def test_a_claim_made_while_an_import_writes_is_seen(load, monkeypatch):
    load()
    planned = merge._mark_changes

    def claim_meanwhile(*args):
        planned(*args)
        Structure.objects.update(claimed_on=DAY)

    monkeypatch.setattr(merge, "_mark_changes", claim_meanwhile)
    load(denominationUsuelleEtablissement="AUTRE")
    assert Structure.objects.get().name == "Espace des Lilas"


def test_a_second_administrator_finds_the_same_page(load):
    load()
    structure = Structure.objects.get()
    first = claiming.claim(structure=structure, administrator=UserFactory(), on=DAY)
    assert claiming.claim(structure=structure, administrator=UserFactory(), on=DAY) == first
    assert structure.administrators.count() == 2
    assert StructurePage.objects.count() == 1


def test_a_closed_one_is_not_claimed(load):
    load()
    load(etatAdministratifEtablissement="F")
    with pytest.raises(claiming.ClosedStructure):
        claiming.claim(structure=Structure.objects.get(), administrator=UserFactory(), on=DAY)


def test_the_command_gives_it_by_its_number(load):
    load()
    person = UserFactory()
    call_command("claim_structure", siret(90000001), person.email.upper())
    assert Structure.objects.get().administrators.get() == person
    for number, email in ((siret(90000002), person.email), (siret(90000001), "nobody@example.fr"), ("", person.email)):
        with pytest.raises(CommandError):
            call_command("claim_structure", number, email)
