"""From a person to the rows of the apps below and of this one: account, sessions, messages, evidence, reports, the team's own work."""

from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Q

from common.models import addressed_to
from common.personal_rows import Person, Trail, lead, unreachable

NAMES_OTHERS = "Ces mots nomment aussi d’autres personnes (vos clients) : ils se lisent dans votre espace praticien."
UNREADABLE = "Secret technique, qui n’est gardé qu’illisible ou qui ouvrirait votre compte à qui lirait ce fichier."
SAME_WORDS = "Forme technique du même message : son texte est dans ce fichier."
TEAM = "Travail des équipes : seul figure ce qui dit que c’était vous."


def register() -> None:
    lead(
        Trail("accounts.User", links=("pk",), hidden=("password",), withheld=UNREADABLE, also=("last_login", "date_joined")),
        Trail(
            "sessions.Session",
            find=_sessions,
            hidden=("session_key", "session_data"),
            withheld=UNREADABLE,
            also=("expire_date",),
            slow=True,
            secret_key=True,
        ),
        Trail("common.BadAddress", addresses=("address",), also=("flagged_at",)),
        Trail(
            "common.OutboxMessage",
            activities=("notifications",),
            addresses=("to",),
            also=("template", "status", "created_at", "sent_at"),
        ),
        Trail(
            "common.OutboxMessage",
            role="words",
            activities=("message-words",),
            find=_written_to,
            fields=("subject", "text"),
            withheld=SAME_WORDS,
            also=("created_at",),
        ),
        Trail(
            "common.OutboxMessage",
            role="words-to-practitioner",
            activities=("message-words",),
            find=_written_to_practitioner,
            fields=("headers",),
            hidden=("headers",),
            withheld=NAMES_OTHERS,
            also=("template", "created_at"),
        ),
        Trail("common.ReadingLog", links=("person_id",), fields=("person", "role", "subject", "reason"),
              withheld="Le membre de l’équipe est désigné par sa fonction.", also=("act", "read_at")),
        Trail("common.ReadingLog", role="team", links=("reader_id",), fields=("reader", "role", "reason"), withheld=TEAM, also=("read_at",)),
        Trail("common.ExportRecord", role="team", links=("exporter_id",), fields=("exporter", "role", "reason"), withheld=TEAM,
              also=("reference", "exported_at")),
    )  # fmt: skip
    _of_this_app()
    unreachable(
        "Nom d’un fichier qui attend d’être effacé : la ligne qui disait de qui il était est déjà partie.",
        "legal.FileToErase",
    )


def _of_this_app() -> None:
    lead(
        Trail("legal.AcceptanceDetail", links=("user_id",), where=Q(proved=True), hidden=("salt",),
              withheld="Il figure dans votre reçu, qui se télécharge depuis « Ce qui s’applique à moi ».", also=("acceptance",)),
        # Kept on the word of a visitor who gave an address: not proved to be this person's answer.
        Trail("legal.AcceptanceDetail", role="unproved", links=("user_id",), where=Q(proved=False), fields=("user", "box_text"),
              withheld="Réponse donnée avec votre adresse sans être identifiée : ce qui décrit la connexion peut être d’une autre personne.",
              also=("acceptance",)),
        Trail("legal.Acceptance", links=("detail__user_id",), also=("sequence", "recorded_at", "version", "refused", "hash")),
        Trail("legal.LegalDocument", links=("owner_id",), also=("title",)),
        Trail("legal.LegalVersion", role="team", links=("author_id", "reviewer_id", "approver_id", "contributors"),
              fields=("author", "reviewer", "approver"), withheld=TEAM, also=("title", "number")),
        Trail("legal.ArticleComment", role="team", links=("author_id",), also=("created_at",)),
        Trail("legal.ArticleComment", role="team-resolved", links=("resolved_by_id",), fields=("resolved_by",), withheld=TEAM,
              also=("resolved_at",)),
        Trail("legal.LegalTranslation", role="team", links=("translator_id",), also=("title", "language")),
        Trail("legal.OperatorValue", role="team", links=("set_by_id",), also=("name", "set_at")),
        Trail("legal.Report", links=("reporter_id",), addresses=("reporter_email",), fields=("reporter", "reporter_email", "text", "reason"),
              withheld="Il désigne une autre personne, ou qui a traité le signalement.", also=("reference", "received_at", "status", "decision")),
        Trail("legal.Report", role="team", links=("assigned_to_id", "decided_by_id"), fields=("assigned_to", "decided_by"), withheld=TEAM,
              also=("reference",)),
        Trail("legal.ReportComplaint", links=("person_id",), addresses=("email",), fields=("person", "email", "text", "reason"),
              withheld="Il désigne qui a traité la contestation.", also=("side", "received_at", "status", "outcome", "new_decision")),
        Trail("legal.ReportComplaint", role="team", links=("assigned_to_id", "first_decider_id", "decided_by_id"),
              fields=("assigned_to", "first_decider", "decided_by"), withheld=TEAM, also=("received_at",)),
        Trail("legal.LegalHold", links=("person_id",), fields=("person", "reason"), withheld="Décision de l’équipe juridique.",
              also=("opened_at", "ends_at", "lifted_at")),
        Trail("legal.LegalHold", role="team", links=("opened_by_id", "lifted_by_id"), fields=("opened_by", "lifted_by"), withheld=TEAM,
              also=("opened_at",)),
        Trail("legal.RetentionApproval", role="team", links=("approved_by_id",), also=("rule", "approved_at")),
        Trail("legal.ActivityVersion", role="team", links=("author_id",), fields=("author", "reason"), withheld=TEAM,
              also=("activity", "number", "written_at")),
        Trail("legal.ErasedAccount", links=("user_id",), also=("erased_at",)),
    )  # fmt: skip


def _written_to(person: Person) -> Q:
    """Messages to practitioners name their clients: they have a trail of their own."""
    return Q(pk__in=[]) if person.practitioner else addressed_to(person.addresses)


def _written_to_practitioner(person: Person) -> Q:
    return addressed_to(person.addresses) if person.practitioner else Q(pk__in=[])


def _sessions(person: Person) -> Q:
    """A session says whose it is inside what it keeps: each is opened, which only the copy does."""
    mine = [
        row.pk for row in Session.objects.iterator(chunk_size=500) if _signed_in(row.get_decoded()) == str(person.key)
    ]
    return Q(pk__in=mine)


def _signed_in(content: dict[str, Any]) -> str:
    return str(content.get("_auth_user_id", ""))
