"""From differences at the settings of a study to a verdict on a claim. Nothing here knows of files or studies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final, Literal

from experiments.analysis.intervals import Interval
from experiments.analysis.results import Axis
from experiments.claims.statement import Word

Standing = Literal["surely", "leans", "none", "leans against", "surely against"]

_Z: Final = 1.959964
_TELLS: Final = 0.8
"""Share of the sure settings that a factor must tell apart to be held responsible where it is never turned alone."""


@dataclass(frozen=True)
class Place:
    """One setting: where it stands on each axis, and the difference there."""

    levels: tuple[int, ...]
    difference: Interval
    sure: bool
    """Whether the sign is sure when the verdicts at all settings are to hold together."""


@dataclass(frozen=True)
class Flip:
    """What one axis does to the sign when it is turned alone."""

    axis: str
    lines: int
    """Groups of settings that differ on this axis alone."""
    surely: int
    """Groups with a sure sign on either side."""
    assumed: bool


@dataclass(frozen=True)
class Verdict:
    """What became of a prediction."""

    word: Word
    holds: int
    """Settings at which the mean difference has the expected sign."""
    surely: int
    against: int
    """Settings at which the opposite is sure."""
    of: int
    share: Interval
    """Share of the settings at which it holds by the mean, with Wilson's interval."""
    boundary: str
    """Where it holds, in words."""
    flips: tuple[Flip, ...]
    """Axes that turn the sign surely, the most often first."""


def verdict_of(
    places: Sequence[Place],
    axes: Sequence[Axis],
    *,
    sign: Literal["+", "-", "0"],
    band: float = 0.0,
    assumptions: Iterable[str] = (),
) -> Verdict:
    """The verdict on a prediction.

    `structural`: the expected sign at every setting, and sure at half of them at least. `not supported`: sure at none.
    `assumption-driven`: a factor among the assumptions turns it surely. `conditional`: everything else.

    Args:
        places: the settings; differences that are undefined are left out.
        axes: what varies, in the order of `Place.levels`.
        sign: what is expected; `0` a difference within the band.
        band: the largest difference that counts as none.
        assumptions: names of axes whose range is what the evidence leaves open.
    """
    known = [place for place in places if place.difference.defined]
    found = [standing(place, sign, band) for place in known]
    flips = _flips(known, found, axes, frozenset(assumptions))
    holds, surely = sum(each in ("surely", "leans") for each in found), found.count("surely")
    return Verdict(
        word=_word(len(known), holds, surely, flips),
        holds=holds,
        surely=surely,
        against=found.count("surely against"),
        of=len(known),
        share=wilson(holds, len(known)),
        boundary=boundary_of(known, [each in ("surely", "leans") for each in found], axes),
        flips=flips,
    )


def standing(place: Place, sign: Literal["+", "-", "0"], band: float) -> Standing:
    """How a setting stands to the expected sign."""
    found = place.difference
    if sign == "0":
        return _within(found, band)
    value = found.value if sign == "+" else -found.value
    if value == 0:
        return "none"
    if value > 0:
        return "surely" if place.sure else "leans"
    return "surely against" if place.sure else "leans against"


def _within(found: Interval, band: float) -> Standing:
    if -band <= found.low and found.high <= band:
        return "surely"
    if found.low > band or found.high < -band:
        return "surely against"
    return "leans" if abs(found.value) <= band else "leans against"


def _word(of: int, holds: int, surely: int, flips: Sequence[Flip]) -> Word:
    if surely == 0:
        return "not supported"
    if holds == of and 2 * surely >= of:
        return "structural"
    return "assumption-driven" if any(flip.assumed for flip in flips) else "conditional"


def wilson(hits: int, of: int) -> Interval:
    """A share and Wilson's interval at 95 %; all of [0, 1] where nothing was tried."""
    if of == 0:
        return Interval(float("nan"), 0.0, 1.0)
    share, spread = hits / of, _Z * _Z / of
    centre, half = share + spread / 2, _Z * sqrt(share * (1 - share) / of + spread / (4 * of))
    return Interval(share, max(0.0, (centre - half) / (1 + spread)), min(1.0, (centre + half) / (1 + spread)))


def _flips(
    places: Sequence[Place], found: Sequence[Standing], axes: Sequence[Axis], assumed: frozenset[str]
) -> tuple[Flip, ...]:
    """Axes that turn the sign surely: along a line of a grid or, without lines, by telling the settings apart."""
    each = []
    for number, axis in enumerate(axes):
        lines = _lines(places, found, number)
        turned = sum({"surely", "surely against"} <= set(line) for line in lines)
        if not lines and _tells(places, found, axes, number):
            turned = 1
        if turned:
            each.append(Flip(axis.short, len(lines), turned, axis.name in assumed))
    return tuple(sorted(each, key=lambda flip: -flip.surely / max(1, flip.lines)))


