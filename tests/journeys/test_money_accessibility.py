"""The pages of money, each role's: axe finds nothing in light and in dark, nothing sticks out of a screen of 320 px."""

from playwright.sync_api import Page

from booking.actions import payment_links
from booking.models import Dispute, Invoice, Payment, Payout
from common import clock
from demo.stripe.server import StandIn
from tests.journeys.money import own, paid_by, settled
from tests.journeys.test_accessibility import check_all, enter, problems_of
from tests.journeys.visitor import Visitor

CLIENT = "client@demo.example"


def test_the_office(page: Page, site: str, stripe_standin: StandIn) -> None:
    payment = paid_by(CLIENT)
    sent = stripe_standin.control.make_payout(payment.account.account_id)
    stripe_standin.control.open_dispute(payment.payment_intent, reason="product_not_received")
    payout = settled(lambda: Payout.objects.get(account=payment.account, payout_id=sent["id"]))
    dispute = settled(lambda: Dispute.objects.get(payment=payment))
    invoice = Invoice.objects.filter(issuer=own(), credit_of=None).latest("pk")
    other = Payment.objects.filter(account=payment.account, status="paid", disputes=None, refunds=None).latest("pk")
    reference = other.appointment.reference
    enter(page, site, "practitioner")
    money = [
        "", "virements/", f"virements/{payout.pk}/", "litiges/", f"litiges/{dispute.pk}/",
        "factures/", f"factures/{invoice.pk}/", "factures/reglages/", "declaration/", "impayes/",
    ]  # fmt: skip
    session = ["", "rembourser/?montant=9,00", "demander-paiement/"]
    check_all(
        page,
        site,
        [
            *(f"/espace-praticien/paiements/{path}" for path in money),
            *(f"/espace-praticien/rendez-vous/{reference}/{path}" for path in session),
        ],
    )


def test_the_client(page: Page, site: str) -> None:
    payment = paid_by(CLIENT)
    link = payment_links.create(
        appointment_id=payment.appointment_id, amount_cents=1000, message="Le solde.", actor=own().user, now=clock.now()
    )
    enter(page, site, "client")
    reference = payment.appointment.reference
    paths = ["/compte/paiements/", "/compte/factures/", "/compte/factures/destinataire/"]
    check_all(
        page,
        site,
        [
            *paths,
            f"/rendez-vous/payer/{link.token}/",
            "/rendez-vous/payer/personne/",
            f"/retractation/?contrat={reference}",
        ],
    )
    client, found = Visitor(page, site), []
    client.press("Continuer")
    found += problems_of(page)
    client.press("Confirmer la rétractation")
    found += problems_of(page)
    assert not found, "\n".join(found)


def test_the_operators_desks(page: Page, site: str) -> None:
    enter(page, site, "operator")
    reference = paid_by(CLIENT).appointment.reference
    desk = [
        f"grand-livre/?reference={reference}", "grand-livre/controle/", "factures/", "chiffres/", "declaration-plateformes/",
        "impayes/", "retractations/",
    ]  # fmt: skip
    check_all(page, site, [f"/cms/{path}" for path in desk], inside=".nice-padding")
