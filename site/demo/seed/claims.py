"""The desk of the claims check: an old text that goes against a rule, one that its author confirmed, one that the team let stand."""

from accounts.models import User
from common import clock
from legal.claims import batch, judging
from legal.claims.store import rules_in_force
from legal.models import ClaimFinding, ClaimWaiver
from practitioners.models import Practitioner, Service

# Written before the rules were: a session whose words nobody looked at since.
OLD_WORDS = "Une séance pour soigner les tensions de la semaine. Résultats garantis dès la première fois."


def desk(legal: User) -> None:
    now = clock.now()
    listed = Service.objects.filter(practitioner__status=Practitioner.Status.LISTED, archived_at=None)
    service = listed.select_related("practitioner__user").order_by("-pk").first()
    if service is None or not rules_in_force().rules:
        return
    Service.objects.filter(pk=service.pk).update(description=OLD_WORDS)
    flagged = [row for row in judging.look({"description": OLD_WORDS}) if not row.refuses]
    judging.answer(
        flagged, surface="service", kind=ClaimWaiver.Kind.CONFIRMED, author=service.practitioner.user, now=now
    )
    batch.recheck(now=now)
    quoted = ClaimFinding.objects.filter(surface="article").first()
    if quoted is not None:
        from legal.claims import standing

        standing.let_stand(
            finding_id=quoted.pk, by=legal, reason="Témoignage : la phrase parle de ce qu’un médecin a décidé.", now=now
        )
