"""The JSON Schema (draft 7) from which editors complete and check scenario files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from sim.scenario.part import Part
from sim.scenario.scenario import Scenario

Schema = dict[str, Any]

_CSV: Final = r"\.[Cc][Ss][Vv]$"
_NOT_IN_NAMES: Final = re.compile(r"[^a-zA-Z0-9.\-_]")
_FORGOTTEN: Final = ("title", "discriminator")


class _Written(GenerateJsonSchema):
    """Shows defaults as an author writes them: `7 d`, not a number of seconds."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """The schema of a field that has a default."""
        result = super().default_schema(schema)
        write = _writer(schema["schema"])
        if "default" in result and result["default"] is not None and write:
            result["default"] = write(schema["default"])
        return result


def _writer(schema: Any) -> Callable[[Any], str] | None:
    """What writes values of a type as text, if something does."""
    while isinstance(schema, dict):
        how = schema.get("serialization")
        if how and how["type"] == "function-plain":
            write: Callable[[Any], str] = how["function"]
            return write
        schema = schema.get("schema")
    return None


def scenario_schema() -> Schema:
    """The schema of scenario files, with all the short forms that the loader takes."""
    schema = Scenario.model_json_schema(by_alias=True, schema_generator=_Written)
    schema["definitions"] = schema.pop("$defs")
    _add_short_forms(schema["definitions"])
    names = _short_names(schema["definitions"])
    tidied: Schema = _tidied(schema, names)
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "Stockout scenario"}
    return {**head, **tidied}


def schema_text() -> str:
    """The schema as a text, the same bytes for the same models."""
    return json.dumps(scenario_schema(), indent=1, ensure_ascii=False) + "\n"


def write_schema(path: Path) -> None:
    """Write the schema into a file."""
    path.write_text(schema_text(), encoding="utf-8", newline="\n")


def _add_short_forms(definitions: dict[str, Schema]) -> None:
    properties = {name: part.get("properties", {}) for name, part in definitions.items()}
    _allow(properties["Customers"]["visits"], properties["PoissonVisits"]["rate"])
    _allow(properties["Supplier"]["capacity"], properties["PoissonVisits"]["rate"] | {"examples": ["400/d"]})
    rules = properties["Ordered"]["rule"]["enum"] + [properties["NewFirst"]["rule"]["const"]]
    _allow(properties["Levers"]["allocate"], {"type": "string", "enum": rules})
    for lever, part in (("updates", "Updates"), ("consent", "Consent")):
        properties["Levers"][lever]["description"] = definitions[part]["description"]
        _allow(properties["Levers"][lever], {"type": "string", "enum": properties[part]["rule"]["enum"]})
    names = {"type": "array", "items": {"type": "string"}, "examples": [["blue_mug", "red_mug"]]}
    _allow(properties["Product"]["substitutes"], names)
    _allow(definitions["CountLaw"], properties["Table"]["weights"])
    for kind, key in (("HistoryVisits", "history"), ("TraceVisits", "trace")):
        about = "The path of a CSV inside the folder of the scenario."
        file = {"type": "string", "pattern": _CSV, "description": about, "examples": ["data/sales.csv"]}
        stated = properties[kind][key]
        properties[kind][key] = {"description": stated.pop("description"), "anyOf": [file, stated]}
    definitions["HistoryVisits"]["required"].remove("days")


def _allow(schema: Schema, form: Schema) -> None:
    """Let a value be written in one more form."""
    forms = schema.pop("oneOf", None) or schema.pop("anyOf", None) or [_moved(schema)]
    schema["anyOf"] = [{key: value for key, value in form.items() if key != "description"}, *forms]


def _moved(schema: Schema) -> Schema:
    """The only form there was, taken out of a value's schema."""
    about = ("description", "default", "examples", "title")
    return {key: schema.pop(key) for key in list(schema) if key not in about}


def definition_name(part: type[Part]) -> str:
    """Under what name the schema defines a part."""
    return _short_name(_NOT_IN_NAMES.sub("_", part.__name__))


def _short_names(definitions: dict[str, Schema]) -> dict[str, str]:
    """Names of definitions by the reference that now leads to them."""
    return {f"#/$defs/{name}": _short_name(name) for name in definitions}


def _short_name(name: str) -> str:
    """`Gamma_Annotated_int__...`, the gamma law of durations, as `DurationGamma`."""
    base, _, of = name.partition("_Annotated_")
    return f"Duration{base}" if of else name


def _tidied(value: Any, names: dict[str, str]) -> Any:
    """The same schema in the words of draft 7, without what only machines ask for."""
    if isinstance(value, list):
        return [_tidied(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    return dict(_tidied_items(value, names))


def _tidied_items(schema: Schema, names: dict[str, str]) -> Iterator[tuple[str, Any]]:
    for key, value in schema.items():
        if key in ("properties", "definitions", "patternProperties"):
            yield key, {_short_name(name): _tidied(inner, names) for name, inner in value.items()}
        elif key == "$ref":
            yield key, f"#/definitions/{names[value]}"
        elif key == "oneOf":
            yield "anyOf", _tidied(value, names)
        elif key == "description":
            yield key, " ".join(value.split())
        elif key not in _FORGOTTEN:
            yield key, value if key in ("default", "examples", "const", "enum") else _tidied(value, names)
    if "patternProperties" in schema and "additionalProperties" not in schema:
        yield "additionalProperties", False
