"""The picture of a claim: the difference at every setting, as one SVG file that needs nothing else."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from experiments.analysis.intervals import Interval
from experiments.claims.evidence import Evidence
from experiments.claims.statement import Prediction
from experiments.claims.verdict import Place, Standing, standing
from experiments.report.plots import Row, intervals
from sim import MEASURES

FILE: Final = "picture.svg"
"""Name of the file."""

_STYLE: Final = """
svg { background: #fff; font-family: system-ui, sans-serif; } text { fill: #1d2433; }
text.tick, text.axis { fill: #5a6475; } .grid { stroke: #d9dee7; } .zero { stroke: #5a6475; stroke-width: 1.5; }
.whisker { stroke-width: 2; } line.better { stroke: #0072b2; } line.worse { stroke: #c65200; }
line.open { stroke: #8a93a3; } circle.better { fill: #0072b2; } circle.worse { fill: #c65200; }
circle.open { fill: #fff; stroke: #8a93a3; stroke-width: 2; }
"""
_KINDS: Final[tuple[tuple[Standing, str], ...]] = (("surely", "better"), ("surely against", "worse"))


def picture_of(prediction: Prediction, evidence: Evidence) -> str:
    """Every setting with its interval: blue where the claim surely holds, orange where the opposite does."""
    rows = [
        Row(label(evidence, number), place.difference, _kind(prediction, place))
        for number, place in enumerate(evidence.places)
    ]
    svg = intervals(rows, alt=prediction.says, axis=axis_words(prediction), say=_said)
    style = Markup("<style>{}</style>").format(Markup(_STYLE))
    start, rest = str(svg).split(">", 1)
    return f'{start} xmlns="http://www.w3.org/2000/svg" width="960">{style}{rest}\n'


def _kind(prediction: Prediction, place: Place) -> str:
    return dict(_KINDS).get(standing(place, prediction.sign, prediction.band or 0), "open")


def label(evidence: Evidence, number: int) -> str:
    """A setting in a few words."""
    levels = evidence.places[number].levels
    return " · ".join(axis.label(level) for axis, level in zip(evidence.axes, levels, strict=True)) or "the one setting"


def axis_words(prediction: Prediction) -> str:
    """What is on the axis of numbers."""
    per = f" per one of {MEASURES[prediction.per].title.lower()}" if prediction.per else ""
    what = f"{MEASURES[prediction.measure].title}{per}: {prediction.policy}"
    if prediction.against:
        what += f" less {' or '.join(prediction.against)}"
    if prediction.contrast:
        what += f"; {prediction.contrast.of} less {prediction.contrast.less}"
    return what


def _said(interval: Interval) -> str:
    return f"{interval.value:.4g} ({interval.low:.4g} to {interval.high:.4g})"
