"""Which route a chute belongs to, as the line-haul plan of the scenario has it."""

from metrics.database import Database
from scenarios.model import LineHaul

__all__ = ["routes"]

_ROUTES = """
CREATE OR REPLACE TEMP TABLE routes AS
SELECT unnest(range(len($routes::BIGINT[]))) AS chute, unnest($routes::BIGINT[]) AS route
"""


def routes(database: Database, line_haul: LineHaul | None) -> None:
    """Make the table ``routes``: one row a chute of a lane, none where no trailers are planned.

    The plan knows the route of a chute into which nothing ever came; the loading of a replication
    does not.
    """
    planned = [] if line_haul is None else list(line_haul.chute_routes)
    database.execute(_ROUTES, {"routes": planned})
