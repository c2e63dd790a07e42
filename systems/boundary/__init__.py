"""Where a system's answers come in: every rule of the contracts is checked here, once."""

from systems.boundary.answers import PlanRequest, answer_batch, answer_texts

__all__ = ["PlanRequest", "answer_batch", "answer_texts"]
