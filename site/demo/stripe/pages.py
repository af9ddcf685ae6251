"""The hosted pages: payment, the bank's confirmation, onboarding. French, without JavaScript.

What is not paid yet is told with the status 402; a wrong number with 422.
"""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from demo.stripe import ledger
from demo.stripe.cards import DEMO_CARDS, UnknownCard, read_number
from demo.stripe.resources import accounts, checkout, invoices, payments, periods
from demo.stripe.resources.charging import Card
from demo.stripe.store import Body, Store

HERE = Path(__file__).parent
SAFE = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
REFUSALS = {
    "insufficient_funds": "Le solde de cette carte ne suffit pas. Rien n’a été débité. Essayez avec une autre carte.",
    "authentication_failed": "Votre banque n’a pas reçu la confirmation. Rien n’a été débité. Recommencez, ou prenez une autre carte.",
    "test_mode_live_card": "Ici, seules les cartes de démonstration sont acceptées. Rien n’a été débité.",
}
REFUSED = "Votre banque a refusé ce paiement. Rien n’a été débité. Essayez avec une autre carte."
LONGEST_EMAIL = 320


def money(cents: int, currency: str = "eur") -> str:
    euros, rest = divmod(abs(cents), 100)
    unit = "€" if currency == "eur" else currency.upper()
    return f"{'−' if cents < 0 else ''}{euros:,}".replace(",", "\u00a0") + f",{rest:02d}\u00a0{unit}"


