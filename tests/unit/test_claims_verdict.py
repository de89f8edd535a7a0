"""Verdicts on claims: from differences at settings to a word, a share and a boundary."""

from __future__ import annotations

from itertools import product
from math import isnan, nan

import pytest

from experiments.analysis.intervals import Interval
from experiments.analysis.results import Axis
from experiments.claims.evidence import Evidence
from experiments.claims.matrix import matrix
from experiments.claims.statement import Prediction
from experiments.claims.verdict import Place, boundary_of, standing, verdict_of, wilson

SLIP = Axis("lanes.x.slip", "slip", ("0 d", "5 d", "30 d"), (0.0, 5.0, 30.0), "d")
MIND = Axis("calibration", "calibration", ("stated", "revealed"), (), "")


def place(levels: tuple[int, ...], value: float, *, sure: bool = True) -> Place:
    return Place(levels, Interval(value, value - 1, value + 1), sure=sure)


def grid(rule: object) -> list[Place]:
    assert callable(rule)
    return [place(levels, rule(*levels)) for levels in product(range(3), range(2))]


def test_the_same_sure_sign_everywhere_is_structural() -> None:
    found = verdict_of(grid(lambda *_: 5), [SLIP, MIND], sign="+")
    assert (found.word, found.holds, found.surely, found.against) == ("structural", 6, 6, 0)
    assert found.boundary == "everywhere in the sampled space"
    assert found.flips == ()


def test_a_single_wrong_mean_is_enough_not_to_be_structural() -> None:
    places = [*grid(lambda *_: 5)[1:], place((0, 0), -0.1, sure=False)]
    assert verdict_of(places, [SLIP, MIND], sign="+").word == "conditional"


def test_the_right_sign_everywhere_but_mostly_unsure_is_conditional() -> None:
    places = [place((level, 0), 1, sure=level == 0) for level in range(3)]
    assert verdict_of(places, [SLIP, MIND], sign="+").word == "conditional"


def test_a_factor_of_the_world_that_turns_the_sign_makes_it_conditional() -> None:
    found = verdict_of(grid(lambda slip, _: 5 if slip < 2 else -5), [SLIP, MIND], sign="+", assumptions=["calibration"])
    assert found.word == "conditional"
    assert found.boundary == "slip 5 d or less (tells 6 of 6 settings rightly)"
    assert [(flip.axis, flip.surely, flip.lines, flip.assumed) for flip in found.flips] == [("slip", 2, 2, False)]


def test_an_assumption_that_turns_the_sign_drives_it() -> None:
    found = verdict_of(grid(lambda _, mind: 5 if mind else -5), [SLIP, MIND], sign="+", assumptions=["calibration"])
    assert found.word == "assumption-driven"
    assert found.boundary == "calibration revealed (tells 6 of 6 settings rightly)"


def test_an_unsure_flip_of_an_assumption_does_not_drive_it() -> None:
    places = [place((slip, mind), 5 if mind else -5, sure=bool(mind)) for slip, mind in product(range(3), range(2))]
    assert verdict_of(places, [SLIP, MIND], sign="+", assumptions=["calibration"]).word == "conditional"


def test_sure_nowhere_is_not_supported() -> None:
    places = [place((level, 0), 1, sure=False) for level in range(3)]
    assert verdict_of(places, [SLIP, MIND], sign="+").word == "not supported"
    assert verdict_of(grid(lambda *_: -5), [SLIP, MIND], sign="+").word == "not supported"


def test_the_sign_minus_mirrors_plus() -> None:
    up = verdict_of(grid(lambda slip, _: 5 - 4 * slip), [SLIP, MIND], sign="+")
    down = verdict_of(grid(lambda slip, _: 4 * slip - 5), [SLIP, MIND], sign="-")
    assert up == down


def test_without_lines_an_axis_that_tells_the_settings_apart_is_held_responsible() -> None:
    fine = Axis("slip", "slip", tuple(f"{x} d" for x in range(8)), tuple(map(float, range(8))), "d")
    other = Axis("other", "other", tuple(map(str, range(8))), tuple(map(float, range(8))), "")
    places = [place((x, (3 * x) % 8), 5 if x < 4 else -5) for x in range(8)]
    found = verdict_of(places, [fine, other], sign="+", assumptions=["slip"])
    assert (found.word, [flip.axis for flip in found.flips]) == ("assumption-driven", ["slip"])


def test_a_second_factor_tells_the_rest_of_the_boundary() -> None:
    places = grid(lambda slip, mind: 5 if mind or slip == 0 else -5)
    words = verdict_of(places, [SLIP, MIND], sign="+").boundary
    assert words == "calibration revealed; otherwise with slip 0 d (tells 6 of 6 settings rightly)"


def test_undefined_differences_are_left_out() -> None:
    places = [*grid(lambda *_: 5), Place((0, 0), Interval(nan, nan, nan), sure=False)]
    assert verdict_of(places, [SLIP, MIND], sign="+").of == 6


def test_no_difference_is_neither_for_nor_against() -> None:
    still = Place((0,), Interval(0, 0, 0), sure=False)
    assert standing(still, "+", 0) == standing(still, "-", 0) == "none"


@pytest.mark.parametrize(
    ("value", "word"), [(0, "surely"), (2.5, "leans"), (3.5, "leans against"), (9, "surely against")]
)
def test_about_nothing_means_inside_the_band(value: float, word: str) -> None:
    assert standing(place((0,), value), "0", 3) == word


def test_wilson_against_a_case_reckoned_by_hand() -> None:
    found = wilson(8, 10)
    assert (found.low, found.high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))


def test_wilson_stays_within_a_share_and_knows_nothing_of_nothing() -> None:
    assert wilson(0, 5).low == 0
    assert wilson(5, 5).high == pytest.approx(1)
    assert isnan(wilson(0, 0).value)


def test_a_boundary_of_nothing_is_nowhere() -> None:
    assert boundary_of(grid(lambda *_: 1), [False] * 6, [SLIP, MIND]) == "nowhere in the sampled space"


SAYS = Prediction(says="x", measure="total_value", policy="a", against=("b",), sign="+")


def test_the_matrix_counts_settings_in_the_plane_of_the_two_factors_that_tell_most() -> None:
    places = tuple(grid(lambda slip, mind: 5 if slip == 0 or (mind and slip < 2) else -5))
    assert matrix(SAYS, Evidence((SLIP, MIND), places)) == [
        ["calibration \\ slip", "0 d", "5 d", "30 d"],
        ["stated", "1 of 1", "0 of 1", "0 of 1"],
        ["revealed", "1 of 1", "1 of 1", "0 of 1"],
    ]


def test_there_is_no_matrix_of_a_single_factor() -> None:
    assert matrix(SAYS, Evidence((SLIP,), tuple(place((level,), 1) for level in range(3)))) == []


def test_a_boundary_that_tells_no_more_than_the_usual_answer_is_none() -> None:
    places = grid(lambda *_: 1)
    assert boundary_of(places, [True] * 2 + [False] + [True] * 3, [SLIP, MIND]) == "no single factor tells where"
