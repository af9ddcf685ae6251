"""What a column and a row are called to the person they are about, where the model itself has no French name.

A copy of one's data is a French document, like the register: these are its words, read by the page and by the copy.
"""

import datetime as dt
import re
from typing import Any

from django.db import models

from common import wording
from common.money import format_euros

# fmt: off
COLUMNS = {
    "about": "à propos de", "acceptance": "acceptation", "account": "compte", "account id": "numéro du compte",
    "acknowledged at": "accusé de réception le", "act": "acte", "action": "action", "activities": "usages",
    "activity": "usage", "actor": "auteur de l’acte", "added at": "ajouté le", "address": "adresse",
    "adult declared": "majorité déclarée", "adult declared at": "majorité déclarée le", "agent": "navigateur",
    "agreed at": "accord donné le", "agreed by": "accord donné par", "agreed words": "mots de l’accord", "agreement": "accord",
    "alert": "alerte", "amount cents": "montant en centimes", "announced at": "annoncé le", "answer": "réponse",
    "answered at": "répondu le", "answered on": "répondu le", "appointment": "rendez-vous", "arrival on": "arrivée le",
    "asked at": "demandé le", "at": "date", "attachments": "pièces jointes", "attempts": "essais",
    "attendee first name": "prénom de la personne reçue", "attendee is minor": "personne reçue mineure",
    "attendee last name": "nom de la personne reçue", "author": "auteur", "author name": "nom de l’auteur",
    "booked at": "réservé le", "box text": "texte de la case", "buyer": "acheteur", "by": "par", "cancelled at": "annulé le",
    "card": "carte", "card payments": "paiements par carte", "checked at": "vérifié le", "client": "client",
    "clients": "clients", "closed at": "clos le", "closed by": "clos par", "closes at": "ferme le", "commitment": "empreinte",
    "commune": "commune", "confirmed at": "confirmé le", "contact email": "adresse e-mail donnée",
    "contact first name": "prénom donné", "contact last name": "nom donné", "contact phone": "téléphone donné",
    "content": "contenu", "contract": "contrat", "created at": "créé le", "created by": "créé par",
    "created count": "nombre créé", "customer id": "numéro de client", "date joined": "inscription le",
    "description": "description", "detail": "détail", "digest": "empreinte", "dispute": "litige",
    "dispute id": "numéro du litige", "document": "document", "downloaded at": "téléchargé le", "e-mail": "adresse e-mail",
    "email": "adresse e-mail", "ended at": "terminé le", "ends at": "fin", "ends on": "fin le",
    "entity name": "nom de l’entité", "entry": "inscription", "erased at": "effacé le", "event": "événement",
    "every weeks": "toutes les (semaines)", "evidence": "preuve", "expires at": "expire le", "facts": "faits",
    "failure message": "message de l’échec", "fate": "sort", "fee cents": "frais en centimes", "file": "fichier",
    "follow words": "mots de suivi", "followed at": "suivi le", "for relative": "pour un proche", "freed at": "libéré le",
    "gross cents": "total en centimes", "happened on": "survenu le", "hash": "empreinte", "headers": "en-têtes",
    "health warning": "avertissement de santé", "hold expires at": "horaire gardé jusqu’au",
    "holder key": "clé de qui gardait l’horaire", "home commune": "commune du domicile",
    "home complement": "complément d’adresse du domicile", "home postal code": "code postal du domicile",
    "home street": "numéro et voie du domicile", "host": "serveur", "href": "lien", "html": "mise en page",
    "instruction": "instruction", "invoice": "facture", "ip": "adresse IP", "issuer": "émetteur", "key": "clé",
    "kind": "nature", "label": "libellé", "languages": "langues", "last at": "dernier message le",
    "last contact at": "dernier contact le", "last error": "dernière erreur",
    "last error detail": "détail de la dernière erreur", "last read at": "dernière lecture le", "latitude": "latitude",
    "lifted at": "levé le", "listed at": "référencé le", "longitude": "longitude", "made at": "établi le",
    "mediator": "médiateur", "mediator contact": "contact du médiateur", "message": "message", "minutes": "durée en minutes",
    "count": "nombre", "day": "jour", "moment": "moment", "month": "mois", "name": "nom", "nature": "nature", "notes": "notes", "number": "numéro",
    "opened at": "ouvert le", "opened by": "ouvert par", "opening hours": "horaires d’ouverture", "ordered at": "commandé le",
    "outcome": "issue", "owner": "à qui", "page": "page", "paid at": "payé le", "partner evidence": "preuve du partenaire",
    "parts": "parties", "payment": "paiement", "payment intent": "numéro du paiement chez Stripe",
    "payout id": "numéro du virement", "person": "personne", "portrait": "portrait", "practice": "pratique",
    "practitioner": "praticien", "practitioner id": "numéro du praticien", "provided at": "fourni le",
    "provider reference": "référence chez le prestataire", "published at": "publié le", "quarters": "trimestres",
    "question": "question", "question text": "texte de la question", "rating": "note", "read at": "lu le", "reason": "motif",
    "record": "fiche", "recorded at": "enregistré le", "reference": "référence", "refund": "remboursement",
    "refund id": "numéro du remboursement", "refusal reason": "motif du refus", "relative": "proche",
    "replied at": "répondu le", "reply": "réponse", "reporter": "auteur du signalement", "request": "demande",
    "requirements": "pièces demandées", "revoked at": "retiré le", "role": "fonction", "salt": "sel de l’empreinte",
    "score": "résultat", "seller": "vendeur", "sent": "envoyé", "sentence": "phrase", "sent at": "envoyé le", "sent by": "envoyé par",
    "sent to": "envoyé à", "sequence": "rang", "served on": "remis le", "service name": "nom de la séance",
    "session id": "numéro de la page de paiement", "settled at": "réglé le", "sha256": "empreinte SHA-256", "since": "depuis",
    "size": "taille en octets", "slug": "adresse de la page", "sort name": "nom de classement", "source": "provenance",
    "starts at": "début", "state": "état", "status": "état", "status reason": "raison de l’état", "step": "étape",
    "stripe id": "numéro chez Stripe", "stripe invoice": "facture chez Stripe", "subject": "objet", "subscriber": "abonné",
    "subscription": "abonnement", "summary": "résumé", "template": "modèle", "terms": "conditions", "text": "texte",
    "thread": "échange", "to": "destinataire", "told at": "prévenu le", "told controller at": "responsable prévenu le",
    "told person at": "personne prévenue le", "topic": "sujet", "until": "jusqu’au", "updated at": "modifié le",
    "uploaded at": "déposé le", "url": "adresse web", "user": "compte", "value": "valeur", "version": "version",
    "waits for time": "attend un horaire", "weekdays": "jours de la semaine", "what": "quoi", "withdrawal": "rétractation",
    "withdrawn": "retiré", "words": "mots", "written at": "écrit le",
}
ROWS = {
    "acceptance detail": "détail d’une acceptation", "account closing": "fermeture de compte",
    "accounts sent": "comptes transmis", "after death wish": "directive après la mort",
    "after death words": "texte d’une directive après la mort", "alert consent detail": "accord donné à une alerte",
    "alert sighting": "annonce vue par une alerte", "appointment event": "fait d’un rendez-vous", "audit": "audit",
    "billing details": "coordonnées de facturation", "booking settings": "réglages de réservation",
    "breach person": "personne concernée par une violation", "calendar connection": "agenda relié",
    "calendar feed": "flux d’agenda", "client import": "import de clients", "client message": "message",
    "claim waiver": "phrase maintenue malgré une règle", "client record": "fiche de client", "client request event": "étape d’une demande",
    "client request words": "texte d’une demande", "client thread": "échange de messages", "closure": "fermeture",
    "consent detail": "détail d’un consentement", "data copy": "copie des données", "death": "décès",
    "dispute answer": "réponse à un litige", "dispute event": "étape d’un litige", "erased account": "compte effacé",
    "exchange message": "message à l’équipe", "external busy": "occupation d’un autre agenda", "favourite": "favori",
    "first message": "premier message à un praticien",
    "freed time": "horaire libéré", "group session": "séance de groupe", "identity proof": "justificatif d’identité",
    "instruction": "instruction", "intake answer": "réponse avant la séance",
    "intake consent": "accord aux questions de santé", "intake consent detail": "détail d’un accord aux questions de santé",
    "intake settings": "réglages des questions", "invoice file": "fichier d’une facture",
    "invoice line": "ligne d’une facture", "invoicing settings": "réglages de facturation", "late hold": "pause d’une relance",
    "late step": "étape d’une relance", "ledger line": "ligne comptable", "ledger transaction": "écriture comptable",
    "message": "message", "notification preference": "choix de rappel", "occupation": "occupation de l’agenda",
    "opening rule": "règle d’ouverture", "page figure": "usage de la page", "payment": "paiement", "payment event": "étape d’un paiement",
    "payment link": "lien de paiement", "payout line": "ligne d’un virement", "pending change": "modification en attente",
    "policy version": "version d’une politique", "practice place": "lieu d’exercice",
    "practitioner notifications": "choix de messages d’un praticien", "practitioner practice": "pratique d’un praticien",
    "processing fee to read": "frais de paiement à relever", "proposal": "proposition",
    "provider answer": "réponse sur un prestataire", "published event": "événement transmis", "question": "question",
    "reading log": "lecture d’un dossier", "refund": "remboursement", "relative": "proche",
    "review invitation": "invitation à donner un avis", "rights choice": "opposition ou limitation",
    "rights file": "fichier d’une demande", "rights person": "personne d’une demande", "rights words": "texte d’une demande",
    "search entry": "inscription au moteur de recherche", "search point": "lieu dans le moteur de recherche",
    "series": "série de rendez-vous", "service subscriber": "abonné à un service", "stripe account": "compte Stripe",
    "structure": "structure", "subscription dispute": "litige d’un abonnement", "subscription event": "étape d’un abonnement",
    "subscription payment": "paiement d’un abonnement", "subscription refund": "remboursement d’un abonnement", "usual search": "recherche habituelle",
    "tax details": "informations fiscales", "tax report line": "ligne de déclaration", "travel time": "temps de trajet",
    "waiting entry": "inscription sur une liste d’attente", "waiting offer": "horaire proposé",
    "withdrawal step": "étape d’une rétractation", "withdrawal words": "texte d’une rétractation",
}
# fmt: on
# Words of Django and of Wagtail that ours would translate otherwise.
NOT_OURS = {"sessions.Session": "connexion ouverte"}


