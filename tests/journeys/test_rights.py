"""A person looks at what is held, takes the copy away and reads it, objects, asks for the account to be closed, keeps it, and closes it."""

import datetime as dt
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from demo.seed.accounts import PASSWORD
from legal.models import AccountClosing, RightsChoice
from legal.rights.actions import closings
from legal.rights.check import check
from tests.journeys.mailbox import mail_to
from tests.journeys.staff import Staff

ADDRESS = "client@demo.example"


def test_from_what_is_held_to_the_account_that_closes(
    open_browser: Callable[..., Page], site: str, tmp_path: Path
) -> None:
    camille = Staff(open_browser(), site)
    camille.open("/compte/donnees/")
    camille.field("E-mail").fill(ADDRESS)
    camille.field("Mot de passe").fill(PASSWORD)
    camille.page.locator("main form button:not([form])").first.click()
    camille.sees_title("Mes données")
    expect(camille.page.get_by_role("link", name=re.compile("CNIL")).first).to_be_visible()

    camille.follow("Télécharger une copie")
    camille.press("Préparer une copie")
    assert "cnil.fr" in str(mail_to(ADDRESS, "La copie de vos données est prête").body)
    camille.open("/compte/donnees/copie/")
    with camille.page.expect_download() as found:
        camille.follow(re.compile("^Télécharger \\("))
    copy = Path(found.value.path())
    assert check(copy) == []
    with zipfile.ZipFile(copy) as archive:
        archive.extractall(tmp_path)
    reader = open_browser()
    reader.goto((tmp_path / "index.html").as_uri())
    expect(reader.get_by_role("heading", name="Une copie de mes données")).to_be_visible()
    expect(reader.get_by_text(ADDRESS).first).to_be_visible()

    camille.open("/compte/donnees/opposition/")
    camille.page.locator("button[name=object][value=notification-choices]").click()
    expect(camille.page.get_by_text("C’est fait")).to_be_visible()
    choice = RightsChoice.objects.get(activity="notification-choices")
    camille.press("Lever mon opposition")
    expect(camille.page.get_by_text("tout reprend comme avant")).to_be_visible()
    choice.refresh_from_db()
    assert choice.lifted_at

    camille.open("/compte/donnees/fermer/")
    camille.page.get_by_label(re.compile("J’ai lu ce qu’entraîne")).check()
    camille.press("Demander la fermeture de mon compte")
    expect(camille.page.get_by_role("button", name="Garder mon compte")).to_be_visible()
    assert "cnil.fr" in str(mail_to(ADDRESS, "Votre compte va être fermé").body)
    camille.press("Garder mon compte")
    expect(camille.page.get_by_role("button", name="Demander la fermeture de mon compte")).to_be_visible()
    assert not AccountClosing.objects.standing().exists()

    camille.page.get_by_label(re.compile("J’ai lu ce qu’entraîne")).check()
    camille.press("Demander la fermeture de mon compte")
    expect(camille.page.get_by_role("button", name="Garder mon compte")).to_be_visible()
    assert closings.close_due(now=AccountClosing.objects.standing().get().closes_at + dt.timedelta(minutes=1)) == 1
    assert mail_to(ADDRESS, "Votre compte est fermé")
    camille.open("/compte/donnees/")
    camille.field("E-mail").fill(ADDRESS)
    camille.field("Mot de passe").fill(PASSWORD)
    camille.page.locator("main form button:not([form])").first.click()
    expect(camille.page.get_by_role("alert").first).to_be_visible()
    expect(camille.field("E-mail")).to_have_value(ADDRESS)
