from common.models.address import BadAddress
from common.models.audit import ExportRecord, ReadingLog
from common.models.evidence import AppendOnlyModel, AppendOnlyQuerySet, BrokenLink, ChainedEvidence
from common.models.history import HistorySeal
from common.models.outbox import OutboxMessage, addressed_to

__all__ = [
    "AppendOnlyModel",
    "AppendOnlyQuerySet",
    "BadAddress",
    "BrokenLink",
    "ChainedEvidence",
    "ExportRecord",
    "HistorySeal",
    "OutboxMessage",
    "ReadingLog",
    "addressed_to",
]
