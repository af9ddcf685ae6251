"""From a search that finds nobody to the mail that says somebody came, and out in one press; on a phone."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from places.models import Commune
from practitioners.models import Practitioner
from search.actions import announcements, entries, landings
from search.models import AlertConsent, SearchAlert
from tests.journeys.mailbox import mail_to
from tests.journeys.visitor import Visitor

EMAIL = "claire.fontanel@exemple.fr"


def path_in(text: str, site: str, *, ending: str = "") -> str:
    found = re.search(rf"{re.escape(site)}(/recherche/alertes/[\w-]+/{ending})\s", text)
    assert found, text
    return found[1]


def moves_to_gueret() -> Practitioner:
    """Somebody who is listed elsewhere opens a practice in Guéret: the search finds them from now on."""
    one = Practitioner.objects.filter(search_entry__terms__contains=["p:sophrologie"], places__isnull=False).first()
    assert one
    town = Commune.objects.get(insee="23096")
    one.places.update(commune=town, latitude=town.latitude, longitude=town.longitude)
    entries.refresh(one.pk)
    return one


def test_from_an_empty_search_to_the_mail_and_out(
    phone: Page, visitor: Callable[[Page], Visitor], assert_accessible: Callable[[Page], None]
) -> None:
    claire = visitor(phone)
    claire.open("/recherche/?pratique=sophrologie&lieu=commune:23096")
    expect(phone.get_by_role("heading", name="M’avertir quand un praticien arrive")).to_be_visible()

    # What is missing is said, and what was typed stays.
    claire.field("Votre adresse e-mail").fill("claire.fontanel@")
    claire.press("Créer l’alerte")
    expect(phone).to_have_title(re.compile("^Erreur"))
    expect(phone.get_by_role("heading", name="Il y a 2 erreurs")).to_be_visible()
    expect(claire.field("Votre adresse e-mail")).to_have_value("claire.fontanel@")
    assert_accessible(phone)
    claire.field("Votre adresse e-mail").fill(EMAIL)
    phone.get_by_label(re.compile("^J’accepte de recevoir")).check()
    phone.get_by_label(re.compile("Pendant combien de temps")).select_option("3")
    claire.press("Créer l’alerte")
    claire.sees_title("Confirmez depuis votre messagerie")
    assert_accessible(phone)

    # Only the press of the button confirms.
    claire.open(path_in(mail_to(EMAIL, "À confirmer").body, claire.site))
    assert not SearchAlert.objects.get().confirmed_at
    assert_accessible(phone)
    claire.press("Confirmer l’alerte")
    expect(phone.get_by_text("L’alerte est active.")).to_be_visible()
    assert_accessible(phone)

    # Somebody comes: told once, with a link to the page and one to stop.
    assert announcements.run() == 0
    someone = moves_to_gueret()
    SearchAlert.objects.update(last_run_at=None)
    assert announcements.run() == 1
    message = mail_to(EMAIL, "1 nouveau praticien")
    assert f"{claire.site}/praticiens/{someone.slug}/" in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    claire.open(path_in(message.body, claire.site, ending="arreter/"))
    assert_accessible(phone)
    claire.press("Arrêter cette alerte")
    claire.sees_title("L’alerte est arrêtée")
    assert_accessible(phone)
    assert not SearchAlert.objects.exists()
    assert list(AlertConsent.objects.values_list("event", flat=True)) == ["given", "confirmed", "withdrawn"]


def test_a_landing_page_that_emptied_offers_what_is_near_and_the_alert(
    phone: Page, visitor: Callable[[Page], Visitor], assert_accessible: Callable[[Page], None]
) -> None:
    claire = visitor(phone)
    someone = moves_to_gueret()
    landings.refresh()
    claire.open("/pratiques/sophrologie/gueret/")
    claire.sees_title("Sophrologie à Guéret")
    assert_accessible(phone)
    entries.remove(someone.pk)
    claire.open("/pratiques/sophrologie/gueret/")
    claire.sees_title("Sophrologie à Guéret\u00a0: personne pour le moment")
    assert_accessible(phone)
    expect(phone.get_by_role("heading", name="M’avertir quand un praticien arrive")).to_be_visible()
    claire.follow(re.compile(r"^(Lyon|Paris)"))
    claire.sees_title(re.compile("^Sophrologie à (Lyon|Paris)"))
    # A filter leaves the landing page for the search, with the same question.
    phone.goto(phone.url + "?mode=visio")
    expect(phone).to_have_url(re.compile(r"/recherche/\?lieu=commune:\d+&pratique=sophrologie&mode=visio$"))
