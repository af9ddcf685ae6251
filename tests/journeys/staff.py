"""People who sign in with a password and an authenticator, then work in the CMS or in their office."""

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import expect

from demo.seed.accounts import PASSWORD, TOTP_SECRET, address
from tests.journeys.visitor import Visitor


def code_now() -> str:
    return format_hotp_value(hotp_value(TOTP_SECRET, next(yield_hotp_counters_from_time())))


class Staff(Visitor):
    """Signs in as the demo's person of a role."""

    def sign_in(self, role: str, *, to: str = "/cms/") -> None:
        self.open(to)
        self.field("E-mail").fill(address(role))
        self.field("Mot de passe").fill(PASSWORD)
        self.page.locator("main form button:not([form])").first.click()
        expect(self.page).to_have_url(re.compile("/compte/securite/code/"))
        if not self._code_taken():
            # Its half minute ended on the way, or it has served already: the next one is waited for, as people do.
            time.sleep(31 - time.time() % 30)
            self._code_taken()
        expect(self.page).to_have_url(re.compile(re.escape(to)))

    def _code_taken(self) -> bool:
        self.page.locator("input[name=code]").fill(code_now())
        with self.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
            self.page.locator("main form button:not([form])").first.click()
        return answer.value.status != 422

    def say_why(self, words: str = "Contrôle du dossier") -> None:
        """A person's file asks for a reason before it opens."""
        self.page.locator("[name=acces_motif]").fill(words)
        self.press("Enregistrer et ouvrir")
        expect(self.page.locator("[name=acces_motif]")).to_have_count(0)
