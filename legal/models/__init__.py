from legal.models.acceptance import Acceptance, AcceptanceDetail
from legal.models.anchor import AnchorTimestamp, DailyAnchor
from legal.models.document import LegalDocument, LegalVersion, VersionNotice
from legal.models.drafting import ArticleComment, LegalTranslation, OperatorValue
from legal.models.report import Report
from legal.models.retention import (
    ActivityVersion,
    ErasedAccount,
    ErasureCertificate,
    FileToErase,
    LegalHold,
    RetentionApproval,
    RetentionOutcome,
)

__all__ = [
    "Acceptance",
    "AcceptanceDetail",
    "ActivityVersion",
    "AnchorTimestamp",
    "ArticleComment",
    "DailyAnchor",
    "ErasedAccount",
    "ErasureCertificate",
    "FileToErase",
    "LegalDocument",
    "LegalHold",
    "LegalTranslation",
    "LegalVersion",
    "OperatorValue",
    "Report",
    "RetentionApproval",
    "RetentionOutcome",
    "VersionNotice",
]