def of_column(field: object, name: str) -> str:
    """Its own French name if it has one; many columns were named for those who program."""
    own = str(getattr(field, "verbose_name", name))
    return COLUMNS.get(own, own).replace("'", "’")


def of_rows(model: type[models.Model]) -> str:
    own = str(model._meta.verbose_name)
    return NOT_OURS.get(model._meta.label) or ROWS.get(own, own)


_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def row_in_words(facts: dict[str, Any], labels: dict[str, str]) -> list[tuple[str, object]]:
    """A row of the copy as a reader takes it: named, without what is empty."""
    pairs = {**facts["fields"], **facts["context"]}
    return [
        _in_euros(labels.get(name, name), value)
        if name.endswith("_cents") and type(value) is int
        else (labels.get(name, name), value_in_words(value))
        for name, value in pairs.items()
        if value not in (None, "", [], {})
    ]


def _in_euros(label: str, cents: int) -> tuple[str, object]:
    """A price of 6500 would be read as euros."""
    return label.removesuffix(" en centimes"), format_euros(cents)


def value_in_words(value: object) -> object:
    """The copy writes values for machines; here a date is a date and a yes a yes."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list) and all(isinstance(each, (str, int)) for each in value):
        return ", ".join(str(value_in_words(each)) for each in value)
    if not isinstance(value, str):
        return value
    try:
        if _MOMENT.fullmatch(value):
            return wording.long_datetime(dt.datetime.fromisoformat(value))
        return wording.long_date(dt.date.fromisoformat(value), weekday=False) if _DAY.fullmatch(value) else value
    except (ValueError, OverflowError):
        # Somebody's own words that only look like a date stay as they were written.
        return value
