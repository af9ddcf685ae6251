"""A visitor asks for a copy of their data without an account; the team doubts, sees the identity and answers with a file; the practitioner
answers what is theirs. The copy of the identity is gone."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from legal.models import IdentityProof, RightsEvent, RightsRequest
from tests.journeys.mailbox import mail_to
from tests.journeys.staff import Staff
from tests.journeys.visitor import Visitor
from tests.practitioners import papers

ADDRESS = "nora.benali@exemple.fr"
PRACTITIONER = "practitioner@demo.example"


def link_in(subject: str, site: str) -> str:
    body = str(mail_to(ADDRESS, subject).body)
    assert "https://www.cnil.fr" in body
    found = re.search(r"/vos-droits/demande/\S+/", body)
    assert found, body
    return site + found[0]


def test_from_the_form_to_the_answer(open_browser: Callable[..., Page], site: str, tmp_path: Path) -> None:
    nora, helene = Visitor(open_browser(), site), Staff(open_browser(), site)
    request = asked_by(nora, "Savoir quelles données", "Une copie de tout ce que vous avez sur moi.")
    follow = link_in(request.reference, site)
    desk = f"/cms/demandes-de-droits/{request.reference}/"

    # A doubt is said; the clock stands still.
    helene.sign_in("legal", to=desk)
    open_act(helene, "Demander un justificatif d’identité").locator("textarea").fill("Deux comptes ont ce nom.")
    helene.press(re.compile("^Demander$"))
    expect(helene.page.get_by_text("délai suspendu")).to_be_visible()

    # The copy is given on the page of the request, seen once, and gone.
    nora.page.goto(link_in("justificatif", site))
    assert nora.page.url == follow
    nora.page.get_by_label("Passeport").check()
    copy = tmp_path / "passeport.pdf"
    copy.write_bytes(papers.pdf())
    nora.page.locator("input[type=file]").set_input_files(copy)
    nora.press("Envoyer la copie")
    expect(nora.page.get_by_text("Bien reçu")).to_be_visible()
    helene.open(desk)
    helene.press("Elle prouve l’identité")
    expect(helene.page.get_by_text("Justificatif d’identité vu, puis effacé")).to_be_visible()
    assert not IdentityProof.objects.exists()

    # The answer leaves with its file, from the template of the right.
    answer = helene.page.locator("textarea[name=text]")
    expect(answer).to_have_value(re.compile("Les données que nous détenons sur vous sont jointes"))
    joined = tmp_path / "donnees.pdf"
    joined.write_bytes(copy.read_bytes())
    open_act(helene, "Joindre un fichier").locator("input[type=file]").set_input_files(joined)
    helene.press(re.compile("^Joindre$"))
    helene.press("Envoyer la réponse")
    expect(helene.page.get_by_text("La réponse est envoyée.")).to_be_visible()
    nora.page.goto(link_in("La réponse à votre demande", site))
    with nora.page.expect_download() as found:
        nora.follow("donnees.pdf")
    assert Path(found.value.path()).read_bytes() == joined.read_bytes()
    assert RightsEvent.objects.filter(request=request, what="answered").count() == 1


def test_what_a_practitioner_keeps_is_answered_by_the_practitioner(
    open_browser: Callable[..., Page], site: str
) -> None:
    nora, helene, praticienne = Visitor(open_browser(), site), Staff(open_browser(), site), Staff(open_browser(), site)
    request = asked_by(nora, "Corriger ou compléter", "Mon adresse a changé sur ma fiche.")
    helene.sign_in("legal", to=f"/cms/demandes-de-droits/{request.reference}/")
    open_act(helene, "La transmettre à un praticien").locator("input[name=email]").fill(PRACTITIONER)
    helene.press(re.compile("^Transmettre$"))
    expect(helene.page.get_by_role("heading", name="Chez le praticien", level=2)).to_be_visible()
    mail_to(PRACTITIONER, request.reference)

    praticienne.sign_in("practitioner", to="/espace-praticien/demandes-de-droits/")
    praticienne.follow(re.compile("Nora Benali"))
    expect(praticienne.page.get_by_text(re.compile(r"Il reste \d+ jours"))).to_be_visible()
    praticienne.page.get_by_label("J’ai fait ce qui est demandé").check()
    praticienne.page.locator("textarea[name=text]").first.fill("Votre adresse est corrigée sur votre fiche.")
    praticienne.press("Envoyer ma réponse")
    expect(praticienne.page.get_by_text("Votre réponse est envoyée.")).to_be_visible()
    assert "Votre adresse est corrigée" in str(mail_to(ADDRESS, "La réponse à votre demande").body)


def asked_by(nora: Visitor, right: str, words: str) -> RightsRequest:
    nora.open("/")
    nora.page.get_by_role("contentinfo").get_by_role("link", name="Vos droits sur vos données").click()
    nora.page.get_by_label(re.compile(right)).check()
    nora.page.locator("textarea[name=text]").fill(words)
    nora.field("Prénom et nom").fill("Nora Benali")
    nora.page.locator("input[name=email]").fill(ADDRESS)
    nora.press("Envoyer la demande")
    nora.sees_title("Votre demande est reçue")
    return RightsRequest.objects.get(person__email=ADDRESS, person__text=words)


def open_act(helene: Staff, name: str) -> Locator:
    """One of the folded acts of the desk, opened."""
    act = helene.page.locator("details").filter(has=helene.page.locator("summary", has_text=re.compile(f"^{name}$")))
    act.locator("summary").click()
    return act
