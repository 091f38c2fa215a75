"""The published JSON Schema, and the command that exports it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result
from tests.schema import test_errors, test_properties
from tests.schema.support import EXAMPLES, HEAD, SCHEMAS, property_text

from resforge.cli.schema import command
from resforge.problems import EnvironmentProblem, UserError
from resforge.schema import PropertyFormat
from resforge.schema.json_schema import export_json_schema, json_schema_text
from resforge.schema.yaml_source import parse_yaml

PUBLISHED = SCHEMAS / "resource-type.schema.json"
SCHEMA = export_json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def accepts(data: Any) -> bool:
    """Whether the JSON Schema takes `data`."""
    return bool(VALIDATOR.is_valid(data))


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """All schemas of objects with keys of their own, conditions aside."""
    if isinstance(schema, list):
        for item in schema:
            yield from objects(item)
    elif isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for key, item in schema.items():
            if key not in ("examples", "default", "if", "then"):
                yield from objects(item)


class TestPublishedFile:
    def test_is_current(self) -> None:
        """The published file is the export of the models, byte for byte."""
        assert PUBLISHED.read_bytes() == json_schema_text().encode()

    def test_is_a_schema(self) -> None:
        """The export is a valid schema of draft 2020-12."""
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


class TestKeys:
    def test_closed(self) -> None:
        """No object takes unknown keys."""
        found = list(objects(SCHEMA))

        assert len(found) >= 10
        assert all(item["additionalProperties"] is False for item in found)

    def test_described(self) -> None:
        """Each key has a description that is a sentence, and examples."""
        for item in objects(SCHEMA):
            for key, value in item["properties"].items():
                assert value["description"].endswith("."), key
                assert value["examples"], key

    def test_examples_are_valid(self) -> None:
        """Each example of a key is a value that the key takes."""
        for item in objects(SCHEMA):
            for key, value in item["properties"].items():
                part = jsonschema.Draft202012Validator({**value, "$defs": SCHEMA["$defs"]})
                for example in value["examples"] + [
                    value[key] for key in ["default"] if key in value
                ]:
                    assert part.is_valid(example), (key, example)


class TestAgreesWithModels:
    @pytest.mark.parametrize("name", EXAMPLES)
    def test_examples(self, name: str) -> None:
        """The three examples are valid."""
        data = parse_yaml((SCHEMAS / f"{name}.yaml").read_text("utf-8")).root

        assert list(VALIDATOR.iter_errors(data)) == []

    @pytest.mark.parametrize(
        ("format_", "value", "_typed"), test_properties.cases(test_properties.GOOD_VALUES)
    )
    def test_good_values(self, format_: str, value: Any, _typed: Any) -> None:
        """What the models take as a value of a format, the schema takes."""
        assert accepts(json.loads(property_text(format=format_, default=value, example=value)))

    @pytest.mark.parametrize(
        ("format_", "value", "code"), test_properties.cases(test_properties.BAD_VALUES)
    )
    def test_bad_values(self, format_: str, value: Any, code: str) -> None:
        """What the models refuse, the schema refuses; only odd characters pass it."""
        data = json.loads(property_text(format=format_, default="@").replace('"@"', "null"))
        data["properties"][0]["default"] = value

        assert accepts(data) == (code in ("nul-in-text", "surrogate-in-text"))

    @pytest.mark.parametrize("format_", PropertyFormat)
    def test_ranges(self, format_: str) -> None:
        """An editor marks a range where the format has none."""
        data = json.loads(property_text(format=format_, minimum=0, default=0))
        if format_ not in test_properties.RANGED:
            del data["properties"][0]["default"]

        assert accepts(data) == (format_ in test_properties.RANGED)

    def test_errors_of_single_values(self) -> None:
        """Mistakes in keys, types and values are marked in the editor already."""
        seen_by_editor = {"missing-key", "wrong-type", "unknown-key", "unknown-value"}
        seen_by_editor |= {"duration-without-unit", "dll-name-extension", "refused-characteristic"}
        seen_by_editor |= {"class-or-type", "dependency-on-unknown", "unsupported-format-version"}
        for text, (_, _, code) in test_errors.CASES:
            if code in seen_by_editor:
                assert not accepts(parse_yaml(text).root), text

    def test_either_kind_of_buffer(self) -> None:
        """A buffer has fields or bytes."""
        head: dict[str, Any] = parse_yaml(HEAD).root
        code = {"name": "A", "function": 1}
        limits = {"maximum": 5}

        assert accepts({**head, "control_codes": [{**code, "input": {"bytes": limits}}]})
        both = {"bytes": limits, "fields": [{"name": "A", "format": "DWORD"}]}
        assert not accepts({**head, "control_codes": [{**code, "input": both}]})
        states = {"scope": "resource_type", "states": ["online"]}
        assert not accepts({**head, "control_codes": [{**code, **states}]})


def run(*arguments: str) -> Result:
    """Run `resforge schema` with `arguments`."""
    return CliRunner().invoke(command, list(arguments), standalone_mode=True)


class TestCommand:
    def test_prints(self) -> None:
        """Without options the schema goes to standard output."""
        result = run("export")

        assert result.exit_code == 0
        assert result.output == json_schema_text()

    def test_writes_and_checks(self, tmp_path: Path) -> None:
        """A file that was written passes the check; a changed one ends with 1."""
        path = tmp_path / "x.json"

        assert run("export", "-o", str(path)).exit_code == 0
        assert run("export", "--check", "-o", str(path)).exit_code == 0
        path.write_text(path.read_text("utf-8").replace("5s", "6s"), "utf-8")
        error = run("export", "--check", "-o", str(path)).exception
        assert isinstance(error, UserError)
        assert (error.exit_code, error.problems[0].code) == (1, "stale-json-schema")

    def test_unusable_files(self, tmp_path: Path) -> None:
        """A missing file to check is bad input, an unwritable one a problem of the machine."""
        missing = run("export", "--check", "-o", str(tmp_path / "x.json")).exception
        assert isinstance(missing, UserError)
        assert missing.exit_code == 2
        unwritable = run("export", "-o", str(tmp_path / "no" / "x.json")).exception
        assert isinstance(unwritable, EnvironmentProblem)
        assert unwritable.exit_code == 4

    def test_help(self) -> None:
        """The help has examples."""
        assert "resforge schema export --check" in run("export", "--help").output
