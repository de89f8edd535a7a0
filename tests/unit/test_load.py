"""Loading: what a file means, where its faults are, and the visits it keeps in CSV files."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.faults import Fault, ScenarioFaults, did_you_mean, in_order, shown
from sim.scenario.load import check_scenario, check_text, from_text, load_scenario, read_raw
from sim.words import DAY, FOREVER

FIXTURES = Path(__file__).parents[1] / "fixtures" / "scenarios"
SMALL = (FIXTURES / "small.yaml").read_text()

TEN = """\
FILE:4:29: world.calendar.mesure: unknown key 'mesure'; did you mean 'measure'?
      4 |   calendar: {warm_up: 10 d, mesure: 90 d}
        |                             ^
FILE:6:21: world.products.gadget.price: -3 is too small; it must be at least 0
      6 |     gadget: {price: -3, unit_cost: 14}
        |                     ^
FILE:7:35: world.suppliers.factory.capacity: '400/dy' has an unknown unit 'dy'; did you mean 'd'?
      7 |   suppliers: {factory: {capacity: 400/dy}}
        |                                   ^
FILE:8:34: world.warehouses.main.receiving: 'soon' is not a duration such as '5 d' or '36 h'
      8 |   warehouses: {main: {receiving: soon}}
        |                                  ^
FILE:10:51: world.lanes.factory-main.lead_time.dist: there is no law 'gama'; did you mean 'gamma'?
     10 |     - {from: factory, to: main, lead_time: {dist: gama, mean: 40 d, cv: 0.2}}
        |                                                   ^
FILE:13:13: world.customers.shoppers.buys: there is no product 'gadgte'; did you mean 'gadget'?
     13 |       buys: gadgte
        |             ^
