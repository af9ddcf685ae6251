"""A receipt on paper: what was answered, to which text, and how to verify it. The JSON is attached (PDF/A-3)."""

import json
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from common import wording
from common.pdf import compose
from legal.models import Acceptance
from legal.pdf import TEMPLATES


def render(row: Acceptance, receipt: dict[str, Any], *, publisher: str) -> bytes:
    detail = row.detail
    with translation.override("fr"):
        facts = [
            (_("Person"), f"{detail.user.get_full_name() or detail.user.email} ({detail.user.email})"),
            (
                _("Document"),
                _("%(title)s, version %(number)d") % {"title": row.version.title, "number": row.version.number},
            ),
            (_("Answer"), _("Refused") if row.refused else _("Accepted")),
            (_("When"), wording.long_datetime(row.recorded_at)),
            (_("Text beside the box"), detail.box_text),
            (_("Page"), detail.page),
            (_("IP address"), detail.ip or "–"),
            (_("Browser"), detail.agent or "–"),
        ]
        proof = [
            (_("Number in the chain"), str(row.sequence)),
            (_("Fingerprint of the text"), row.version.content_hash),
            (_("Commitment"), row.commitment),
            (_("Fingerprint of the link before"), row.previous_hash),
            (_("Fingerprint of this link"), row.hash),
        ]
        if receipt["proof"]:
            proof.append((_("Anchored on"), receipt["proof"]["anchor"]["day"]))
            proof.append((_("Root published that day"), receipt["proof"]["anchor"]["root"]))
        data = {
            "title": _("Receipt of a refusal") if row.refused else _("Receipt of an acceptance"),
            "publisher": publisher,
            "facts": facts,
            "proof_title": _("What proves it"),
            "proof": proof,
            "how_title": _("To verify it"),
            "how": [
                _("The file attached to this PDF holds everything needed, without asking anything of us."),
                _("The procedure and a short program are published at %(address)s.")
                % {"address": receipt["procedure_address"]},
                _("The text itself, as it was hashed: %(address)s") % {"address": receipt["canonical_text"]},
            ],
            "name": f"acceptation-{row.sequence}.json",
            "json": json.dumps(receipt, ensure_ascii=False, indent=2),
        }
    return compose(TEMPLATES / "receipt.typ", data, moment=row.recorded_at, standard="a-3b")
