"""The embedded database: PostgreSQL from a wheel's binaries under a small supervisor, and the roles of any server.

Words: a *cluster* is one PostgreSQL data folder with its server; *owner* is the role that owns the database and
runs migrations; *app* is the role that web and worker sign in as, which owns nothing and bypasses nothing.
No Django here: the supervisor, the tests and the command line use it before settings exist.
"""

from .binaries import programs
from .cluster import Cluster
from .copies import Copies
from .errors import AlreadyRunning, PostgresError
from .lock import Lock
from .roles import Urls, prepare
from .temporary import temporary_cluster

__all__ = [
    "AlreadyRunning",
    "Cluster",
    "Copies",
    "Lock",
    "PostgresError",
    "Urls",
    "prepare",
    "programs",
    "temporary_cluster",
]
