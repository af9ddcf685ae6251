"""From a person to their rows in the search: favourites, alerts with their proofs, and the entry of a listed practitioner."""

from django.db.models import Q

from common.personal_rows import Person, Trail, lead, unreachable

UNREADABLE = "Secret technique, qui ouvrirait l’alerte à qui lirait ce fichier."


def register() -> None:
    lead(
        Trail("search.Favourite", links=("user_id",), ends_with_account=True),
        Trail("search.SearchAlert", addresses=("email",), hidden=("token_hash", "token_sealed"), withheld=UNREADABLE,
              also=("waits_for_time", "ends_on", "sent")),
        Trail("search.AlertSighting", addresses=("alert__email",)),
        Trail("search.AlertConsentDetail", addresses=("email",)),
        Trail("search.AlertConsent", addresses=("detail__email",), also=("sequence", "recorded_at", "event")),
        Trail("search.UsualSearch", role="practitioner", links=("practitioner__user_id",), also=("month", "count")),
        Trail("search.SearchEntry", role="practitioner", links=("practitioner__user_id",)),
        Trail("search.SearchPoint", role="practitioner", links=("entry__practitioner__user_id",)),
        Trail("search.PendingChange", role="practitioner", find=_mine),
    )  # fmt: skip
    unreachable(
        "Nombres ajoutés ou retirés des filtres, effacés une fois comptés, sans lien vers une fiche.",
        "search.TallyDelta",
    )


def _mine(person: Person) -> Q:
    return Q(practitioner_id=person.practitioner) if person.practitioner else Q(pk__in=[])