def _lines(places: Sequence[Place], found: Sequence[Standing], axis: int) -> list[list[Standing]]:
    lines: dict[tuple[int, ...], list[Standing]] = {}
    for place, each in zip(places, found, strict=True):
        lines.setdefault(place.levels[:axis] + place.levels[axis + 1 :], []).append(each)
    return [line for line in lines.values() if len(line) > 1]


def _tells(places: Sequence[Place], found: Sequence[Standing], axes: Sequence[Axis], number: int) -> bool:
    """Whether one axis tells where it surely holds from where it surely does not."""
    sure = [(place, each == "surely") for place, each in zip(places, found, strict=True) if each.startswith("surely")]
    best = best_cut([place for place, _ in sure], [held for _, held in sure], axes)
    return best is not None and best.axis == number and best.right >= _TELLS * len(sure)


@dataclass(frozen=True)
class Cut:
    """A set of levels of one axis, and at how many settings it tells rightly where something holds."""

    axis: int
    levels: frozenset[int]
    right: int
    words: str

    def has(self, place: Place) -> bool:
        """Whether a setting is on its side."""
        return place.levels[self.axis] in self.levels


def boundary_of(places: Sequence[Place], holds: Sequence[bool], axes: Sequence[Axis]) -> str:
    """Where something holds, by at most two factors."""
    if all(holds) or not any(holds):
        return "everywhere in the sampled space" if places and all(holds) else "nowhere in the sampled space"
    first = best_cut(places, holds, axes)
    if first is None:
        return "no single factor tells where"
    sides = [_side(first, places, holds, axes, inside=inside) for inside in (True, False)]
    (then, right_in), (otherwise, right_out) = sides
    words = first.words + (f" with {then}" if then else "") + (f"; otherwise with {otherwise}" if otherwise else "")
    return f"{words} (tells {right_in + right_out} of {len(places)} settings rightly)"


def _side(
    first: Cut, places: Sequence[Place], holds: Sequence[bool], axes: Sequence[Axis], *, inside: bool
) -> tuple[str, int]:
    """A second factor on one side of a cut, if it tells more, and the settings then told rightly."""
    chosen = [(place, held) for place, held in zip(places, holds, strict=True) if first.has(place) == inside]
    right = sum(held == inside for _, held in chosen)
    second = best_cut([place for place, _ in chosen], [held for _, held in chosen], axes)
    if second is None or second.right <= right:
        return "", right
    return second.words, second.right


def best_cut(places: Sequence[Place], holds: Sequence[bool], axes: Sequence[Axis]) -> Cut | None:
    """The levels of one axis that best tell where something holds; `None` where none tells more than the more
    frequent of both answers does."""
    blind = max(sum(holds), len(holds) - sum(holds))
    cuts = [cut for number, axis in enumerate(axes) for cut in _cuts(number, axis, places, holds)]
    best = max(cuts, key=lambda cut: cut.right, default=None)
    return best if best and best.right > blind else None


def _cuts(number: int, axis: Axis, places: Sequence[Place], holds: Sequence[bool]) -> list[Cut]:
    every = frozenset(range(len(axis.levels)))
    if axis.numeric:
        sides = [(frozenset(range(cut + 1)), _side_words(axis, cut, "less")) for cut in sorted(every)[:-1]]
        sides += [(every - set(range(cut)), _side_words(axis, cut, "more")) for cut in sorted(every)[1:]]
    else:
        sides = [(frozenset({level}), axis.label(level)) for level in sorted(every)]
        sides += [(every - {level}, f"not {axis.label(level)}") for level in sorted(every)]
    return [_cut(number, levels, f"{axis.short} {words}", places, holds) for levels, words in sides]


def _side_words(axis: Axis, level: int, side: str) -> str:
    """A level and all below or above it; alone if there are none."""
    is_end = level == (0 if side == "less" else len(axis.levels) - 1)
    return axis.label(level) if is_end else f"{axis.label(level)} or {side}"


def _cut(axis: int, levels: frozenset[int], words: str, places: Sequence[Place], holds: Sequence[bool]) -> Cut:
    right = sum((place.levels[axis] in levels) == held for place, held in zip(places, holds, strict=True))
    return Cut(axis, levels, right, words)
