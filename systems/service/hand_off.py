"""A service system that never answers by itself: what a centre without AI does."""

from collections.abc import Sequence

from systems.contracts.live_state import LiveState
from systems.contracts.service import Query, Reason, Reply, ReplyDecision

__all__ = ["HandOff"]


class HandOff:
    """Hands every query to a person."""

    def fingerprint(self) -> str:
        """Version of its behaviour."""
        return "hand_off/1"

    def reply(self, queries: Sequence[Query], state: LiveState) -> Sequence[Reply]:
        """Answer every query by handing it off, without a look at `state`."""
        return [
            Reply(
                query.query_id,
                ReplyDecision.HAND_OFF,
                confidence=0.0,
                reason=Reason.LOW_CONFIDENCE,
            )
            for query in queries
        ]
