"""Personal data of calendars elsewhere (B8). Provisional: the Annexe A of the specification names no activity for them."""

from common.privacy import Activity, Binding, Retention, declare, exempt
from common.sealed import seals


def register() -> None:
    seals("booking.CalendarConnection", "secret")
    seals("booking.CalendarFeed", "secret")
    declare(
        Activity(
            key="calendars",
            purpose="Relier l’agenda du praticien à ses autres agendas : y lire quand il est occupé, y écrire ses rendez-vous",
            people=("praticiens", "clients (prénom, ou ce que le praticien choisit, dans son propre agenda)"),
            legal_basis="Exécution du contrat, à la demande du praticien",
            retention=Retention(
                months=0, starts="déliaison par le praticien : accès et heures occupées sont effacés aussitôt"
            ),
            recipients=(
                "l’hébergeur de l’agenda choisi par le praticien",
                "Google (si le praticien relie Google Agenda : une seule autorisation, « voir quand vous êtes occupé »)",
            ),
            transfers="Selon l’hébergeur que le praticien choisit ; Google peut traiter des données hors de l’Union européenne.",
            security="Adresses, mots de passe et jetons chiffrés ; titres conservés seulement si le praticien le demande.",
            bindings=(
                Binding(
                    "booking.CalendarConnection",
                    ("practitioner", "label", "host", "account", "secret", "last_error_detail"),
                ),
                Binding("booking.ExternalBusy", ("practitioner", "summary", "starts_at", "ends_at")),
                Binding("booking.PublishedEvent", ("appointment", "href")),
                Binding("booking.CalendarFeed", ("practitioner", "token_hash", "secret")),
            ),
            provisional=True,
        ),
    )
    exempt("booking.ExternalCalendar", "Le nom et l’adresse d’un agenda, tenus par sa liaison.")
