"""Stockout: backorder or out of stock? The public interface; every name is loaded when first asked for.

from sim import load_scenario, run, compare

scenario = load_scenario("scenarios/viral_spike.yaml")
results = run(scenario, replications=200)
print(compare(results, baseline="out_of_stock"))
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sim.compare.paired import compare as compare
    from sim.compare.precision import estimate as estimate
    from sim.compare.precision import needed as needed
    from sim.compare.verdict import Verdict as Verdict
    from sim.compare.wording import amount as amount
    from sim.compare.wording import heading as heading
    from sim.course.course import Course as Course
    from sim.course.promises import LATE_DAYS as LATE_DAYS
    from sim.course.promises import Pledged as Pledged
    from sim.course.quantity import QUANTITIES as QUANTITIES
    from sim.dial import dials as dials
    from sim.fit.history import Histories as Histories
    from sim.fit.history import read_histories as read_histories
    from sim.fit.offers import Offers as Offers
    from sim.fit.offers import read_offers as read_offers
    from sim.fit.patience import PatienceFit as PatienceFit
    from sim.fit.patience import fit_patience as fit_patience
    from sim.fit.visits import VisitsFit as VisitsFit
    from sim.fit.visits import fit_visits as fit_visits
    from sim.knob import Dial as Dial
    from sim.ledger.audit import audit as audit
    from sim.ledger.ledger import Ledger as Ledger
    from sim.ledger.views import path as path
    from sim.lever import Lever as Lever
    from sim.lever import levers as levers
    from sim.lexicon import Chapter as Chapter
    from sim.lexicon import Word as Word
    from sim.lexicon import glossary as glossary
    from sim.measures.entry import Measure as Measure
    from sim.measures.measure import GROUPS as GROUPS
    from sim.measures.measure import MEASURES as MEASURES
    from sim.measures.measure import measure as measure
    from sim.menu import AS_WRITTEN as AS_WRITTEN
    from sim.menu import Choice as Choice
    from sim.menu import choices as choices
    from sim.model.simulate import simulate as simulate
    from sim.occasions import Span as Span
    from sim.playback import Life as Life
    from sim.playback import Replay as Replay
    from sim.playback import replay as replay
    from sim.replicate import Cell as Cell
    from sim.replicate import Played as Played
    from sim.replicate import ReplicationError as ReplicationError
    from sim.replicate import play as play
    from sim.replicate import regrets as regrets
    from sim.replicate import run as run
    from sim.replicate import run_cell as run_cell
    from sim.results import Results as Results
    from sim.results import Summary as Summary
    from sim.saving import packages as packages
    from sim.saving import resolved as resolved
    from sim.scenario.cross_budget import workload as workload
    from sim.scenario.faults import Fault as Fault
    from sim.scenario.faults import Finding as Finding
    from sim.scenario.faults import ScenarioFaults as ScenarioFaults
    from sim.scenario.faults import in_order as in_order
    from sim.scenario.faults import one_of as one_of
    from sim.scenario.faults import shown as shown
    from sim.scenario.law import Law as Law
    from sim.scenario.laws import parse_number_law as parse_number_law
    from sim.scenario.load import Source as Source
    from sim.scenario.load import check_scenario as check_scenario
    from sim.scenario.load import load_scenario as load_scenario
    from sim.scenario.load import read_raw as read_raw
    from sim.scenario.load import read_source as read_source
    from sim.scenario.load_part import Document as Document
    from sim.scenario.load_part import load_part as load_part
    from sim.scenario.overrides import PathError as PathError
    from sim.scenario.overrides import get_path as get_path
    from sim.scenario.part import Part as Part
    from sim.scenario.policies import Levers as Levers
    from sim.scenario.presets import Preset as Preset
    from sim.scenario.presets import presets as presets
    from sim.scenario.quantities import Duration as Duration
    from sim.scenario.quantity_text import parse_share as parse_share
    from sim.scenario.rewrite import rewritten as rewritten
    from sim.scenario.sales import Assumptions as Assumptions
    from sim.scenario.sales import ColumnChoice as ColumnChoice
    from sim.scenario.sales import Notation as Notation
    from sim.scenario.sales import read_sales as read_sales
    from sim.scenario.sales import write_scenario as write_scenario
    from sim.scenario.sales_text import sales_text as sales_text
    from sim.scenario.scenario import Scenario as Scenario
    from sim.scenario.schema import schema_text as schema_text
    from sim.scenario.schema import write_schema as write_schema
    from sim.scenario.world import Calendar as Calendar
    from sim.scenario.world import World as World
    from sim.sighting import Glimpse as Glimpse
    from sim.sighting import glimpse as glimpse
    from sim.sighting import glimpsed as glimpsed
    from sim.story import FATES as FATES
    from sim.story import tell as tell
    from sim.tales import Cast as Cast
    from sim.tales import Tale as Tale
    from sim.tales import cast as cast
    from sim.tales import tale as tale
    from sim.tape.draw import draw_tape as draw_tape
    from sim.tape.tape import Tape as Tape
    from sim.telling.phrases import instant as instant
    from sim.timeline import Band as Band
    from sim.timeline import Timelines as Timelines
    from sim.timeline import spread as spread
    from sim.timeline import timelines as timelines
    from sim.version import VERSION as VERSION
    from sim.workers import end_with as end_with
else:
    # The function `compare` bears the name of the package it lives in. Importing a package for the first time sets
    # its name here; done now and undone, no later import of one of its parts can hide the function.
    from sim import compare

    del compare

_HOMES: Final = MappingProxyType(
    {
        "AS_WRITTEN": "sim.menu",
        "Assumptions": "sim.scenario.sales",
        "Band": "sim.timeline",
        "Calendar": "sim.scenario.world",
        "Cast": "sim.tales",
        "Cell": "sim.replicate",
        "Chapter": "sim.lexicon",
        "Choice": "sim.menu",
        "ColumnChoice": "sim.scenario.sales",
        "Course": "sim.course.course",
        "Dial": "sim.knob",
        "Document": "sim.scenario.load_part",
        "Duration": "sim.scenario.quantities",
        "FATES": "sim.story",
        "Fault": "sim.scenario.faults",
        "Finding": "sim.scenario.faults",
        "GROUPS": "sim.measures.measure",
        "Glimpse": "sim.sighting",
        "Histories": "sim.fit.history",
        "LATE_DAYS": "sim.course.promises",
        "Law": "sim.scenario.law",
        "Ledger": "sim.ledger.ledger",
        "Life": "sim.playback",
        "Lever": "sim.lever",
        "Levers": "sim.scenario.policies",
        "MEASURES": "sim.measures.measure",
        "Measure": "sim.measures.entry",
        "Notation": "sim.scenario.sales",
        "Offers": "sim.fit.offers",
        "Part": "sim.scenario.part",
        "PathError": "sim.scenario.overrides",
        "PatienceFit": "sim.fit.patience",
        "Pledged": "sim.course.promises",
        "Played": "sim.replicate",
        "Preset": "sim.scenario.presets",
        "QUANTITIES": "sim.course.quantity",
        "Replay": "sim.playback",
        "ReplicationError": "sim.replicate",
        "Results": "sim.results",
        "Scenario": "sim.scenario.scenario",
        "ScenarioFaults": "sim.scenario.faults",
        "Source": "sim.scenario.load",
        "Span": "sim.occasions",
        "Summary": "sim.results",
        "Tale": "sim.tales",
        "Tape": "sim.tape.tape",
        "Timelines": "sim.timeline",
        "VERSION": "sim.version",
        "Verdict": "sim.compare.verdict",
        "VisitsFit": "sim.fit.visits",
        "Word": "sim.lexicon",
        "World": "sim.scenario.world",
        "amount": "sim.compare.wording",
        "audit": "sim.ledger.audit",
        "cast": "sim.tales",
        "check_scenario": "sim.scenario.load",
        "choices": "sim.menu",
        "compare": "sim.compare.paired",
        "dials": "sim.dial",
        "end_with": "sim.workers",
        "estimate": "sim.compare.precision",
        "draw_tape": "sim.tape.draw",
        "fit_patience": "sim.fit.patience",
        "fit_visits": "sim.fit.visits",
        "get_path": "sim.scenario.overrides",
        "glimpse": "sim.sighting",
        "glimpsed": "sim.sighting",
        "glossary": "sim.lexicon",
        "heading": "sim.compare.wording",
        "in_order": "sim.scenario.faults",
        "instant": "sim.telling.phrases",
        "levers": "sim.lever",
        "load_part": "sim.scenario.load_part",
        "load_scenario": "sim.scenario.load",
        "measure": "sim.measures.measure",
        "needed": "sim.compare.precision",
        "one_of": "sim.scenario.faults",
        "packages": "sim.saving",
        "read_histories": "sim.fit.history",
        "read_offers": "sim.fit.offers",
        "parse_number_law": "sim.scenario.laws",
        "parse_share": "sim.scenario.quantity_text",
        "path": "sim.ledger.views",
        "play": "sim.replicate",
        "presets": "sim.scenario.presets",
        "read_raw": "sim.scenario.load",
        "read_sales": "sim.scenario.sales",
        "read_source": "sim.scenario.load",
        "regrets": "sim.replicate",
        "replay": "sim.playback",
        "resolved": "sim.saving",
        "rewritten": "sim.scenario.rewrite",
        "run": "sim.replicate",
        "run_cell": "sim.replicate",
        "sales_text": "sim.scenario.sales_text",
        "schema_text": "sim.scenario.schema",
        "shown": "sim.scenario.faults",
        "simulate": "sim.model.simulate",
        "spread": "sim.timeline",
        "tale": "sim.tales",
        "tell": "sim.story",
        "timelines": "sim.timeline",
        "workload": "sim.scenario.cross_budget",
        "write_scenario": "sim.scenario.sales",
        "write_schema": "sim.scenario.schema",
    }
)
"""Where each public name lives."""

__all__ = tuple(sorted(_HOMES))


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*globals(), *_HOMES]
