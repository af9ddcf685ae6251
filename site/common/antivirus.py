"""A virus scanner in one function: ClamAV's `clamd`, told by CLAMD_SOCKET (a path, or host:port). Without it nothing is scanned.

Only this module speaks to it. What cannot be scanned now is `UNAVAILABLE`, never clean: the document waits.
"""

import io
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import structlog
from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings

log = structlog.get_logger(__name__)

PATIENCE_SECONDS: Final = 30
# Whoever asks for the state of the site waits for this answer.
PROBE_SECONDS: Final = 2


class Outcome(StrEnum):
    CLEAN = "clean"
    INFECTED = "infected"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Verdict:
    outcome: Outcome
    signature: str = ""


def is_configured() -> bool:
    return bool(settings.CLAMD_SOCKET)


def scan(content: bytes, *, seconds: int = PATIENCE_SECONDS) -> Verdict:
    """What the scanner says of this content."""
    try:
        answers = _client(seconds).instream(io.BytesIO(content))
    # A scanner that goes away in the middle is heard as an error of the socket.
    except (ClamdError, OSError, UnicodeDecodeError) as error:
        log.error("antivirus_unavailable", error=str(error))
        return Verdict(Outcome.UNAVAILABLE)
    status, detail = answers.get("stream", ("ERROR", "no answer"))
    if status == "FOUND":
        return Verdict(Outcome.INFECTED, detail or "")
    if status == "OK":
        return Verdict(Outcome.CLEAN)
    log.error("antivirus_unavailable", error=detail)
    return Verdict(Outcome.UNAVAILABLE)


def state() -> str:
    """For `/readyz`: documents wait while it is degraded. It scans nothing at all, which is as quick as a ping."""
    if not is_configured():
        return "off"
    return "ok" if scan(b"", seconds=PROBE_SECONDS).outcome == Outcome.CLEAN else "degraded"


def _client(seconds: int) -> ClamdNetworkSocket:
    where = settings.CLAMD_SOCKET
    host, _colon, port = where.rpartition(":")
    if host and port.isdecimal():
        return ClamdNetworkSocket(host, int(port), timeout=seconds)
    return ClamdUnixSocket(where, timeout=seconds)