FILE:16:17: world.customers.shoppers.patience: expected ',' but found the end (character 21)
     16 |       patience: lognormal(median=7 d
        |                 ^
FILE:18:36: levers.replenish.S: the order-up-to level S = 20 is below the reorder point s = 40
     18 |   replenish: {rule: s_S, s: 40, S: 20}
        |                                    ^
FILE:20:27: policies.backorder.when_short: 'backoder' is not one of 'out_of_stock', 'backorder', 'hybrid', \
'preorder', 'by_class', 'ev_greedy' or 'oracle'; \
did you mean 'backorder'?
     20 |   backorder: {when_short: backoder}
        |                           ^
FILE:21:22: plan.replications: 'twenty' is not a whole number
     21 | plan: {replications: twenty}
        |                      ^"""


def faults_of(text: str, **options: object) -> tuple[Fault, ...]:
    return check_text(text, **options)[1]


def only_fault(text: str, **options: object) -> Fault:
    (fault,) = faults_of(text, **options)
    return fault


def changed(old: str, new: str) -> str:
    assert SMALL.count(old) == 1
    return SMALL.replace(old, new)


def in_folder(tmp_path: Path, visits: str, **files: str) -> Path:
    """A scenario whose shoppers come as told, with CSV files beside it."""
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text)
    path = tmp_path / "shop.yaml"
    levers = "levers: {replenish: {rule: r_Q, r: 1, Q: 3}}\npolicies:"
    path.write_text(changed("20/d", visits).replace("policies:", levers))
    return path


def test_a_good_file_becomes_a_scenario() -> None:
    scenario = load_scenario(FIXTURES / "small.yaml")
    assert scenario.title == "One gadget, one shop"
    assert scenario.world.calendar.close == 110 * DAY


def test_a_path_may_be_text_and_a_text_of_several_lines_is_yaml() -> None:
    assert load_scenario(str(FIXTURES / "small.yaml")) == load_scenario(SMALL) == from_text(SMALL)


def test_layout_and_notation_do_not_change_the_digest() -> None:
    other = changed("20/d", "20 per d").replace("90 d", "2160 h").replace("One", "'One").replace("shop", "shop'", 1)
    assert from_text(other).digest == from_text(SMALL).digest


def test_a_date_stays_a_date() -> None:
    scenario = from_text(changed("{warm_up", "{start: 2026-03-02, warm_up"))
    assert str(scenario.world.calendar.start) == "2026-03-02"


def test_ten_faults_are_told_at_once() -> None:
    path = FIXTURES / "ten_faults.yaml"
    scenario, faults = check_scenario(path)
    assert scenario is None
    assert "\n".join(str(fault) for fault in faults).replace(str(path), "FILE") == TEN


def test_the_error_carries_the_faults_and_reads_like_them() -> None:
    with pytest.raises(ScenarioFaults) as caught:
        load_scenario(FIXTURES / "ten_faults.yaml")
    assert len(caught.value.faults) == 10
    assert isinstance(caught.value, ScenarioError)
    assert str(caught.value) == "\n".join(str(fault) for fault in caught.value.faults)


def test_the_error_survives_a_trip_between_processes() -> None:
    error = ScenarioFaults([Fault("a.yaml", 1, 2, "x", "value", "wrong")])
    assert pickle.loads(pickle.dumps(error)).faults == error.faults


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "hint"),
    [
        ("title:", "titel:", "titel", "unknown key 'titel'", "did you mean 'title'?"),
        ("title: One gadget, one shop\n", "", "title", "'title' is missing (what the scenario is called)", ""),
        ("One gadget, one shop", "7", "title", "7 is not text", "put it in quotes if it is meant as text"),
        ("version: 1", "version: one", "version", "'one' is not a version of scenario files", "write 1"),
        ("version: 1", "version: true", "version", "true is not a version of scenario files", "write 1"),
        ("factory: {}", "factory: []", "world.suppliers.factory",
         "a list stands where a mapping (key: value) belongs", ""),
        ("backorder: {", "7backorder: {", "policies.7backorder",
         "'7backorder' is not a name: a letter, then letters, digits, '_' and '-', at most 40", ""),
        ("20/d", "20 d", "world.customers.shoppers.visits", "'20 d' is not a rate such as '20/d'",
         "did you mean '20/d'?"),
        ("20/d", "{evry: 1 d}", "world.customers.shoppers.visits.evry", "unknown key 'evry'", "did you mean 'every'?"),
        ("20/d", "{}", "world.customers.shoppers.visits", "visits need one of rate, every, history, trace", ""),
        ("20/d", "{rate: 2/d, every: 1 d}", "world.customers.shoppers.visits.every",
         "'every' cannot stand beside 'rate'", ""),
        ("20/d", "20/d, patience: gamma(mean=3 d)", "world.customers.shoppers.patience", "gamma needs 'cv'", ""),
        ("20/d", "20/d, patience: 'gamma(mean=3 d, cv=-1)'", "world.customers.shoppers.patience",
         "gamma cv: -1 is too small; it must be more than 0", ""),
        ("out_of_stock: {}", "out_of_stock: {replenish: s_S}", "policies.out_of_stock.replenish",
         "'s_S' stands where a mapping (key: value) belongs", "write {rule: s_S}"),
        ("out_of_stock: {}", "out_of_stock: {replenish: {rule: s_S, S: atuo}}", "policies.out_of_stock.replenish.S",
         "'atuo' is not a whole number, nor 'auto'", "did you mean 'auto'?"),
        ("out_of_stock: {}", "out_of_stock: {replenish: {rule: s_S, Q: 3}}", "policies.out_of_stock.replenish.Q",
         "unknown key 'Q' for rule 's_S'", "known are service, fill_rate, cover, rule, s, S"),
        ("out_of_stock: {}", "out_of_stock: {allocate: {overtaking: never}}", "policies.out_of_stock.allocate.rule",
         "'rule' is missing (one of fifo, edd, value, smallest, least_patience, class, late_first, pro_rata, lottery, "
         "new_first)", ""),
        ('cv=0.2)"', 'cv=0.2)", slip: {late: 38 %, meen: 5 d}', "world.lanes.factory-main.slip.meen",
         "unknown key 'meen'", "did you mean 'mean'?"),
        ("{price: 39", "{<<: {price: 39}", "world.products.gadget.<<", "unknown key '<<'",
         "YAML 1.2 has no merge keys"),
    ],
)  # fmt: skip
def test_a_fault_says_where_what_and_what_instead(old: str, new: str, place: str, message: str, hint: str) -> None:
    fault = only_fault(changed(old, new))
    assert (fault.path, fault.message, fault.hint) == (place, message, hint)


def test_a_missing_key_is_placed_at_what_lacks_it() -> None:
    fault = only_fault(changed("measure: 90 d, ", ""))
    assert (fault.line, fault.column, fault.path) == (4, 3, "world.calendar.measure")


def test_a_fault_in_a_list_is_named_by_number_where_items_have_no_names() -> None:
    events = "demand: [{kind: viral, product: gadget, at: 1 d}, {kind: viral, product: gadget, at: x}]\npolicies:"
    fault = only_fault(changed("policies:", f"  {events}"))
    assert fault.path == "world.demand.1.at"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "this file is empty"),
        ("# nothing but a remark\n", "this file is empty"),
        ("[1, 2]", "a scenario is a mapping (version: 1, title: ...) and this is a list"),
        ("version: 2\nnews: true", "this file needs a newer stockout: it is of version 2 and this one reads 1"),
        ("version: 1\n\ttitle: x", "a tab stands here"),
        ("a: [1,\nb: 2", "the list that begins with '[' on line 1 lacks a ',' or its ']'"),
        ("a: {x: 1\nb: 2", "the mapping that begins with '{' on line 1 lacks a ',' or its '}'"),
        ("a: 'x", "the quote that opens on line 1 is never closed"),
        ("a: b: c", "a ':' is not expected here"),
        ("a: @x", "a value cannot begin with @"),
        ("a:\n  - b\n c: d", "this does not line up with the lines above it"),
        ("a: 1\n---\nb: 2", "a second document begins here; a scenario is one document"),
        ("a: *b", "nothing above is named '&b'"),
        ("? [a, b]\n: 1\nversion: 2", "a key must be one word, not a list or a mapping"),
    ],
)
def test_what_is_no_scenario_at_all_is_one_fault_or_begins_with_it(text: str, message: str) -> None:
    assert faults_of(text)[0].message == message


def test_words_that_older_yaml_took_for_something_else_stay_words() -> None:
    text = changed("policies:", "levers: {replenish: {rule: none}}\npolicies:\n  no: {}\n  on: {}")
    assert list(from_text(text).policies)[:2] == ["no", "on"]


def test_duplicate_keys_name_both_lines() -> None:
    fault = only_fault(SMALL + "policies: {}\n")
    assert (fault.line, fault.message) == (14, "'policies' is given twice, on line 11 and on line 14")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: folder, "this is a folder, not a file"),
        (lambda folder: folder / "smal.yaml", "there is no such file"),
        (lambda folder: folder / "none" / "x.yaml", "there is no such file"),
        (lambda folder: Path("a\0b"), "there is no such file"),
    ],
)
def test_what_is_no_file_is_a_fault(make: object, message: str) -> None:
    scenario, (fault,) = check_scenario(make(FIXTURES))
    assert (scenario, fault.message, fault.line) == (None, message, 0)


def test_a_missing_file_has_a_likely_name() -> None:
    _, (fault,) = check_scenario(FIXTURES / "smal.yaml")
    assert fault.hint == "did you mean 'small.yaml'?"


def test_a_file_that_is_not_utf8_says_where(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"version: 1\ntitle: caf\xe9\n")
    _, (fault,) = check_scenario(path)
    assert (fault.line, fault.column, fault.message) == (2, 11, "this is not UTF-8 text")


def test_a_byte_order_mark_is_no_fault() -> None:
    assert from_text("\ufeff" + SMALL) == from_text(SMALL)


def test_raw_values_are_as_written() -> None:
    assert read_raw(FIXTURES / "small.yaml")["world"]["customers"]["shoppers"]["visits"] == "20/d"


@pytest.mark.parametrize("text", ["", "[1]", "a: 1\na: 2", "a: ["])
def test_raw_values_of_an_unreadable_file_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.yaml").write_text(text)
    with pytest.raises(ScenarioFaults):
        read_raw(tmp_path / "x.yaml")


def test_raw_values_of_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioFaults, match="there is no such file"):
        read_raw(tmp_path / "x.yaml")


def test_a_history_is_read_from_its_csv() -> None:
    visits = load_scenario(FIXTURES / "history.yaml").world.customers["shoppers"].visits
    assert visits.days == 7
    assert [(line.day, line.units, line.lines) for line in visits.history] == [(1, 1, 5), (1, 2, 1), (4, 4, 1)]


def test_a_trace_is_read_from_its_csv() -> None:
    visits = load_scenario(FIXTURES / "trace.yaml").world.customers["callers"].visits
    rows = [(visit.at, visit.units, visit.patience) for visit in visits.trace]
    assert rows == [(DAY, 1, FOREVER), (DAY * 3 // 2, 2, 4 * DAY), (3 * DAY, 1, 0)]


def test_the_digest_covers_the_lines_of_the_csv(tmp_path: Path) -> None:
    digests = []
    for units in (1, 2):
        path = in_folder(tmp_path, "{trace: v.csv}", v=f"at,units,patience\n1 d,{units},any\n")
        digests.append(load_scenario(path).digest)
    assert digests[0] != digests[1]


def test_a_history_of_one_product_needs_no_product_and_no_lines(tmp_path: Path) -> None:
    path = in_folder(tmp_path, "{history: h.csv}", h="date,units\n2026-03-01,3\n2026-03-01,3\n")
    visits = load_scenario(path).world.customers["shoppers"].visits
    assert (visits.days, [(line.units, line.lines) for line in visits.history]) == (1, [(3, 2)])


@pytest.mark.parametrize(
    ("visits", "csv", "line", "message", "hint"),
    [
        ("{history: v.csv}", "date,units\n2026-3-1,3\n", 2, "'2026-3-1' is not a date such as 2026-03-02", ""),
        ("{history: v.csv}", "date,units\n2026-03-01,-3\n", 2, "'-3' is not a whole number of at least 1", ""),
        ("{history: v.csv}", "date,unit\n", 1, "there is no column 'unit' in such a file", "did you mean 'units'?"),
        ("{history: v.csv}", "date,date,units\n", 1, "the column 'date' comes twice", ""),
        ("{history: v.csv}", "date\n", 1, "the first line must name the columns; units is missing", ""),
        ("{history: v.csv}", "", 1, "the first line must name the columns; date, units is missing", ""),
        ("{history: v.csv}", "date,units\n", 1, "this file lists no order lines", ""),
        ("{history: v.csv}", "date,units\n2026-03-01\n", 2, "this line has 1 cells and the first has 2", ""),
        ("{history: v.csv}", 'date,units\n2026-03-01,"3\n', 3, "this is not CSV (unexpected end of data)", ""),
        ("{history: v.csv}", "date,product,units\n2026-03-01,a,1\n2026-03-01,b,1\n", 1,
         "this file has several products (a, b)", "say under `product` which one is meant"),
        ("{history: v.csv, product: mugg}", "date,product,units\n2026-03-01,mug,1\n", 1,
         "this file has no product 'mugg'", "did you mean 'mug'?"),
        ("{history: v.csv, product: '22'}", "date,product,units\n2026-03-01,mug,1\n", 1,
         "this file has no product '22'", "it has mug"),
        ("{trace: v.csv}", "at\n1 q\n", 2, "'1 q' has an unknown unit 'q'", "known are s, min, h, d, wk, mo, yr"),
        ("{trace: v.csv}", "at,patience\n1 d,-1 d\n", 2, "'-1 d' is negative", "a duration cannot be"),
        ("{trace: v.csv}", "at\n", 1, "this file lists no visits", ""),
    ],
)  # fmt: skip
def test_a_fault_in_a_csv_carries_its_own_line(  # noqa: PLR0917
    tmp_path: Path, visits: str, csv: str, line: int, message: str, hint: str
) -> None:
    _, faults = check_scenario(in_folder(tmp_path, visits, v=csv))
    assert [fault for fault in faults if fault.code == "csv"] == [
        next(f for f in faults if (f.line, f.message, f.hint) == (line, message, hint))
    ]
    assert faults[0].file == (tmp_path / "v.csv").as_posix()


def test_a_csv_that_states_its_days_otherwise_is_contradicted(tmp_path: Path) -> None:
    path = in_folder(tmp_path, "{history: v.csv, days: 9}", v="date,units\n2026-03-01,3\n")
    _, (fault,) = check_scenario(path)
    assert (fault.path, fault.message) == (
        "world.customers.shoppers.visits.days",
        "the file covers 1 days; leave this out",
    )


@pytest.mark.parametrize(
    "name",
    ["../v.csv", "/etc/passwd", "a/../../v.csv", "C:\\v.csv", "\\\\host\\v.csv", "..\\v.csv", "link.csv", "a\\0b"],
)
def test_a_csv_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "v.csv").write_text("at\n1 d\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "link.csv").symlink_to(tmp_path / "v.csv")
    _, faults = check_scenario(in_folder(inner, f'{{trace: "{name}"}}' if "\\0" in name else f"{{trace: '{name}'}}"))
    assert [fault.code for fault in faults] == ["file"]
    assert "folder of the scenario" in faults[0].message


def test_a_missing_or_huge_csv_is_a_fault_at_its_name(tmp_path: Path) -> None:
    _, (fault,) = check_scenario(in_folder(tmp_path, "{trace: nope.csv}"))
    assert fault.message.endswith("nope.csv: there is no such file")
    assert fault.path == "world.customers.shoppers.visits.trace"
    with (tmp_path / "nope.csv").open("wb") as file:
        file.truncate(20 * 2**20 + 1)
    _, (fault,) = check_scenario(tmp_path / "shop.yaml")
    assert fault.message.endswith("this file is larger than 20 MiB, the most it may be")


def test_a_csv_that_leads_to_itself_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    _, (fault,) = check_scenario(in_folder(tmp_path, "{trace: loop.csv}"))
    assert fault.code == "file"


def test_a_file_that_cannot_be_read_is_a_fault() -> None:
    strange = Path("/proc/self/mem")
    if not strange.exists():
        pytest.skip("no such file here")
    _, (fault,) = check_scenario(strange)
    assert fault.message.startswith("this file cannot be read")


def test_a_text_may_not_name_files_unless_allowed() -> None:
    text = (FIXTURES / "trace.yaml").read_text()
    assert only_fault(text).message == "a scenario from here cannot name files; list the visits in the scenario itself"
    allowed = from_text(text, name=str(FIXTURES / "edited.yaml"), files_allowed=True)
    assert len(allowed.world.customers["callers"].visits.trace) == 3


def test_more_faults_than_anybody_reads_are_counted() -> None:
    faults = in_order(Fault("x", line, 1, "", "value", "wrong") for line in range(1, 260))
    assert len(faults) == 201
    assert faults[-1].message == "and at least 59 more faults"


def test_a_long_line_is_cut_around_the_fault() -> None:
    text = str(Fault("x", 1, 900, "", "value", "wrong", source_line="." * 899 + "!" + "." * 500))
    excerpt, caret = text.splitlines()[1:]
    assert len(excerpt) < 140
    assert excerpt[caret.index("^")] == "!"


def test_values_in_messages_are_short_and_harmless() -> None:
    assert shown("a\x1b[31m\nb") == "'a [31m b'"
    assert len(shown("x" * 10_000)) < 70
    assert shown(10**400) == "this number"


def test_no_word_is_meant_by_an_endless_one() -> None:
    assert did_you_mean("price" * 100, ["price"]) == ""


def test_loading_needs_no_heavy_library() -> None:
    code = "import sys, sim.scenario.load; print([m for m in sys.argv[1:] if m in sys.modules])"
    heavy = ["pandas", "scipy", "plotly", "streamlit", "simpy", "pyarrow"]
    done = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_law_without_quotes_in_a_flow_mapping_is_recognised() -> None:
    faults = faults_of(changed('"gamma(mean=10 d, cv=0.2)"}', "gamma(mean=10 d, cv=0.2)}"))
    assert any(fault.hint.startswith("put quotes around a law") for fault in faults)
