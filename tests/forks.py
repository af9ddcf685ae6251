"""Another process, as a fork of the test's: it costs little, and it can be killed."""

import os
import traceback
from collections.abc import Callable

from django.db import connections
from django.db.utils import InterfaceError, OperationalError

# How a fork ends that found no database any more, and one that failed otherwise.
WITHOUT_DATABASE, FAILED = 7, 9


def forked(act: Callable[[], object]) -> int:
    """The status of a fork that carries out `act` and ends; as `os.waitpid` gives it."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    code = 0
    try:
        # A browser's event loop in the test's thread makes Django keep its connections elsewhere. The fork has no such loop and
        # finds those from before the browser, which the database has closed since.
        connections.close_all()
        act()
    except (OperationalError, InterfaceError):
        code = WITHOUT_DATABASE
        traceback.print_exc()
    except BaseException:  # noqa: BLE001 (a fork must never go on as the test)
        code = FAILED
        traceback.print_exc()
    os._exit(code)
