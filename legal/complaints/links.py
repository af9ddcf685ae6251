"""The link of the mails by which each side contests a decision without an account. It is the side's own, for one report."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from legal.models import Report, ReportComplaint

_signer = Signer(salt="legal.report_complaint")
# In the address, in French.
SIDES = {ReportComplaint.Side.REPORTER: "signalement", ReportComplaint.Side.AUTHOR: "publication"}


def path_of(report: Report, side: str) -> str:
    word = SIDES[ReportComplaint.Side(side)]
    signature = _signer.sign(f"{report.reference}:{word}").rpartition(":")[2]
    return reverse("report_contest", args=[report.reference, word, signature])


def url_of(report: Report, side: str) -> str:
    return settings.BASE_URL + path_of(report, side)


def opened(reference: str, word: str, signature: str) -> tuple[Report, ReportComplaint.Side] | None:
    """The decided report and the side, when the signature is theirs; nothing tells a wrong reference from a wrong signature."""
    side = next((side for side, name in SIDES.items() if name == word), None)
    try:
        _signer.unsign(f"{reference}:{word}:{signature}")
    except BadSignature:
        return None
    report = Report.objects.filter(reference=reference, status=Report.Status.DECIDED).first()
    return (report, side) if report is not None and side is not None else None