class Pages:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.templates = Environment(
            loader=FileSystemLoader(HERE / "pages"), autoescape=True, undefined=StrictUndefined
        )
        self.templates.filters["money"] = money
        self.map = Map(
            [
                Rule("/", endpoint=self.home, methods=["GET"]),
                Rule("/favicon.ico", endpoint=lambda request: Response(status=204), methods=["GET"]),
                Rule("/assets/stripe.css", endpoint=self.css, methods=["GET"]),
                Rule("/c/pay/<identifier>", endpoint=self.show_payment, methods=["GET"]),
                Rule("/c/pay/<identifier>", endpoint=self.pay, methods=["POST"]),
                Rule("/c/pay/<identifier>/bank", endpoint=self.show_bank, methods=["GET"]),
                Rule("/c/pay/<identifier>/bank", endpoint=self.answer_bank, methods=["POST"]),
                Rule("/i/<identifier>", endpoint=self.show_invoice, methods=["GET"]),
                Rule("/i/<identifier>", endpoint=self.pay_invoice, methods=["POST"]),
                Rule("/onboarding/<identifier>", endpoint=self.show_onboarding, methods=["GET"]),
                Rule("/onboarding/<identifier>", endpoint=self.answer_onboarding, methods=["POST"]),
            ]
        )

    def respond(self, request: Request) -> Response:
        try:
            endpoint, values = self.map.bind("stripe").match(request.path, request.method)
            with self.store.transaction():
                response: Response = endpoint(request, **values)
        except HTTPException as error:
            title = "Cette page n’existe pas" if error.code == 404 else "Cette demande n’est pas possible"
            response = self._say(title, "Revenez au site et recommencez.", status=error.code or 500)
        for name, value in SAFE.items():
            response.headers.setdefault(name, value)
        return response

    def home(self, request: Request) -> Response:
        return self._page("home.html", ledger=ledger.read(self.store))

    def css(self, request: Request) -> Response:
        return Response((HERE / "assets/stripe.css").read_bytes(), content_type="text/css; charset=utf-8")

    # Payment

    def show_payment(self, request: Request, identifier: str) -> Response:
        session = self._session(identifier)
        return self._closed(session) or self._payment(session or {})

    def pay(self, request: Request, identifier: str) -> Response:
        session = self._session(identifier)
        closed = self._closed(session)
        if closed or session is None:
            return closed or self.show_payment(request, identifier)
        choice, typed = request.form.get("card", ""), request.form.get("number", "")[:40]
        email = request.form.get("email", "")[:LONGEST_EMAIL]
        # A number typed wins over the choice above it: without JavaScript nothing ticks « Autre carte ».
        try:
            card, confirms = read_number(typed if choice == "other" or typed.strip() else choice)
        except UnknownCard as error:
            return self._payment(session, problem=str(error), typed=typed, choice="other", email=email, status=422)
        if confirms:
            lines = checkout.lines_of(self.store, session)
            self.store.save(lines | {"at_bank": {"brand": card.brand, "last4": card.last4, "email": email}})
            return redirect(f"/c/pay/{identifier}/bank", 303)
        return self._attempt(session, card, email, choice)

    def _attempt(self, session: Body, card: Card, email: str, choice: str = "") -> Response:
        intent = payments.pay(self.store, session, card, email=email)
        if intent["status"] == "requires_payment_method":
            return self._payment(
                session, problem=REFUSALS.get(card.decline_code, REFUSED), choice=choice, email=email, status=402
            )
        return redirect(success_url(session), 303)

    def show_bank(self, request: Request, identifier: str) -> Response:
        session = self._session(identifier)
        closed = self._closed(session)
        if closed or session is None:
            return closed or self.show_payment(request, identifier)
        at_bank = checkout.lines_of(self.store, session).get("at_bank")
        if not at_bank:
            return redirect(f"/c/pay/{identifier}", 303)
        return self._page("bank.html", session=session, merchant=self._merchant(session), last4=at_bank["last4"])

    def answer_bank(self, request: Request, identifier: str) -> Response:
        session = self._session(identifier)
        closed = self._closed(session)
        if closed or session is None:
            return closed or self.show_payment(request, identifier)
        lines = checkout.lines_of(self.store, session)
        at_bank = lines.pop("at_bank", None)
        if not at_bank:
            return redirect(f"/c/pay/{identifier}", 303)
        self.store.save(lines)
        given = request.form.get("answer") == "confirm"
        card = Card(at_bank["brand"], at_bank["last4"], "" if given else "authentication_failed")
        return self._attempt(session, card, at_bank["email"])

    def _session(self, identifier: str) -> Body | None:
        session = self.store.get(identifier, kind=checkout.KIND)
        return checkout.expire_if_due(self.store, session) if session else None

    def _closed(self, session: Body | None) -> Response | None:
        """What is said of a session that can no longer be paid."""
        if session is None:
            return self._say(
                "Ce paiement n’existe pas",
                "Le lien est incomplet ou trop ancien. Revenez au site et recommencez.",
                status=404,
            )
        if session["status"] == "complete":
            return self._say("Ce paiement est déjà fait", "Rien de plus ne sera débité.", link=success_url(session))
        if session["status"] == "expired":
            words = "Rien n’a été débité. Revenez au site pour choisir de nouveau."
            return self._say("Ce paiement a expiré", words, link=session["cancel_url"], status=410)
        return None

    def _payment(
        self, session: Body, *, problem: str = "", typed: str = "", choice: str = "", email: str = "", status: int = 200
    ) -> Response:
        return self._page(
            "checkout.html",
            status=status,
            session=session,
            merchant=self._merchant(session),
            lines=checkout.lines_of(self.store, session)["lines"],
            period=period(checkout.lines_of(self.store, session)["recurring"]),
            manual=checkout.lines_of(self.store, session)["intent"].get("capture_method") == "manual",
            cards=DEMO_CARDS,
            problem=problem,
            wrong_number=status == 422,
            typed=typed,
            choice=choice or DEMO_CARDS[0].number,
            email=session["customer_email"] or email,
        )

    def _merchant(self, session: Body) -> str:
        owner = self.store.owner(session["id"])
        if not owner:
            return "la plateforme"
        account = self.store.get(owner) or {}
        return account.get("display_name") or "Compte de démonstration"

    # An invoice of a subscription

    def show_invoice(self, request: Request, identifier: str) -> Response:
        return self._invoice(self.store.get(identifier, kind=invoices.KIND))

    def pay_invoice(self, request: Request, identifier: str) -> Response:
        """The bank's confirmation is taken as given here."""
        invoice = self.store.get(identifier, kind=invoices.KIND)
        if invoice is None or invoice["status"] != "open":
            return self._invoice(invoice)
        typed = request.form.get("number", "")[:40]
        try:
            card, _ = read_number(typed if typed.strip() else request.form.get("card", ""))
        except UnknownCard as error:
            return self._invoice(invoice, problem=str(error), typed=typed, status=422)
        if not periods.pay_invoice(self.store, invoice, card):
            return self._invoice(invoice, problem=REFUSALS.get(card.decline_code, REFUSED), status=402)
        return redirect(f"/i/{identifier}", 303)

    def _invoice(self, invoice: Body | None, *, problem: str = "", typed: str = "", status: int = 200) -> Response:
        if invoice is None:
            return self._say("Cette facture n’existe pas", "Le lien est incomplet.", status=404)
        if invoice["status"] == "paid":
            return self._say("Cette facture est payée", "Rien de plus ne sera débité. Vous pouvez fermer cette page.")
        if invoice["status"] != "open":
            return self._say("Cette facture n’est plus à payer", "Rien ne sera débité.", status=410)
        return self._page(
            "invoice.html", status=status, invoice=invoice, cards=DEMO_CARDS, problem=problem, typed=typed
        )

    # Onboarding

    def show_onboarding(self, request: Request, identifier: str) -> Response:
        link = self.store.get(identifier, kind="account_link")
        if link is None:
            return self._say("Ce lien n’existe pas", "Revenez au site et recommencez.", status=404)
        if not accounts.link_is_open(link, self.store.now()):
            return redirect(link["details"]["refresh_url"], 303)
        account = accounts.found(self.store, link["account"])
        return self._page("onboarding.html", name=account["display_name"] or account["contact_email"] or account["id"])

    def answer_onboarding(self, request: Request, identifier: str) -> Response:
        """Both answers lead back to the site: coming back proves nothing."""
        link = self.store.get(identifier, kind="account_link")
        if link is None or not accounts.link_is_open(link, self.store.now()):
            return self.show_onboarding(request, identifier)
        self.store.save(link | {"used": True})
        if request.form.get("answer") == "finish":
            accounts.set_status(self.store, link["account"], "active")
        return redirect(link["details"].get("return_url") or link["details"]["refresh_url"], 303)

    def _say(self, title: str, words: str, *, link: str | None = None, status: int = 200) -> Response:
        return self._page("message.html", status=status, title=title, words=words, link=link)

    def _page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        return Response(
            self.templates.get_template(template).render(**values), status, content_type="text/html; charset=utf-8"
        )


def period(recurring: Body | None) -> str:
    """How often a subscription is paid, in words; empty for a payment."""
    if recurring is None:
        return ""
    one = {"day": "jour", "week": "semaine", "month": "mois", "year": "an"}[recurring["interval"]]
    count = recurring.get("interval_count", 1)
    return f"par {one}" if count == 1 else f"tous les {count} {one if one == 'mois' else one + 's'}"


def success_url(session: Body) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
