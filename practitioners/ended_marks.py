"""Knowing again somebody whose contract was ended for a breach, without keeping who it was (D9).

The SIREN and the addresses of the file become keyed hashes on the day of the end. A new file is compared when the desk opens it:
a likeness is shown to whoever decides, and decides nothing.
"""

import datetime as dt

from django.db.models.functions import Greatest
from django.utils.crypto import salted_hmac

from practitioners.models import ContractEnd, EndedMark, Practitioner

# Ends that say something of the practitioner's conduct.
FOR_A_BREACH = frozenset({ContractEnd.Ground.BREACH, ContractEnd.Ground.REPORTS, ContractEnd.Ground.AUDIT})


def keep(end: ContractEnd, *, on: dt.date) -> None:
    """In the transaction that carries the end out. A second end of the same person is the one that is remembered."""
    if end.ground not in FOR_A_BREACH:
        return
    for digest in _digests(end.practitioner):
        mark, new = EndedMark.objects.get_or_create(digest=digest, defaults={"ground": end.ground, "ended_on": on})
        if not new:
            EndedMark.objects.filter(pk=mark.pk).update(ground=end.ground, ended_on=Greatest("ended_on", on))


def known(practitioner: Practitioner) -> EndedMark | None:
    """The last contract ended for a breach that has the SIREN or an address of this file; None when there is none."""
    return EndedMark.objects.filter(digest__in=_digests(practitioner)).order_by("-ended_on").first()


def _digests(practitioner: Practitioner) -> list[str]:
    """The SIREN, since another establishment of the same person has another SIRET."""
    traces = {
        f"siren:{practitioner.siret[:9]}" if practitioner.siret else "",
        *(
            f"mail:{address.strip().lower()}"
            for address in (practitioner.professional_email, practitioner.user.email)
            if address
        ),
    }
    return sorted(_digest(trace) for trace in traces if trace)


def _digest(trace: str) -> str:
    return salted_hmac("practitioners.ended-marks", trace, algorithm="sha256").hexdigest()
