from legal.models.acceptance import Acceptance, AcceptanceDetail
from legal.models.anchor import AnchorTimestamp, DailyAnchor
from legal.models.document import LegalDocument, LegalVersion, VersionNotice
from legal.models.drafting import ArticleComment, LegalTranslation, OperatorValue
from legal.models.report import Report

__all__ = [
    "Acceptance",
    "AcceptanceDetail",
    "AnchorTimestamp",
    "ArticleComment",
    "DailyAnchor",
    "LegalDocument",
    "LegalTranslation",
    "LegalVersion",
    "OperatorValue",
    "Report",
    "VersionNotice",
]
