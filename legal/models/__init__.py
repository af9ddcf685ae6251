from legal.models.acceptance import Acceptance, AcceptanceDetail
from legal.models.anchor import AnchorTimestamp, DailyAnchor
from legal.models.document import LegalDocument, LegalVersion, VersionNotice
from legal.models.drafting import ArticleComment, LegalTranslation, OperatorValue
from legal.models.proof_file import ProofFile, ProofFileReason
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
from legal.models.rights_request import (
    AnswerTemplate,
    IdentityProof,
    RightsEvent,
    RightsFile,
    RightsPerson,
    RightsRequest,
    RightsWords,
)

__all__ = [
    "Acceptance",
    "AcceptanceDetail",
    "ActivityVersion",
    "AnchorTimestamp",
    "AnswerTemplate",
    "ArticleComment",
    "DailyAnchor",
    "ErasedAccount",
    "ErasureCertificate",
    "FileToErase",
    "IdentityProof",
    "LegalDocument",
    "LegalHold",
    "LegalTranslation",
    "LegalVersion",
    "OperatorValue",
    "ProofFile",
    "ProofFileReason",
    "Report",
    "RetentionApproval",
    "RetentionOutcome",
    "RightsEvent",
    "RightsFile",
    "RightsPerson",
    "RightsRequest",
    "RightsWords",
    "VersionNotice",
]
