"""What restricting and leaving mean for a practitioner, and for the reviews that a client wrote."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from common.personal_rows import Person
from legal.rights import effects, leaving
from legal.rights.effects import Effect
from legal.rights.leaving import Step
from practitioners.models import Practitioner, ProfilePage, Review

Status = Practitioner.Status
_BOUND = (Status.LISTED, Status.SUSPENDED, Status.SUBMITTED)


def register() -> None:
    effects.freeze(
        Effect("reviews", "Les avis que vous avez écrits ne sont plus montrés.", _hide_reviews, _show_reviews),
        Effect(
            "practitioner-contract",
            "Votre page publique n’est plus montrée, ni trouvée par la recherche.",
            _hide_page,
            _show_page,
        ),
    )
    effects.goes_on(
        "Examiner une candidature est ce que demande la personne qui la dépose : la retirer y met fin.", "applications"
    )
    effects.goes_on(
        "Les praticiens doivent être protégés du démarchage, et l’empreinte gardée ne permet pas de vous reconnaître.",
        "harvesting",
    )
    effects.goes_on(
        "Le public doit être protégé de qui a manqué à ses obligations ; l’équipe entend la personne, et l’empreinte ne décide de rien.",
        "ended-marks",
    )
    effects.goes_on(
        "Ces faits sont publics, et viennent de l’État : s’y opposer les retire aussitôt, et l’empreinte gardée tient l’opposition.",
        "open-structures",
        "structure-objections",
    )
    effects.goes_on("Ces nombres ne disent rien de qui a lu une page : il n’y a personne à en retirer.", "audience")
    effects.leave(effects.ASKED, "applications")
    effects.leave(effects.OTHERS, "structures", "open-structures", "structure-objections", "harvesting", "ended-marks")
    effects.leave("Ces nombres ne disent rien de qui a lu une page.", "audience")
    leaving.obstacle_makers.register("practitioners", _obstacles)


def _hide_reviews(person: Person, now: dt.datetime) -> dict[str, Any]:
    rows = Review.objects.published().filter(invitation__client_id=person.key)
    keys = list(rows.values_list("pk", flat=True))
    Review.objects.filter(pk__in=keys).update(status=Review.Status.SUSPENDED)
    return {"rows": keys}


def _show_reviews(person: Person, before: dict[str, Any], now: dt.datetime) -> None:
    """Those that a moderator took down meanwhile stay down: deleted ones are no longer suspended."""
    rows = Review.objects.filter(pk__in=before.get("rows", []), status=Review.Status.SUSPENDED)
    rows.update(status=Review.Status.PUBLISHED)


def _hide_page(person: Person, now: dt.datetime) -> dict[str, Any]:
    page = ProfilePage.objects.filter(practitioner_id=person.practitioner, live=True).first()
    if page is None:
        return {}
    page.unpublish()
    return {"page": page.pk}


def _show_page(person: Person, before: dict[str, Any], now: dt.datetime) -> None:
    """As it was, if the practitioner may still be listed."""
    page = ProfilePage.objects.filter(pk=before.get("page"), live=False).select_related("practitioner").first()
    if page is not None and page.practitioner.status == Status.LISTED:
        page.save_revision().publish()


def _obstacles(user: User, now: dt.datetime) -> list[Step]:
    row = Practitioner.objects.filter(user=user).first()
    if row is None or row.status not in _BOUND:
        return []
    if row.status == Status.SUBMITTED:
        return [Step(_("Your application is being checked: withdraw it first, by writing to the team."))]
    return [
        Step(_("Your contract is in force: your account ends with it. Give your notice first, as the contract says."), "/documents/contrat/", _("Read the contract")),
        Step(_("Hold or cancel the appointments to come before the contract ends."), "/espace-praticien/agenda/", _("See the agenda")),
        Step(_("Let the last payments reach your bank, and settle the invoices that are due."), "/espace-praticien/", _("See my office")),
        Step(_("Take your clients, your agenda and your invoices with you: they are your business files."), "/espace-praticien/clients/", _("Export my clients")),
    ]  # fmt: skip
