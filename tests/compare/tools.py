"""The tools that are compared: how each is given its input, edited, broken and run.

Every tool gets what it is made for: a template for copier and cookiecutter, a description for the
others. Each input makes at least two files, so that one of them can become stale.
"""

from __future__ import annotations

import json
import os
import subprocess
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Ran:
    """The end of one run: its exit code and all that it printed."""

    code: int
    output: str


def call(*command: str | Path, cwd: Path) -> Ran:
    """Run a program without any input to read from, with its bytecode kept as users keep it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=kept,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return Ran(result.returncode, result.stdout)


def git(folder: Path, *arguments: str) -> None:
    """Run git with an identity of its own; raises CalledProcessError."""
    identity = ["-c", "user.name=compare", "-c", "user.email=compare@example.com"]
    subprocess.run(
        ["git", *identity, "-C", str(folder), *arguments], check=True, capture_output=True
    )


class Tool(ABC):
    """One tool in a folder of its own; `output` is the folder that it writes."""

    name: str
    command_line: str
    generated: str
    """The generated file that somebody edits by hand, relative to `output`."""
    stale: str
    """The file that the changed input no longer asks for, relative to `output`."""
    comment = "#"

    def __init__(self, folder: Path, programs: Path) -> None:
        """Work below `folder` with the programs of a virtual environment's folder."""
        self.folder = folder
        self.programs = programs
        self.output = folder / "project"

    @abstractmethod
    def prepare(self) -> None:
        """Write the first input."""

    @abstractmethod
    def first(self) -> Ran:
        """Generate for the first time."""

    @abstractmethod
    def again(self) -> Ran:
        """Generate once more, as the tool's manual says for a changed input."""

    @abstractmethod
    def change(self) -> None:
        """Change the input so that the generated file changes too."""

    @abstractmethod
    def drop(self) -> None:
        """Change the input so that the stale file is no longer asked for."""

    @abstractmethod
    def damage(self) -> tuple[str, int]:
        """Make one mistake in the input; return its file's name and its line."""

    def hand_edit(self) -> str:
        """Add a line to the generated file, as somebody in a hurry does; return the line."""
        line = f"{self.comment} a line that somebody needs"
        path = self.output / self.generated
        path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
        return line

    def commit(self) -> None:
        """Commit the project, for tools that need a clean one."""
        if not (self.output / ".git").exists():
            git(self.output, "init", "-q")
        git(self.output, "add", "-A")
        git(self.output, "commit", "-q", "--allow-empty", "-m", "state")


class Resforge(Tool):
    """This project."""

    name = "resforge"
    command_line = "resforge generate SCHEMA"
    generated = "generated/minimal.g.h"
    stale = "generated/minimal.rc"
    comment = "//"

    def prepare(self) -> None:
        text = (ROOT / "schemas" / "minimal.yaml").read_text(encoding="utf-8")
        self.schema = self.folder / "minimal.yaml"
        self.schema.write_text(text, encoding="utf-8")

    def _run(self) -> Ran:
        program = self.programs / "resforge"
        return call(program, "generate", self.schema, "-o", self.output, cwd=self.folder)

    def first(self) -> Ran:
        return self._run()

    def again(self) -> Ran:
        return self._run()

    def _append(self, line: str) -> None:
        text = self.schema.read_text(encoding="utf-8")
        self.schema.write_text(f"{text}{line}\n", encoding="utf-8")

    def change(self) -> None:
        self._append("properties: [{ name: Colour, format: SZ, description: Its colour. }]")

    def drop(self) -> None:
        """Rename the type: files that carry the old identifier are stale."""
        text = self.schema.read_text(encoding="utf-8")
        self.schema.write_text(text.replace("Minimal", "Smallest"), encoding="utf-8")

    def damage(self) -> tuple[str, int]:
        self._append("verison: 1.2.3")
        return self.schema.name, self.schema.read_text(encoding="utf-8").count("\n")


class Copier(Tool):
    """A template in a git repository with tags, updated as its manual says."""

    name = "copier"
    command_line = "copier update"
    generated = "service.py"
    stale = "extra.py"

    def prepare(self) -> None:
        self.template = self.folder / "template"
        files = {
            "copier.yml": "name:\n  type: str\n  default: first\n",
            "{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers|to_nice_yaml }}\n",
            "service.py.jinja": 'NAME = "{{ name }}"\n\n\ndef start():\n    return NAME\n',
            "extra.py": "EXTRA = 1\n",
        }
        for name, text in files.items():
            (self.template / name).parent.mkdir(parents=True, exist_ok=True)
            (self.template / name).write_text(text, encoding="utf-8")
        self._tags = 0
        git(self.folder, "init", "-q", "template")
        self._release()

    def _release(self) -> None:
        self._tags += 1
        git(self.template, "add", "-A")
        git(self.template, "commit", "-q", "-m", "release")
        git(self.template, "tag", f"v{self._tags}.0.0")

    def first(self) -> Ran:
        program = self.programs / "copier"
        ran = call(program, "copy", "--defaults", self.template, self.output, cwd=self.folder)
        self.commit()
        return ran

    def again(self) -> Ran:
        self.commit()
        return call(self.programs / "copier", "update", "--defaults", cwd=self.output)

    def change(self) -> None:
        path = self.template / "service.py.jinja"
        text = path.read_text(encoding="utf-8")
        path.write_text(text + "\n\ndef stop():\n    return None\n", encoding="utf-8")
        self._release()

    def drop(self) -> None:
        (self.template / "extra.py").unlink()
        self._release()

    def damage(self) -> tuple[str, int]:
        text = "name:\n  type: str\n  defualt: first\n"
        (self.template / "copier.yml").write_text(text, encoding="utf-8")
        self._release()
        return "copier.yml", 3


