from legal.models.acceptance import Acceptance, AcceptanceDetail
from legal.models.accessibility import AccessibilityAudit
from legal.models.anchor import AnchorTimestamp, DailyAnchor
from legal.models.breach import Breach, BreachEvent, BreachMessage, BreachPerson
from legal.models.claims import ClaimChange, ClaimFinding, ClaimList, ClaimRule, ClaimWaiver
from legal.models.consent import ConsentDetail, ConsentProof, Subscription, Topic
from legal.models.document import LegalDocument, LegalVersion, VersionNotice
from legal.models.drafting import ArticleComment, LegalTranslation, OperatorValue
from legal.models.exchange import Exchange, ExchangeMessage
from legal.models.oversight import AuditRequest, Disclosure, Instruction
from legal.models.proof_file import ProofFile, ProofFileReason
from legal.models.provider import Provider, ProviderAnswer, ProviderChange, ProviderHistory
from legal.models.report import Report
from legal.models.report_complaint import ReportComplaint
from legal.models.retention import (
    ActivityVersion,
    ErasedAccount,
    ErasureCertificate,
    FileToErase,
    LegalHold,
    RetentionApproval,
    RetentionOutcome,
)
from legal.models.rights import (
    AccountClosing,
    AfterDeathWish,
    AfterDeathWords,
    DataCopy,
    Death,
    RightsChoice,
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
    "AccessibilityAudit",
    "AccountClosing",
    "ActivityVersion",
    "AfterDeathWish",
    "AfterDeathWords",
    "AnchorTimestamp",
    "AnswerTemplate",
    "ArticleComment",
    "AuditRequest",
    "Breach",
    "BreachEvent",
    "BreachMessage",
    "BreachPerson",
    "ClaimChange",
    "ClaimFinding",
    "ClaimList",
    "ClaimRule",
    "ClaimWaiver",
    "ConsentDetail",
    "ConsentProof",
    "DailyAnchor",
    "DataCopy",
    "Death",
    "Disclosure",
    "ErasedAccount",
    "ErasureCertificate",
    "Exchange",
    "ExchangeMessage",
    "FileToErase",
    "IdentityProof",
    "Instruction",
    "LegalDocument",
    "LegalHold",
    "LegalTranslation",
    "LegalVersion",
    "OperatorValue",
    "ProofFile",
    "ProofFileReason",
    "Provider",
    "ProviderAnswer",
    "ProviderChange",
    "ProviderHistory",
    "Report",
    "ReportComplaint",
    "RetentionApproval",
    "RetentionOutcome",
    "RightsChoice",
    "RightsEvent",
    "RightsFile",
    "RightsPerson",
    "RightsRequest",
    "RightsWords",
    "Subscription",
    "Topic",
    "VersionNotice",
]
