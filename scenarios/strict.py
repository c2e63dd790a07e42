"""What every part of a scenario is made of: strict, frozen, no unknown keys, no NaN."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

__all__ = [
    "Metric",
    "NonNegative",
    "Positive",
    "Probability",
    "Slug",
    "Strict",
    "Value",
    "refusal",
]

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0)]
NonNegative = Annotated[float, Field(ge=0.0)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Metric = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=120)]
Value = str | int | float | bool


def refusal(key: str, what: str, fix: str) -> PydanticCustomError:
    """Make the error of a rule of ours.

    Parameters
    ----------
    key : str
        Where to mend it, dotted, from the model that raises; empty where the error stands on the
        key itself.
    what, fix : str
        As in `scenarios.errors.Problem`.
    """
    context: dict[str, Any] = {"what": what, "key": key, "fix": fix}
    return PydanticCustomError("scenario_rule", "{what}", context)


class Strict(BaseModel):
    """Base of every scenario part."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )
