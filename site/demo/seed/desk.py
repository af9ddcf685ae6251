"""What the verification team says to applicants: saved replies, and the thread of a file that waits."""

import datetime as dt

from accounts.models import User
from practitioners.actions.thread import MESSAGE
from practitioners.models import FileEvent, Practitioner, SavedReply

REPLIES = {
    "Assurance : activité absente": (
        "L’attestation ne cite pas toutes vos pratiques. Demandez à votre assureur une attestation qui les nomme une à une, "
        "puis remettez-la ici."
    ),
    "Certificat : nombre d’heures": (
        "Le certificat ne dit pas combien d’heures la formation a duré. Joignez le programme ou une attestation de l’école."
    ),
    "Photographie : autre image": (
        "Il nous faut un portrait de vous, seul et de face, sans texte ni logo. Une photo prise au téléphone suffit."
    ),
}


def desk(now: dt.datetime, *, verifier: User) -> None:
    """The replies; and the exchange about each file handed in, which its practitioner ends with a question."""
    SavedReply.objects.bulk_create(SavedReply(title=title, text=text) for title, text in REPLIES.items())
    for practitioner in Practitioner.objects.filter(status="submitted").select_related("user"):
        asked, answered = now - dt.timedelta(days=1, hours=3), now - dt.timedelta(hours=20)
        said = [
            (FileEvent.Kind.SUBMITTED, practitioner.user, "", practitioner.submitted_at or asked),
            (MESSAGE, practitioner.user, "Bonjour, mon attestation d’assurance change de date le mois prochain. Faut-il attendre ?", asked),
            (MESSAGE, verifier, "Non, envoyez celle d’aujourd’hui : nous vous demanderons la suivante à temps.", answered),
            (MESSAGE, practitioner.user, "Merci, elle est jointe. Vous faut-il aussi le programme de la formation ?", now - dt.timedelta(hours=5)),
        ]  # fmt: skip
        FileEvent.objects.bulk_create(
            FileEvent(practitioner=practitioner, kind=kind, by=by, detail=text, at=at) for kind, by, text, at in said
        )