class Cookiecutter(Tool):
    """A template in a folder; rerun over the project with the option that allows it."""

    name = "cookiecutter"
    command_line = "cookiecutter --overwrite-if-exists TEMPLATE"
    generated = "service.py"
    stale = "extra.py"

    def prepare(self) -> None:
        self.template = self.folder / "template"
        inner = self.template / "{{cookiecutter.folder}}"
        inner.mkdir(parents=True)
        context = {"folder": "project", "name": "first"}
        (self.template / "cookiecutter.json").write_text(json.dumps(context, indent=2) + "\n")
        (inner / "service.py").write_text('NAME = "{{ cookiecutter.name }}"\n')
        (inner / "extra.py").write_text("EXTRA = 1\n")

    def first(self) -> Ran:
        return self._run()

    def again(self) -> Ran:
        return self._run("--overwrite-if-exists")

    def _run(self, *options: str) -> Ran:
        program = self.programs / "cookiecutter"
        return call(program, "--no-input", *options, "template", cwd=self.folder)

    def _inner(self) -> Path:
        return self.template / "{{cookiecutter.folder}}"

    def change(self) -> None:
        path = self._inner() / "service.py"
        path.write_text(path.read_text() + "\n\ndef stop():\n    return None\n")

    def drop(self) -> None:
        (self._inner() / "extra.py").unlink()

    def damage(self) -> tuple[str, int]:
        path = self._inner() / "service.py"
        path.write_text('NAME = "{{ cookiecutter.name }}"\nOTHER = "{{ cookiecutter.nmae }}"\n')
        return path.name, 2


def api(models: dict[str, list[str]]) -> str:
    """An OpenAPI description with these models and fields."""
    lines = ["openapi: 3.0.3", "info:", "  title: Compared", "  version: 1.0.0", "paths: {}"]
    lines += ["components:", "  schemas:"]
    for model, fields in models.items():
        lines += [f"    {model}:", "      type: object", "      properties:"]
        for field in fields:
            lines += [f"        {field}:", "          type: string"]
    return "\n".join(lines) + "\n"


class Described(Tool):
    """A tool whose input is an OpenAPI description."""

    models: tuple[str, str]

    def prepare(self) -> None:
        self.description = self.folder / "api.yaml"
        self._write({self.models[0]: ["title"], self.models[1]: ["label"]})

    def _write(self, models: dict[str, list[str]]) -> None:
        self.description.write_text(api(models), encoding="utf-8")

    @abstractmethod
    def first(self) -> Ran:
        """Generate."""

    def again(self) -> Ran:
        return self.first()

    def change(self) -> None:
        self._write({self.models[0]: ["title", "colour"], self.models[1]: ["label"]})

    def drop(self) -> None:
        self._write({self.models[0]: ["title"]})

    def damage(self) -> tuple[str, int]:
        text = self.description.read_text(encoding="utf-8")
        line = text[: text.index("type: string")].count("\n") + 1
        broken = text.replace("type: string", "type: strnig", 1)
        self.description.write_text(broken, encoding="utf-8")
        return self.description.name, line


class DatamodelCodeGenerator(Described):
    """Pydantic models in a package: one module for each prefix of a model's name."""

    name = "datamodel-code-generator"
    command_line = "datamodel-codegen --input api.yaml --output DIR"
    models = ("alpha.First", "beta.Second")
    generated = "alpha.py"
    stale = "beta.py"

    def first(self) -> Ran:
        options = ["--input", "api.yaml", "--input-file-type", "openapi", "--output", "project"]
        # The time of the run would be in every file otherwise.
        options += ["--disable-timestamp"]
        return call(self.programs / "datamodel-codegen", *options, cwd=self.folder)


class OpenapiGenerator(Described):
    """A Python client."""

    name = "openapi-generator"
    command_line = "openapi-generator-cli generate -i api.yaml -g python -o DIR"
    models = ("First", "Second")
    generated = "openapi_client/models/first.py"
    stale = "openapi_client/models/second.py"

    def first(self) -> Ran:
        options = ["generate", "-i", "api.yaml", "-g", "python", "-o", "project"]
        return call(self.programs / "openapi-generator-cli", *options, cwd=self.folder)


TOOLS: tuple[type[Tool], ...] = (
    Resforge,
    Copier,
    Cookiecutter,
    DatamodelCodeGenerator,
    OpenapiGenerator,
)

PEERS = ("copier", "cookiecutter", "datamodel-code-generator", "openapi-generator-cli")
"""What pip installs for them; openapi-generator needs Java besides."""
