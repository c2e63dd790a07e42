"""What a reply must be."""

from dataclasses import fields, replace
from typing import get_args, get_type_hints

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
from systems.contracts.actions import ACTIONS, Action, Address, ItemChange
from systems.contracts.claims import CLAIM_VALUES, Claim, ClaimAttribute, ClaimValue, Subject
from systems.contracts.service import Citation, Override, Query, Reason, Reply, ReplyDecision

__all__ = ["MAX_REPLY_BYTES", "checked_reply"]

MAX_REPLY_BYTES = 16_384
"""Most UTF-8 bytes of a reply's text."""


def checked_reply(answer: object, query: Query) -> Reply:
    """Give the reply back in plain types, or raise the first `Breach` of its contract."""
    reply = instance(answer, Reply, "an answer")
    decision = member(reply.decision, ReplyDecision, "decision", "decision")
    said = text(reply.text, "text", most=MAX_REPLY_BYTES)
    action = None if reply.action is None else _action(reply.action)
    if decision is ReplyDecision.ACT and action is None:
        raise Breach("content", "it decides to act but names no action")
    if action is not None and decision not in (ReplyDecision.ACT, ReplyDecision.HAND_OFF):
        raise Breach("content", f"it names an action but decides {decision}")
    reason = None if reply.reason is None else member(reply.reason, Reason, "reason")
    if reason is None and decision in (ReplyDecision.DENY, ReplyDecision.HAND_OFF):
        raise Breach("content", f"it decides {decision} without a reason")
    if not said and decision not in (ReplyDecision.ACT, ReplyDecision.HAND_OFF):
        raise Breach("content", f"it decides {decision} with an empty text")
    return Reply(
        query.query_id,
        decision,
        probability(reply.confidence),
        said,
        action,
        tuple(_claim(claim, said) for claim in members(reply.claims, Claim, "claims")),
        tuple(_citation(entry) for entry in members(reply.citations, Citation, "citations")),
        tuple(_override(entry) for entry in members(reply.overrides, Override, "overrides")),
        reason,
        stages(reply.stages),
    )


def _claim(claim: Claim, said: str) -> Claim:
    attribute = member(claim.attribute, ClaimAttribute, "a claim's attribute")
    wanted = CLAIM_VALUES[attribute]
    name = f"a claim's value for {attribute}"
    value: ClaimValue
    if wanted is bool:
        if not isinstance(claim.value, bool):
            raise Breach("type", f"{name} must be a bool, not {shown(claim.value)}")
        value = claim.value
    elif wanted is int:
        value = whole(claim.value, name)
    elif wanted is float:
        value = finite(claim.value, name)
    else:
        value = text(claim.value, name)
    return Claim(
        member(claim.subject, Subject, "a claim's subject"),
        text(claim.subject_id, "a claim's subject_id"),
        attribute,
        value,
        finite(claim.as_of, "a claim's as_of"),
        text(claim.qualifier, "a claim's qualifier"),
        span(claim.span, "a claim's span", len(said)),
    )


def _citation(citation: Citation) -> Citation:
    return Citation(
        text(citation.document_id, "a citation's document_id", empty=False),
        whole(citation.version, "a citation's version"),
        text(citation.quote, "a citation's quote"),
    )


def _override(override: Override) -> Override:
    return replace(
        override,
        stage=text(override.stage, "an override's stage"),
        field=text(override.field, "an override's field"),
        drafted=text(override.drafted, "an override's draft", most=MAX_REPLY_BYTES),
        final=text(override.final, "an override's final", most=MAX_REPLY_BYTES),
        reason=member(override.reason, Reason, "an override's reason"),
    )


def _action(value: object) -> Action:
    kinds = {kind.__name__: kind for kind in ACTIONS}
    kind = kinds.get(type(value).__name__)
    if kind is None or type(value) is not kind:
        raise Breach("type", f"action must be one of {', '.join(kinds)}, not {shown(value)}")
    action = instance(value, kind, "action")
    _plain(action, kind.__name__)
    return action


def _plain(value: object, name: str) -> None:
    """Check every field of an action's dataclass against its annotation."""
    hints = get_type_hints(type(value))
    for entry in fields(value):  # type: ignore[arg-type]
        held, where = getattr(value, entry.name), f"{name}.{entry.name}"
        wanted = hints[entry.name]
        if wanted is str:
            text(held, where, empty=False)
        elif wanted is int:
            if whole(held, where) < 0:
                raise Breach("content", f"{where} is negative: {held}")
        elif wanted is float:
            finite(held, where)
        elif wanted == tuple[str, ...]:
            for part in sequence(held, where):
                text(part, where, empty=False)
        elif wanted == tuple[ItemChange, ...]:
            for change in members(held, ItemChange, where):
                _plain(change, where)
        elif wanted is Address or (Address in get_args(wanted) and held is not None):
            _address(held, where)


def _address(value: object, name: str) -> None:
    address = instance(value, Address, name)
    for line in sequence(address.lines, f"{name}.lines"):
        text(line, f"{name}.lines")
    for part in ("city", "postcode", "country", "region"):
        text(getattr(address, part), f"{name}.{part}")
