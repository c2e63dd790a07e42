"""Which route a chute belongs to, told from the loading of a replication."""

from metrics.database import Database

__all__ = ["routes"]

_ROUTES = """
CREATE OR REPLACE TEMP TABLE routes AS
SELECT chute, min(route) AS route FROM parcel_loaded WHERE NOT misloaded GROUP BY chute
"""


def routes(database: Database) -> None:
    """Make the table ``routes``: one row a chute from which anything was loaded as planned.

    A parcel that is not misloaded is on a trailer of its chute's route, in every cell and on every
    lane, so the log alone tells the plan.  A chute that has no row has no such parcel: whatever
    should have come into it was sent elsewhere, and counts as on another route.
    """
    database.execute(_ROUTES)
