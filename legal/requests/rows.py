"""From a person to their own requests about their data, and to what the team did of the work (see common.personal_rows)."""

from django.db.models import Q

from common.personal_rows import Trail, lead
from legal.rights.foundation_rows import TEAM

_NOTES = ("noted", "returned")
_OWN = ("request__account_id",)
_BY_MAIL = ("request__person__email",)


def register() -> None:
    lead(
        Trail("legal.RightsRequest", links=("account_id",), addresses=("person__email",), fields=("account", "practitioner"),
              withheld=TEAM, also=("reference", "kind", "channel", "received_on", "due_on", "state", "answered_on")),
        Trail("legal.RightsRequest", role="practitioner", links=("practitioner_id",), fields=("practitioner",), withheld=TEAM,
              also=("reference", "kind", "received_on", "due_on", "state")),
        Trail("legal.RightsRequest", role="team", links=("assigned_to_id",), fields=("assigned_to",), withheld=TEAM, also=("reference",)),
        Trail("legal.RightsPerson", links=_OWN, addresses=("email",), also=("request",)),
        Trail("legal.RightsEvent", role="team", links=("actor_id",), fields=("actor",), withheld=TEAM, also=("request", "what", "at")),
        Trail("legal.RightsWords", links=("event__request__account_id",), addresses=("event__request__person__email",),
              where=~Q(event__what__in=_NOTES), withheld="Notes de travail de l’équipe.", also=("event",)),
        Trail("legal.IdentityProof", links=_OWN, addresses=_BY_MAIL, also=("uploaded_at",)),
        Trail("legal.RightsFile", links=_OWN, addresses=_BY_MAIL, where=Q(request__answered_at__isnull=False), also=("size", "sha256", "added_at")),
        Trail("legal.AnswerTemplate", role="team", links=("author_id",), fields=("author",), withheld=TEAM, also=("key", "number")),
        Trail("legal.ProofFile", role="team", links=("made_by_id",), fields=("made_by",), withheld=TEAM, also=("reference", "recorded_at")),
        Trail("legal.ProofFileReason", role="team", links=("proof_file__made_by_id",), also=("proof_file",)),
    )  # fmt: skip
