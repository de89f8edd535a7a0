"""Whatever a file holds, it ends in faults with their places: never in a traceback, never in endless work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario import yaml_tree
from sim.scenario.faults import MOST_FAULTS, Fault
from sim.scenario.load import check_scenario, check_text
from sim.scenario.marks import read_marked
from sim.scenario.sketch import MOST_PLACES
from sim.scenario.yaml_tree import MOST_BYTES, MOST_DEPTH, MOST_NODES, MOST_WRITTEN

FIXTURES = Path(__file__).parents[1] / "fixtures" / "scenarios"
SMALL = (FIXTURES / "small.yaml").read_text()


class Steps:
    """How many events of the parser were taken."""

    count = 0


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    counted = Steps()
    take = yaml_tree._Builder.take

    def counting(builder: yaml_tree._Builder, event: object) -> None:
        counted.count += 1
        take(builder, event)

    monkeypatch.setattr(yaml_tree._Builder, "take", counting)
    yield counted
    assert counted.count <= 3 * MOST_WRITTEN


def refusal(text: str) -> Fault:
    """The one reason why a text is not even looked at."""
    scenario, (fault,) = check_text(text)
    assert scenario is None
    return fault


def nested_aliases(levels: int, width: int) -> str:
    lines = ["a0: &a0 [" + ", ".join(["x"] * width) + "]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * width) + "]" for n in range(1, levels)]
    return "\n".join(lines)


def test_an_alias_bomb_is_counted_as_what_it_stands_for(steps: Steps) -> None:
    fault = refusal(nested_aliases(9, 9))
    assert (fault.code, fault.line) == ("too_big", 6)
    assert fault.message == f"with its aliases the file holds more than {MOST_NODES} keys and values"
    assert steps.count < 200


def test_an_alias_bomb_of_mappings_is_no_better(steps: Steps) -> None:
    lines = ["a0: &a0 {x: 1}"] + [
        f"a{n}: &a{n} {{{', '.join(f'k{k}: *a{n - 1}' for k in range(9))}}}" for n in range(1, 9)
    ]
    assert refusal("\n".join(lines)).code == "too_big"
    assert steps.count < 300


def test_aliases_of_aliases_are_not_nested_without_end(steps: Steps) -> None:
    fault = refusal(nested_aliases(60, 1))
    assert (fault.code, fault.line) == ("too_deep", MOST_DEPTH)
    assert steps.count < 400


@pytest.mark.parametrize("text", ["a: &a [*a]", "&a [*a]", "a: &a {b: {c: *a}}", "a: &a {b: &b [*a], c: *b}"])
def test_an_alias_inside_what_it_names_is_refused(text: str) -> None:
    fault = refusal(text)
    assert (fault.code, fault.message) == ("alias", "'*a' stands inside what it names")


def test_honest_aliases_are_fine() -> None:
    text = SMALL.replace("{price: 39, unit_cost: 14}", "&p {price: 39, unit_cost: 14}, mug: *p")
    scenario, faults = check_text(text)
    assert faults == ()
    assert scenario is not None
    assert scenario.world.products["mug"] == scenario.world.products["gadget"]


@pytest.mark.parametrize(
    "text",
    ["[" * 20_000, "- " * 20_000, "{a: " * 9_000, "? " * 9_000, "".join(" " * n + "a:\n" for n in range(1_000))],
    ids=["lists", "dashes", "mappings", "questions", "indents"],
)
def test_deep_nesting_is_refused_where_it_gets_too_deep(text: str, steps: Steps) -> None:
    fault = refusal(text)
    assert (fault.code, fault.message) == ("too_deep", f"this is nested more than {MOST_DEPTH} deep")
    assert steps.count < 200


@pytest.mark.parametrize("text", [f"a: [{'1, ' * MOST_WRITTEN}]", "a: 1\n" * MOST_WRITTEN, "- \n" * MOST_WRITTEN])
def test_a_file_of_very_many_values_is_refused(text: str, steps: Steps) -> None:
    fault = refusal(text)
    assert fault.code == "too_big"
    assert fault.hint == "long lists belong in a CSV beside the scenario"
    assert steps.count <= MOST_WRITTEN + 10


def test_a_text_over_the_limit_is_not_parsed_at_all(steps: Steps) -> None:
    assert refusal("#" * (MOST_BYTES + 1)).message == "the text is longer than 1 MiB, the most a scenario may be"
    assert refusal("# " + "é" * (MOST_BYTES // 2)).code == "too_big"
    assert steps.count == 0


def test_a_file_over_the_limit_is_not_read_to_its_end(tmp_path: Path, steps: Steps) -> None:
    path = tmp_path / "x.yaml"
    with path.open("wb") as file:
        file.truncate(40 * MOST_BYTES)
    _, (fault,) = check_scenario(path)
    assert fault.message == "this file is larger than 1 MiB, the most it may be"
    assert steps.count == 0


@pytest.mark.parametrize("word", ["!<{}> 1", "!{} 1", "&{} 1", "{}", '"{}"'])
def test_a_word_of_endless_length_is_refused_before_parsing(word: str, steps: Steps) -> None:
    fault = refusal("title: x\na: " + word.format("x" * 900_000))
    assert (fault.code, fault.line, fault.column) == ("too_big", 2, 4)
    assert len(str(fault)) < 500
    assert steps.count == 0


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("!!python/object/apply:os.system [ls]", "!!python/object/apply:os.system"),
        ("!!python/name:os.system x", "!!python/name:os.system"),
        ("!mine {a: 1}", "!mine"),
        ("!!set {a, b}", "!!set"),
        ("!!binary aGk=", "!!binary"),
        ("!!timestamp 2026-01-01", "!!timestamp"),
        ("!<tag:example.com,2026:x> 1", "tag:example.com,2026:x"),
    ],
)
def test_foreign_tags_are_refused_at_their_place(value: str, tag: str) -> None:
    faults = check_text(SMALL + f"story: {value}\n")[1]
    (fault,) = [fault for fault in faults if fault.line == 14]
    assert (fault.column, fault.message) == (8, f"the tag {tag} is not allowed; scenarios hold plain values only")


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        ("!!str 39", "39"),
        ("!!float 39", 39.0),
        ("!!int '39'", 39),
        ("! 39", "39"),
        ("!!null ''", None),
        ("!!bool true", True),
    ],
)
def test_core_tags_mean_what_they_say(value: str, meaning: object) -> None:
    assert read_marked(f"a: {value}", "x").data == {"a": meaning}


@pytest.mark.parametrize("value", ["!!int x", "!!bool 1", "!!null 0", "!!float x"])
def test_a_core_tag_that_does_not_fit_is_a_fault(value: str) -> None:
    (fault,) = read_marked(f"a: {value}", "x").faults
    assert "does not fit its tag" in fault.message


@pytest.mark.parametrize("number", [".nan", ".NaN", ".inf", "-.INF", "+.inf", "1e999", "-1e400", "9" * 500])
def test_numbers_without_end_are_refused(number: str) -> None:
    _, (fault,) = check_text(SMALL.replace("price: 39", f"price: {number}"))
    assert (fault.line, fault.column) == (5, 30)


@pytest.mark.parametrize("number", ["9" * 300, "1e300", "-1e300", "0x" + "f" * 90])
@pytest.mark.parametrize("key", ["price: 39", "measure: 90 d", "visits: 20/d"])
def test_numbers_beyond_use_are_refused(number: str, key: str) -> None:
    faults = check_text(SMALL.replace(key, f"{key.split(':', maxsplit=1)[0]}: {number}"))[1]
    assert faults
    assert all(fault.line > 0 for fault in faults)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e3", 1000.0), ("012", 12), ("0o17", 15), ("0x1F", 31), ("+1", 1), (".5", 0.5), ("1.", 1.0), ("'1'", "1"),
     ("12:30", "12:30"), ("1_000", "1_000"), ("no", "no"), ("2026-01-01", "2026-01-01"), ("True", True),
     ("~", None), ("", None)],
)  # fmt: skip
def test_words_mean_what_yaml_1_2_says(text: str, value: object) -> None:
    found = read_marked(f"a: {text}", "x").data["a"]
    assert (found, type(found)) == (value, type(value))


def test_an_older_yaml_is_still_read_as_1_2() -> None:
    assert read_marked("%YAML 1.1\n---\na: no\nb: 012", "x").data == {"a": "no", "b": 12}


def test_every_duplicate_key_is_a_fault_and_the_first_counts() -> None:
    marked = read_marked("a: 1\nb: {c: 1, c: 2}\n'a': 3\n1: x\n'1': y", "x")
    assert marked.data == {"a": 1, "b": {"c": 1}, "1": "x"}
    assert [(fault.line, fault.path) for fault in marked.faults] == [(2, "b.c"), (3, "a"), (5, "1")]


def test_a_thousand_faults_are_not_all_told() -> None:
    faults = check_text(SMALL + "".join(f"k{number}: 1\n" for number in range(1_000)))[1]
    assert len(faults) == MOST_FAULTS + 1
    assert faults[-1].code == "more"


def test_a_network_without_end_is_not_walked() -> None:
    count = int(MOST_PLACES**0.5) + 1
    products = "".join(f", p{number}: {{}}" for number in range(count))
    warehouses = "".join(f", w{number}: {{}}" for number in range(count))
    text = SMALL.replace("unit_cost: 14}}", f"unit_cost: 14}}{products}}}").replace(
        "main: {}}", f"main: {{}}{warehouses}}}"
    )
    assert [fault.code for fault in check_text(text)[1]] == ["too_big"]


def test_laws_are_not_nested_without_end() -> None:
    law = '"' + "truncated(" * 900 + "1 d" + ")" * 900 + '"'
    text = SMALL.replace('"gamma(mean=10 d, cv=0.2)"', law)
    (fault,) = check_text(text)[1]
    assert (fault.line, fault.message) == (8, "laws are nested more than 20 deep")
    mapping = "{dist: shifted, by: 1 d, law: " * 30 + "1 d" + "}" * 30
    assert all(fault.line == 8 for fault in check_text(SMALL.replace('"gamma(mean=10 d, cv=0.2)"', mapping))[1])


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\ud800", "\ufffe"])
def test_characters_that_no_text_holds_are_faults(character: str) -> None:
    fault = refusal(SMALL + f"story: a{character}b\n")
    assert (fault.line, fault.column) == (14, 9)
    assert character not in str(fault)


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null"])
def test_what_is_no_regular_file_is_not_read(name: str) -> None:
    if not Path(name).exists():
        pytest.skip("no such device here")
    _, (fault,) = check_scenario(name)
    assert fault.message == "this is not a regular file"


MARKS = st.sampled_from(
    [*"[]{}:,-?&*!|>'\"%@`#~ \n\t", "a: ", "- ", "&a ", "*a", "!!str ", "---\n", "...", "<<: ", "\r\n", "  ", "1", "x"]
)


@given(st.lists(MARKS, max_size=40).map("".join))
@settings(max_examples=300, deadline=None)
def test_no_text_at_all_leads_to_a_traceback(text: str) -> None:
    scenario, faults = check_text(text)
    assert scenario is None
    assert faults
    assert all(str(fault) for fault in faults)


@given(st.integers(0, len(SMALL) - 1), st.integers(0, 30), st.text(max_size=5))
@settings(max_examples=200, deadline=None)
def test_no_small_damage_leads_to_a_traceback(start: int, length: int, patch: str) -> None:
    scenario, faults = check_text(SMALL[:start] + patch + SMALL[start + length :])
    assert (scenario is None) == bool(faults)
    assert all(str(fault) for fault in faults)
