"""An editor writes from blocks, previews, submits; another one publishes; a reader finds it at once."""

import re
import time
from collections.abc import Callable
from urllib.parse import quote_plus

import pytest
import time_machine
from playwright.sync_api import Page, expect

from editorial.models import ArticleIndexPage, ArticlePage
from editorial.tasks import publish_scheduled
from tests.journeys.staff import Staff

TITLE = "Respirer avant un entretien"
ANSWER = "Trois minutes de souffle lent, assis, les pieds au sol, avant d’entrer."


def add_block(page: Page, name: str) -> None:
    page.get_by_role("button", name="Insérer un bloc").last.click()
    page.get_by_role("option", name=name, exact=True).click()


@pytest.mark.alone
def test_from_the_first_block_to_the_search(open_browser: Callable[..., Page], site: str) -> None:
    ines, bastien, reader = (Staff(open_browser(), site) for _ in range(3))
    ines.sign_in("editor")
    ines.open(f"/cms/pages/add/editorial/articlepage/{ArticleIndexPage.objects.get().pk}/")
    ines.page.get_by_role("textbox", name="Titre*").fill(TITLE)
    ines.page.get_by_role("textbox", name="Introduction").fill("Un exercice simple à faire dans le couloir.")
    add_block(ines.page, "Citation")
    ines.page.locator("textarea[name='body-0-value-text']").fill(ANSWER)
    ines.page.locator("input[name='body-0-value-author']").fill("Inès Carpentier")
    add_block(ines.page, "Praticiens d’un thème")
    ines.page.locator("select[name='body-1-value-theme']").select_option("stress")
    ines.press("Enregistrer le brouillon")
    expect(ines.page).to_have_url(re.compile(r"/cms/pages/\d+/edit/"))
    article = ArticlePage.objects.get(title=TITLE)

    # The preview shows the words and real practitioners; the public address shows nothing yet.
    ines.open(f"/cms/pages/{article.pk}/view_draft/")
    expect(ines.page.get_by_text(ANSWER)).to_be_visible()
    expect(ines.page.locator("article.result").first).to_be_visible()
    reader.open(article.get_url())
    expect(reader.page).to_have_title(re.compile("introuvable|trouve", re.IGNORECASE))

    ines.open(f"/cms/pages/{article.pk}/edit/")
    ines.press("Plus d'actions")
    ines.press(re.compile("^Soumettre"))
    expect(ines.page.get_by_text(re.compile("soumise pour modération|submitted", re.IGNORECASE)).first).to_be_visible()
    article.refresh_from_db()
    assert not article.live

    # Another editor reads it again and publishes it: searchable within a second.
    bastien.sign_in("editor2")
    expect(bastien.page.get_by_text(TITLE).first).to_be_visible()
    bastien.open(f"/cms/pages/{article.pk}/edit/")
    bastien.press("Plus d'actions")
    bastien.press(re.compile("^Approuver(?! avec)|^Approve and"))
    until = time.monotonic() + 10
    while not ArticlePage.objects.get(pk=article.pk).live:
        assert time.monotonic() < until, "never published"
        time.sleep(0.05)
    published = time.monotonic()
    while True:
        reader.open("/recherche/?q=respirer+avant+un+entretien")
        # The very title: the search also offers to look for exactly these words.
        if reader.page.get_by_role("link", name=TITLE, exact=True).count():
            break
        assert time.monotonic() - published < 3, "published, but the search does not find it"
    reader.follow(re.compile(f"^{TITLE}$"))
    reader.sees_title(TITLE)
    expect(reader.page.locator("article.result").first.locator("button.slot").first).to_be_visible()


def test_an_article_is_scheduled(page: Page, site: str) -> None:
    ines = Staff(page, site)
    ines.sign_in("editor")
    article = ArticlePage.objects.live().earliest("pk")
    article.unpublish()
    ines.open(f"/cms/pages/{article.pk}/edit/")
    ines.press("Afficher/masquer le statut")
    ines.press("Programmer")
    page.get_by_role("dialog").locator("[name=go_live_at]").fill("2099-01-15 09:00")
    # By the keyboard: the calendar that opens under the field covers the button.
    page.get_by_role("button", name="Enregistrer la programmation").press("Enter")
    # Saving the schedule saves the draft: the page comes back with it, and publishing then waits for the day.
    expect(page.get_by_text("2099").first).to_be_attached()
    # Opened anew: what the editor saved by itself while the date was typed may come after, and would ask which one is meant.
    page.wait_for_load_state("networkidle")
    ines.open(f"/cms/pages/{article.pk}/edit/")
    ines.press("Plus d'actions")
    ines.press(re.compile("^(Publier|Programmer pour publication)"))
    expect(page).to_have_url(re.compile(r"/cms/pages/\d+/$"))
    article.refresh_from_db()
    assert not article.live
    with time_machine.travel("2099-01-15T09:00:30+01:00"):
        publish_scheduled.delay()
    ines.open("/recherche/?q=" + quote_plus(article.title))
    expect(page.get_by_role("link", name=article.title).first).to_be_visible()
