"""A claim as its file states it: what is said, what is expected, and what would be seen if it were so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints, field_validator

from sim import MEASURES, Finding, Part, load_part, one_of, shown

FILE: Final = "claim.yaml"
"""Name of the file beside a study's own."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]
Word = Literal["structural", "conditional", "assumption-driven", "not supported"]


class Contrast(Part):
    """A difference between two levels of a factor, for claims such as "more for one class than for another"."""

    factor: Text
    """The factor, as the study names it."""
    of: Any
    """The level whose difference is looked at."""
    less: Any
    """The level whose difference is taken off."""


class Prediction(Part):
    """One thing that the claim predicts: the sign of a difference between policies."""

    says: Text
    """In a few words."""
    measure: Text
    """The measure that decides."""
    policy: Text
    """The policy whose value is looked at."""
    against: tuple[Text, ...] = ()
    """The policy it is compared with; of several, at each setting the one with the best mean; of none, its own value
    is looked at (with a `contrast`)."""
    sign: Literal["+", "-", "0"]
    """Expected sign of the measure's difference; `0` that it stays within `band`."""
    band: Annotated[float, Field(gt=0)] | None = None
    """Largest difference that counts as none, in the measure's unit (`0`)."""
    per: Text | None = None
    """A measure by which the difference is divided at each setting, as its mean under `against`."""
    contrast: Contrast | None = None
    """Compares that difference between two levels of a factor."""
    only: dict[str, tuple[Any, ...]] = {}
    """Levels of factors to which the prediction is confined."""

    @field_validator("against", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value


class Claim(Part):
    """What a claim's file holds; its study stands beside it in `study.yaml`."""

    version: Literal[1]
    """Version of the file format."""
    id: Annotated[str, StringConstraints(pattern=r"^C\d\d$")]
    """Number of the claim."""
    claim: Text
    """What is said."""
    expects: Word
    """The verdict that was expected before the first run."""
    predictions: Annotated[tuple[Prediction, ...], Field(min_length=1)]
    """What it predicts; the first decides the claim's verdict."""
    assumptions: tuple[Text, ...] = ()
    """Factors of the study that nobody has measured well: their range is what the evidence leaves open."""
    overturn: Text
    """What would overturn the verdict, beyond what the study varies."""
    found: Text | None = None
    """What came out, in words, written after the runs."""
    limits: Text | None = None
    """What the study does not say."""


def read_claim(path: str | Path) -> Claim:
    """The claim in a file.

    Raises:
        ScenarioFaults: it cannot be used; carries everything that is wrong with it.
    """
    document = load_part(path, Claim)
    document.require(_unfit(document.part))
    return document.part


def _unfit(claim: Claim) -> Iterator[Finding]:
    for place, each in enumerate(claim.predictions):
        for key, name in (("measure", each.measure), ("per", each.per)):
            if name is not None and name not in MEASURES:
                why = f"there is no measure {shown(name)}"
                yield Finding(("predictions", place, key), "value", why, one_of(name, MEASURES))
        if not each.against and each.contrast is None:
            yield Finding(("predictions", place), "value", "without `against` there has to be a `contrast`")
        if (each.sign == "0") != (each.band is not None):
            why = "a band goes with the sign 0, and with no other"
            yield Finding(("predictions", place, "sign"), "value", why)
