"""What item knowledge must be."""

from systems.boundary.breach import (
    Breach,
    finite,
    instance,
    member,
    members,
    probability,
    sequence,
    shown,
    span,
    stages,
    text,
    whole,
)
from systems.contracts.items import (
    AttributeKnowledge,
    AttributeValue,
    Evidence,
    EvidenceSource,
    Item,
    Knowledge,
    KnowledgeDecision,
)

__all__ = ["checked_knowledge"]


def checked_knowledge(answer: object, item: Item) -> Knowledge:
    """Give the knowledge back in plain types, or raise the first `Breach` of its contract."""
    knowledge = instance(answer, Knowledge, "an answer")
    attributes = tuple(
        _attribute(entry, item)
        for entry in members(knowledge.attributes, AttributeKnowledge, "attributes")
    )
    names = [attribute.name for attribute in attributes]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Breach("content", f"attribute {shown(twice[0])} is given more than once")
    return Knowledge(
        item.item_id,
        member(knowledge.decision, KnowledgeDecision, "decision", "decision"),
        probability(knowledge.confidence),
        attributes,
        text(knowledge.category, "category"),
        stages(knowledge.stages),
    )


def _attribute(entry: AttributeKnowledge, item: Item) -> AttributeKnowledge:
    name = text(entry.name, "an attribute's name", empty=False)
    return AttributeKnowledge(
        name,
        _value(entry.value, f"the value of {shown(name)}"),
        probability(entry.confidence, f"confidence of {shown(name)}"),
        member(entry.decision, KnowledgeDecision, f"decision on {shown(name)}", "decision"),
        text(entry.unit, f"unit of {shown(name)}"),
        tuple(_evidence(e, item) for e in members(entry.evidence, Evidence, "evidence")),
    )


def _value(value: object, name: str) -> AttributeValue:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return text(value, name)
    if isinstance(value, int):
        return whole(value, name)
    return finite(value, name)


def _evidence(entry: Evidence, item: Item) -> Evidence:
    source = member(entry.source, EvidenceSource, "an evidence's source")
    image_id = None if entry.image_id is None else text(entry.image_id, "an image id")
    if source is EvidenceSource.IMAGE and image_id not in {image.image_id for image in item.images}:
        raise Breach("content", f"evidence names image {shown(image_id)}, which is not there")
    if source is EvidenceSource.STORED and item.stored is None:
        raise Breach("content", "evidence names a stored version, and there is none")
    told = item.title if source is EvidenceSource.TITLE else item.description
    region = None
    if entry.region is not None:
        ends = [finite(part, "a region") for part in sequence(entry.region, "a region")]
        if len(ends) != 4 or not (ends[0] <= ends[2] and ends[1] <= ends[3]):
            raise Breach("content", f"a region is (x0, y0, x1, y1), not {shown(entry.region)}")
        region = (ends[0], ends[1], ends[2], ends[3])
    return Evidence(
        source,
        span(entry.span, "an evidence's span", len(told)),
        image_id,
        region,
        None if entry.version is None else whole(entry.version, "a version"),
    )
