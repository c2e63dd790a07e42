"""An item system that believes what is stored: what a catalogue without extraction has."""

from collections.abc import Sequence

from systems.contracts.items import (
    AttributeKnowledge,
    Evidence,
    EvidenceSource,
    Item,
    Knowledge,
    KnowledgeDecision,
)

__all__ = ["Stored"]


class Stored:
    """Repeats the stored version, and sends new items to review."""

    def fingerprint(self) -> str:
        """Version of its behaviour."""
        return "stored/1"

    def extract(self, items: Sequence[Item]) -> Sequence[Knowledge]:
        """Answer every item with what is stored of it."""
        return [_repeated(item) for item in items]


def _repeated(item: Item) -> Knowledge:
    stored = item.stored
    if stored is None:
        return Knowledge(item.item_id, KnowledgeDecision.REVIEW, confidence=0.0)
    evidence = (Evidence(EvidenceSource.STORED, version=stored.version),)
    attributes = tuple(
        AttributeKnowledge(
            name, held.value, held.confidence, KnowledgeDecision.ACCEPT, held.unit, evidence
        )
        for name, held in sorted(stored.attributes.items())
        if not item.wanted or name in item.wanted
    )
    confidence = min((attribute.confidence for attribute in attributes), default=0.0)
    return Knowledge(
        item.item_id, KnowledgeDecision.ACCEPT, confidence, attributes, stored.category
    )
