from legal.models.acceptance import Acceptance, AcceptanceDetail
from legal.models.document import LegalDocument, LegalVersion, VersionNotice
from legal.models.report import Report

__all__ = ["Acceptance", "AcceptanceDetail", "LegalDocument", "LegalVersion", "Report", "VersionNotice"]
