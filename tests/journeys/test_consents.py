"""A visitor answers about cookies by keyboard, finds a video that waits, asks for the letter, confirms it, stops it; and writes to the site."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from editorial.models import ArticlePage
from legal.models import ConsentProof, Exchange, Subscription
from tests.journeys.mailbox import mail_to
from tests.journeys.visitor import Visitor

EMAIL = "ines.quesnel@exemple.fr"
FOREIGN = re.compile(r"^https://")


def article_with_a_video() -> str:
    found = [one.url for one in ArticlePage.objects.live() if any(block.block_type == "video" for block in one.body)]
    assert found[0]
    return str(found[0])


def link_in(text: str, ending: str = "") -> str:
    found = re.search(rf"(/lettre/[\w-]{{20,}}/{ending})\s", text)
    assert found, text
    return found[1]


def test_a_refusal_is_one_press_and_a_video_waits_for_its_own(
    phone: Page, visitor: Callable[[Page], Visitor], assert_accessible: Callable[[Page], None]
) -> None:
    ines = visitor(phone)
    asked: list[str] = []
    phone.route(FOREIGN, lambda route: (asked.append(route.request.url), route.abort()))
    article = article_with_a_video()
    ines.open(article)
    question = phone.get_by_role("region", name="Cookies facultatifs")
    expect(question).to_be_visible()
    assert_accessible(phone)
    assert not [cookie for cookie in phone.context.cookies() if cookie["name"] != "csrftoken"]
    refuse = question.get_by_role("button", name="Tout refuser")
    accept = question.get_by_role("button", name="Tout accepter")
    boxes = [refuse.bounding_box(), accept.bounding_box()]
    assert boxes[0]
    assert boxes[1]
    assert (boxes[0]["width"], boxes[0]["height"]) == (boxes[1]["width"], boxes[1]["height"])
    refuse.focus()
    phone.keyboard.press("Enter")
    expect(question).to_have_count(0)
    assert not ConsentProof.objects.exists() or not ConsentProof.objects.filter(topic="videos").exists()

    expect(phone.locator("iframe")).to_have_count(0)
    assert asked == []
    # Pressed, it would ask YouTube, which no browser of the tests may: tests/editorial/test_videos.py plays it.
    expect(phone.get_by_role("button", name=re.compile("^Afficher la vidéo"))).to_be_visible()

    phone.get_by_role("contentinfo").get_by_role("link", name="Mon choix sur les cookies").click()
    ines.sees_title("Mon choix sur les cookies")
    expect(phone.get_by_role("radio", name="Non")).to_be_checked()
    assert_accessible(phone)


def test_the_letter_from_the_form_to_the_last_press(
    page: Page, visitor: Callable[[Page], Visitor], assert_accessible: Callable[[Page], None]
) -> None:
    ines = visitor(page)
    ines.open("/lettre/")
    assert_accessible(page)
    page.get_by_label(re.compile("^Adresse e-mail")).fill(EMAIL)
    page.get_by_label(re.compile("^Je souhaite recevoir")).check()
    ines.press("S’abonner")
    ines.sees_title("Confirmez depuis votre messagerie")
    mail = mail_to(EMAIL, "À confirmer")
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    ines.open(link_in(mail.body))
    assert_accessible(page)
    ines.press("Confirmer")
    ines.sees_title("Ce que nous vous écrivons")
    assert Subscription.objects.get(email=EMAIL).confirmed_at
    page.get_by_label(re.compile("^Enquêtes")).check()
    ines.press("Enregistrer")
    assert Subscription.objects.filter(email=EMAIL).count() == 2
    assert_accessible(page)
    page.get_by_role("link", name="Me désinscrire").click()
    ines.press("Me désinscrire")
    ines.sees_title("C’est arrêté")
    assert Subscription.objects.get(email=EMAIL).topic == "surveys"


def test_writing_to_the_site(
    phone: Page, visitor: Callable[[Page], Visitor], assert_accessible: Callable[[Page], None]
) -> None:
    ines = visitor(phone)
    ines.open("/contact/")
    expect(phone.get_by_text("Pas de démarchage téléphonique")).to_be_visible()
    assert_accessible(phone)
    ines.press("Envoyer")
    expect(phone).to_have_title(re.compile("^Erreur"))
    phone.get_by_label(re.compile("^Votre adresse e-mail")).fill(EMAIL)
    phone.get_by_label(re.compile("^De quoi s’agit-il")).select_option("listing")
    phone.get_by_label(re.compile("^Objet")).fill("Devenir praticienne")
    phone.get_by_label(re.compile("^Votre message")).fill("Quels documents faut-il fournir ?")
    phone.wait_for_timeout(3500)  # as long as anybody needs to write it
    ines.press("Envoyer")
    ines.sees_title("Votre message est envoyé")
    exchange = Exchange.objects.get(email=EMAIL)
    assert exchange.policy is not None
    assert exchange.reference in mail_to(EMAIL, "Nous avons reçu votre message").body
