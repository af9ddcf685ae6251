from common.models.address import BadAddress
from common.models.audit import ReadingLog
from common.models.evidence import AppendOnlyModel, AppendOnlyQuerySet, BrokenLink, ChainedEvidence
from common.models.outbox import OutboxMessage

__all__ = [
    "AppendOnlyModel",
    "AppendOnlyQuerySet",
    "BadAddress",
    "BrokenLink",
    "ChainedEvidence",
    "OutboxMessage",
    "ReadingLog",
]
