"""Objections to what stands below the apps: the words of messages that were sent; and the interests that prevail."""

import datetime as dt
from typing import Any

from common.models import OutboxMessage, addressed_to
from common.personal_rows import Person
from legal.retention.foundation import SAID, STAYING
from legal.rights import effects
from legal.rights.effects import Effect

PROOF = "Il s’agit de constater, d’exercer ou de défendre des droits en justice (article 21 du RGPD) : une preuve que chacun pourrait retirer n’en serait pas une."
SAFETY = "Sans elle, votre compte et ceux des autres seraient exposés : la sécurité est un motif impérieux."
TEAM = "Cette activité ne concerne que le travail des équipes."


def register() -> None:
    effects.stops(
        Effect(
            "message-words",
            "Le texte des messages qui vous ont été envoyés est vidé, puis celui des suivants chaque nuit ; la preuve de leur envoi reste.",
            _forget_words,
        )
    )
    effects.goes_on(
        PROOF,
        "acceptances",
        "reports",
        "notifications",
        "consent-proofs",
        "proof-files",
        "search-alert-consents",
        "letters",
    )
    effects.goes_on(SAFETY, "sessions", "staff-audit")
    effects.goes_on(TEAM, "legal-drafting")
    effects.goes_on(
        "Savoir qu’une adresse ne reçoit pas évite d’écrire en vain ; l’indication disparaît dès qu’un message passe.",
        "bad-addresses",
    )
    effects.goes_on(
        "Ces pages sont publiées avec l’accord de qui les signe ou témoigne : cet accord se retire en écrivant à la rédaction.",
        "editorial",
    )
    effects.goes_on(
        "Répondre à qui écrit est ce qu’il demande ; une fois la réponse donnée, demandez l’effacement.",
        "contact",
        "support",
    )
    _under_a_restriction()
    effects.goes_on("Démonstration : rien n’y est de vous.", "demo-mailbox")


def _under_a_restriction() -> None:
    effects.freeze(
        Effect("letters", "Aucune lettre ne vous est envoyée."),
        Effect("newsletter", "Votre abonnement est gardé, et n’écrit pas."),
    )
    effects.leave(
        effects.ASKED, "client-accounts", "contact", "support", "data-copies", "rights-choices", "after-death"
    )
    effects.leave(
        effects.COURT,
        "acceptances",
        "consent-proofs",
        "notifications",
        "message-words",
        "proof-files",
        "reports",
        "disclosures",
    )
    effects.leave(
        effects.DUTY,
        "rights-requests",
        "rights-identity",
        "rights-answers",
        "retention",
        "breaches",
        "processor-duties",
        "providers",
    )
    effects.leave(effects.OTHERS, "claims-check", "legal-drafting", "staff-audit", "editorial")
    effects.leave(SAFETY, "sessions", "bad-addresses")
    effects.leave("Démonstration : rien n’y est de vous.", "demo-mailbox")


def _forget_words(person: Person, now: dt.datetime) -> dict[str, Any]:
    forget_words(person.addresses)
    return {}


def forget_words(addresses: tuple[str, ...]) -> int:
    """Of what was sent to these addresses: what still waits keeps its words until it has left."""
    sent = OutboxMessage.objects.filter(addressed_to(addresses)).exclude(status__in=STAYING)
    return sent.exclude(text="", html="", subject="").update(**SAID)
