"""A practitioner brings a list, finds somebody, writes; a client asks and is answered, by links alone."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from booking.access import token
from booking.models import ClientRecord, ClientRequest
from tests.journeys.staff import Staff
from tests.journeys.test_accessibility import check_all, enter
from tests.journeys.visitor import Visitor

LIST = "Prénom;Nom;E-mail;Téléphone;Étiquettes\r\nNoémie;Vasseur;noemie@clients.example;06 12 34 56 70;Samedi\r\n;;;;\r\nRaté;;pas-une-adresse;;\r\n"


def test_a_list_is_imported_after_a_look_and_its_client_is_written_to(
    open_browser: Callable[..., Page], site: str, tmp_path: Path
) -> None:
    edwige = Staff(open_browser(), site)
    file = tmp_path / "clients.csv"
    file.write_bytes(LIST.encode("cp1252"))
    edwige.sign_in("practitioner", to="/espace-praticien/clients/")
    edwige.follow("Importer des clients (CSV)")
    edwige.page.locator("input[type=file]").set_input_files(str(file))
    edwige.press("Lire le fichier")
    edwige.sees_title("Ce que l’import ferait")
    expect(edwige.page.get_by_text("ce n’est pas une adresse e-mail")).to_be_visible()
    assert not ClientRecord.objects.filter(email="noemie@clients.example").exists()
    edwige.press("Importer cette ligne")
    expect(edwige.page).to_have_title(re.compile("^Erreur"))
    edwige.page.get_by_label(re.compile("Ces personnes sont mes clients")).check()
    edwige.press("Importer cette ligne")
    expect(edwige.page.get_by_text("Clients ajoutés : 1")).to_be_visible()

    edwige.page.locator("#q").fill("no")
    edwige.press("Trouver")
    edwige.follow("Noémie Vasseur")
    edwige.page.get_by_label(re.compile("Ajouter une étiquette")).fill("visio possible")
    edwige.press("Ajouter")
    expect(edwige.page.get_by_role("button", name=re.compile("Visio possible"))).to_be_visible()
    edwige.page.get_by_label(re.compile("Votre message")).fill("Bonjour Noémie, bienvenue.")
    edwige.press("Envoyer")
    expect(edwige.page.get_by_text("Bonjour Noémie, bienvenue.")).to_be_visible()


def test_a_request_goes_from_the_client_to_the_practitioner_and_back(
    open_browser: Callable[..., Page], site: str
) -> None:
    row = ClientRequest.objects.filter(appointment__client__email="client@demo.example").earliest("pk")
    client = Visitor(open_browser(), site)
    client.open(f"/rendez-vous/{row.appointment.reference}/acces/{token(row.appointment)}/")
    client.open(f"/rendez-vous/{row.appointment.reference}/demande/")
    client.press("Envoyer la demande")
    expect(client.page).to_have_title(re.compile("^Erreur"))
    client.page.get_by_label("J’ai une réclamation").check()
    client.page.locator("textarea[name=text]").fill("La salle n’était pas celle annoncée.")
    client.press("Envoyer la demande")
    expect(client.page.get_by_text("Votre demande est envoyée.")).to_be_visible()
    made = ClientRequest.objects.latest("pk")

    edwige = Staff(open_browser(), site)
    edwige.sign_in("practitioner", to=f"/espace-praticien/demandes/{made.reference}/")
    expect(edwige.page.get_by_text("La salle n’était pas celle annoncée.")).to_be_visible()
    edwige.page.locator("textarea[name=text]").fill("Vous avez raison, je vous offre la prochaine.")
    edwige.press("Envoyer la réponse")
    expect(edwige.page.get_by_text("Répondue").first).to_be_visible()

    client.page.reload()
    expect(client.page.get_by_text("Vous avez raison, je vous offre la prochaine.")).to_be_visible()
    client.press("Pas d’accord trouvé : indiquez-moi le médiateur")
    expect(client.page.get_by_role("heading", name="Médiateur de la consommation")).to_be_visible()


def test_what_stands_on_the_pages_is_for_everybody(page: Page, site: str) -> None:
    row = ClientRequest.objects.filter(appointment__client__email="client@demo.example").earliest("pk")
    record = row.appointment.record
    assert record is not None
    enter(page, site, "practitioner")
    office = [
        "clients/", "clients/?q=zz", f"clients/{record.pk}/", f"clients/{record.pk}/modifier/", f"clients/{record.pk}/fusionner/",
        "clients/nouveau/", "clients/importer/", "demandes/", f"demandes/{row.reference}/",
    ]  # fmt: skip
    check_all(page, site, [f"/espace-praticien/{path}" for path in office])
    enter(page, site, "client")
    own = f"/rendez-vous/{row.appointment.reference}"
    check_all(page, site, [f"{own}/demande/", f"{own}/demande/{row.reference}/", f"{own}/messages/"])
