"""PostgreSQL and Valkey from wheels, for the demo and the tests: no root, no Docker, nothing installed on the machine.

Both listen on a free port of the loopback interface behind a random password kept beside their data. The folder is locked
while it is used, so what still runs in it is a leftover of a process that was killed, and is stopped.
"""

from demo.embedded.folder import Folder, FolderBusy
from demo.embedded.postgres import Postgres
from demo.embedded.valkey import Valkey

__all__ = ["Folder", "FolderBusy", "Postgres", "Valkey"]
