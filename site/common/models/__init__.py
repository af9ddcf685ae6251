from common.models.audit import ReadingLog
from common.models.evidence import AppendOnlyModel, AppendOnlyQuerySet, ChainedEvidence
from common.models.outbox import OutboxMessage

__all__ = ["AppendOnlyModel", "AppendOnlyQuerySet", "ChainedEvidence", "OutboxMessage", "ReadingLog"]
