"""The operator finds a payment again in the ledger, reads the control and the figures, and hands in the yearly declaration."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from django.test import override_settings
from playwright.sync_api import APIResponse, Page, expect

from booking.models import TaxReport
from common import clock
from tests.factories.invoices import PLATFORM
from tests.factories.tax import at, paid
from tests.journeys.money import own, paid_by, settled
from tests.journeys.test_accessibility import enter
from tests.journeys.visitor import Visitor
from tests.plugins.browser import PHONE


@pytest.fixture
def operator(page: Page, site: str) -> Visitor:
    enter(page, site, "operator")
    return Visitor(page, site)


def taken(operator: Visitor, address: str) -> APIResponse:
    """A file of people, after saying why; the browser is back where it was."""
    before = operator.page.url
    operator.page.goto(address)
    token = operator.page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""
    said = {"acces_motif": "Contrôle de fin de mois", "acces_page": "1", "csrfmiddlewaretoken": token}
    answer = operator.page.request.post(address, form=said, headers={"Referer": address})
    operator.page.goto(before)
    return answer


def euros(cents: int) -> re.Pattern[str]:
    return re.compile(rf"{cents // 100},{cents % 100:02d}\s€")


def test_a_payment_is_found_again_and_the_ledger_agrees_with_stripe(
    operator: Visitor, open_browser: Callable[..., Page], site: str
) -> None:
    payment = paid_by("client@demo.example")
    reference = payment.appointment.reference
    operator.open("/cms/grand-livre/")
    operator.page.locator("[name=reference]").fill(reference.lower())
    operator.press(re.compile("^Afficher$"))
    moves = operator.page.locator(".ledger-moves tbody tr")
    expect(moves.filter(has_text="Frais de service").first).to_contain_text(euros(payment.fee_cents))
    expect(moves.filter(has_text=euros(payment.amount_cents)).first).to_be_visible()
    exported = taken(operator, f"{site}/cms/grand-livre/export.csv?reference={reference}").text()
    rows = list(csv.reader(io.StringIO(exported.lstrip("\ufeff")), delimiter=";"))
    assert len(rows) > 2
    assert all(reference in row for row in rows[1:])

    operator.follow("Le comparer avec Stripe")
    operator.press("Comparer maintenant")
    expect(operator.page.get_by_text("Rien ne diffère : chaque centime est justifié.")).to_be_visible()

    # The same pages in a hand.
    phone = Visitor(open_browser(**PHONE), site)
    enter(phone.page, site, "operator")
    phone.open(f"/cms/grand-livre/?reference={reference}")
    expect(phone.page.locator(".ledger-moves").get_by_text(euros(payment.fee_cents)).first).to_be_visible()


def test_the_figures_are_drawn_with_their_table_beside(operator: Visitor) -> None:
    operator.open("/cms/chiffres/")
    chart = operator.page.get_by_role("img", name=re.compile("^Payé en ligne"))
    expect(chart).to_be_visible()
    table = operator.page.get_by_role("region", name="Payé en ligne : tableau").get_by_role("row")
    assert table.count() > 1
    said = operator.page.locator(".operator-figure").first.inner_text()
    # A practice alone, then what nobody bought: said in words, and the file says the same as the page.
    operator.page.locator("[name=pratique]").select_option(index=1)
    operator.press(re.compile("^Afficher$"))
    expect(operator.page).to_have_url(re.compile("pratique=."))
    operator.page.locator("[name=pratique]").select_option("")
    operator.press(re.compile("^Afficher$"))
    expect(operator.page.locator(".operator-figure").first).to_have_text(said)
    address = operator.page.get_by_role("link", name="Chiffres en CSV").get_attribute("href")
    answer = operator.page.request.get(f"{operator.site}/cms/chiffres/{address}")
    assert answer.ok
    assert "text/csv" in answer.headers["content-type"]


def test_the_yearly_declaration_is_made_handed_in_and_copied(
    operator: Visitor, open_browser: Callable[..., Page], site: str
) -> None:
    year = clock.today().year - 1
    edwige = own()
    paid(edwige, at(5, year=year), reference="DAC7ESSAI")
    office = Visitor(open_browser(**PHONE), site)
    enter(office.page, site, "practitioner")
    office.open("/espace-praticien/paiements/declaration/")
    office.page.locator("[name=nature][value=individual]").check()
    office.page.locator("[name=birth_date]").fill("1980-05-17")
    office.page.locator("[name=birth_city]").fill("Lyon 3e")
    office.page.locator("[name=tax_number]").fill("1234567890123")
    office.press("Enregistrer")
    expect(office.page.get_by_text(re.compile("^Enregistré"))).to_be_visible()

    with override_settings(PLATFORM_IDENTITY=PLATFORM):
        operator.open(f"/cms/declaration-plateformes/?annee={year}")
        expect(operator.page.get_by_role("row").filter(has_text=edwige.full_name)).to_contain_text("57,55")
        # The demo's year was handed in already: what came since is a correction.
        before = TaxReport.objects.get(year=year)
        assert before.state == TaxReport.State.FILED
        operator.press("Préparer le fichier de corrections")
        report = settled(
            lambda: TaxReport.objects.get(year=year, number=before.number + 1, state=TaxReport.State.READY)
        )
        operator.page.reload()
        made = operator.page.get_by_role("row").filter(has_text=report.filename)
        link = made.get_by_role("link", name="Télécharger le fichier")
        file = taken(operator, site + (link.get_attribute("href") or ""))
        assert f'"{report.filename}"' in file.headers["content-disposition"]
        assert "Lyon 3e" in file.text()
        made.locator("[name=confirme]").check()
        made.get_by_role("button", name="Noter comme déposé").click()
        expect(made).to_contain_text(re.compile("Déposé"))
    office.open("/espace-praticien/paiements/declaration/")
    copies = office.page.get_by_role("region", name="Vos copies").get_by_role("listitem")
    copies.filter(has_text="Correction").get_by_role("link", name=f"Année {year}").click()
    expect(office.page.get_by_text(re.compile(r"57,55\s€")).first).to_be_visible()
