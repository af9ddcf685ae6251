"""What a visitor does on the site, in the words of the pages."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.journeys.mailbox import code_in, mail_to

CARD = "4242 4242 4242 4242"
REFUSED_CARD = "4000 0000 0000 0002"


@dataclass
class Visitor:
    page: Page
    site: str
    first_name: str = "Claire"
    last_name: str = "Fontanel"
    email: str = "claire.fontanel@exemple.fr"

    def open(self, path: str) -> None:
        self.page.goto(self.site + path)

    def sees_title(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name).click()

    def follow(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def field(self, label: str) -> Locator:
        """By its whole label, with or without the star of what is mandatory."""
        return self.page.locator("input").and_(self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$")))

    # Searching

    def suggested(self, label: str, typed: str) -> Locator:
        """Type into a field with suggestions; the options offered."""
        self.field(label).press_sequentially(typed)
        options = self.page.get_by_role("option")
        expect(options.first).to_be_visible()
        return options

    def search(self, what: str, where: str) -> None:
        self.field("Pratique ou nom").fill(what)
        self.field("Ville ou code postal").fill(where)
        self.press("Voir les horaires")

    @property
    def results(self) -> Locator:
        return self.page.locator("article.result")

    # Booking

    def take_first_time(self) -> str:
        """Press the first free time of the page; its hour."""
        return self._take(self.page.locator("button.slot:visible").first)

    def take_last_time(self) -> str:
        """The last one: days ahead, whatever today is, so that cancelling still gives something back."""
        return self._take(self.page.locator("button.slot:visible").last)

    def _take(self, button: Locator) -> str:
        hour = re.match(r"\d\d:\d\d", button.inner_text())
        button.click()
        expect(self.page).to_have_url(re.compile(r"/coordonnees/$"))
        return hour.group() if hour else ""

    def fill_in_details(self, **changed: str) -> None:
        values = {"Prénom": self.first_name, "Nom": self.last_name, "E-mail": self.email} | changed
        for label, value in values.items():
            self.field(label).fill(value)

    def says_to_be_adult(self) -> None:
        self.page.get_by_label(re.compile("au moins 18 ans")).check()

    def give_details(self) -> None:
        self.fill_in_details()
        self.says_to_be_adult()
        self.press("Continuer")
        expect(self.page).to_have_url(re.compile(r"/verifier/$"))

    def accept_everything(self) -> None:
        # `all()` does not wait: of a page that is still arriving it would be a part.
        self.page.wait_for_load_state()
        for box in self.page.locator(".consents").get_by_role("checkbox").all():
            box.check()

    def go_to_payment(self) -> None:
        self.accept_everything()
        self.press(re.compile("^Réserver et payer"))
        expect(self.page).to_have_url(re.compile(r"/c/pay/"))

    def pay(self, card: str = CARD) -> None:
        self.page.get_by_label("Autre carte").check()
        self.page.get_by_label("Numéro de carte").fill(card)
        self.press(re.compile("^Payer"))

    def sees_booked(self) -> str:
        """The appointment is booked; its reference."""
        expect(self.page).to_have_url(re.compile(r"/rendez-vous/[\w-]+/\?merci=1$"), timeout=15_000)
        self.sees_title("C’est réservé")
        return self.page.url.split("/rendez-vous/")[1].split("/")[0]

    # Afterwards

    def sign_in_by_code(self) -> None:
        """From the sign-in page, with the code that arrives by mail."""
        self.follow(re.compile(r"\bcode\b"))
        self.field("E-mail").fill(self.email)
        self.press("Demander un code")
        self.field("Code").fill(code_in(mail_to(self.email, "code")))
        self.press("Confirmer")
