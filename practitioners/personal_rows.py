"""From a person to their rows: the practitioner's file and page, reviews written and received, structures administered."""

from django.db.models import Q

from common.personal_rows import Trail, lead, unreachable
from practitioners.models import Practitioner

Status = Practitioner.Status
TEAM = "Travail des équipes : seul figure ce qui dit que c’était vous."
_APPLYING = ("applying", "submitted", "refused")
OWN = ("practitioner__user_id",)


def register() -> None:
    lead(
        Trail("practitioners.Practitioner", role="applicant", activities=("applications",), links=("user_id",),
              where=Q(status__in=_APPLYING), also=("status", "created_at")),
        Trail("practitioners.Practitioner", role="practitioner", activities=("practitioner-contract",), links=("user_id",),
              also=("status", "listed_at", "ended_at", "insurer", "mediator", "mediator_contact", "languages")),
        Trail("practitioners.ApplicationItem", role="practitioner", links=OWN,
              hidden=("checked_by",), withheld="Le membre de l’équipe qui a vérifié la pièce.", also=("kind", "status", "provided_at")),
        Trail("practitioners.ApplicationItem", role="team", activities=("practitioner-contract",), links=("checked_by_id",),
              fields=("checked_by",), withheld=TEAM, also=("checked_at",)),
        Trail("practitioners.PractitionerPractice", role="practitioner", links=OWN, also=("practice",)),
        Trail("practitioners.PracticePlace", role="practitioner", links=OWN, also=("postal_code", "commune")),
        Trail("practitioners.Service", role="practitioner", links=OWN, also=("duration_minutes", "price_cents")),
        Trail("practitioners.ProfilePage", role="practitioner", links=OWN, also=("headline", "live")),
        Trail("practitioners.FileEvent", role="practitioner", links=OWN, hidden=("by",), withheld="Le membre de l’équipe qui a agi.",
              also=("kind", "at")),
        Trail("practitioners.FileEvent", role="team", links=("by_id",), fields=("by",), withheld=TEAM, also=("kind", "at")),
        Trail("practitioners.FormalNotice", role="practitioner", links=OWN, hidden=("sent_by", "cured_by"),
              withheld="Le membre de l’équipe qui a agi.", also=("number", "rule", "sent_on", "cure_by", "cured_on")),
        Trail("practitioners.FormalNotice", role="team", links=("sent_by_id", "cured_by_id"), fields=("sent_by", "cured_by"), withheld=TEAM,
              also=("sent_on",)),
        Trail("practitioners.ContractEnd", role="practitioner", links=OWN, hidden=("proposed_by", "announced_by", "closed_by"),
              withheld="Le membre de l’équipe qui a agi.", also=("ground", "rule", "status", "announced_on", "ends_on")),
        Trail("practitioners.ContractEnd", role="team", links=("proposed_by_id", "announced_by_id", "closed_by_id"),
              fields=("proposed_by", "announced_by", "closed_by"), withheld=TEAM, also=("proposed_at",)),
        Trail("practitioners.PageFigure", role="practitioner", links=OWN, also=("day", "what", "count")),
        Trail("practitioners.Harvest", role="practitioner", links=OWN, hidden=("network",), also=("read_on", "received_at", "mails"),
              withheld="L’empreinte d’un réseau, que rien ne relie à une personne."),
        Trail("practitioners.Review", links=("invitation__client_id",), fields=("practitioner", "author_name", "text"),
              withheld="La réponse est écrite par le praticien.", also=("rating", "published_at", "status")),
        Trail("practitioners.Review", role="practitioner", links=OWN, fields=("practitioner", "reply"),
              withheld="L’avis est écrit par un client, dont c’est le nom et le texte.", also=("rating", "published_at", "replied_at")),
        Trail("practitioners.ReviewInvitation", links=("client_id",), also=("created_at",)),
        Trail("practitioners.ReviewInvitation", role="practitioner", links=OWN, fields=("practitioner", "service_name"),
              withheld="Le client invité.", also=("created_at",)),
        Trail("practitioners.Structure", role="administrator", links=("administrators",),
              hidden=("administrators", "practitioners", "folded"), withheld="Les autres personnes de la structure."),
        Trail("practitioners.Structure", role="practitioner", links=("practitioners__user_id",), fields=("name",),
              withheld="La fiche est celle de la structure ; vous en êtes membre."),
    )  # fmt: skip
    unreachable(
        "Une empreinte à clé : elle ne mène à personne, et ne se compare qu’à un dossier déposé.",
        "practitioners.EndedMark",
    )
    unreachable(
        "Une empreinte à clé du SIREN : elle ne mène à personne, et ne se compare qu’aux lignes des répertoires publics.",
        "practitioners.StructureObjection",
    )
    unreachable("La page d’une structure la présente, elle et non les personnes.", "practitioners.StructurePage")
