"""Every rule of lint: found where it is broken, silent where it is not, repaired where it says."""

from __future__ import annotations

import re

import pytest
from tests.lint.cases import CASES, MORE_CASES
from tests.schema.support import EXAMPLES, SCHEMAS

from resforge.lint.catalogue import CHECKS, RULES
from resforge.lint.fix import repair
from resforge.lint.run import lint
from resforge.review.finding import Finding, Rule
from resforge.schema import load_resource_type, load_resource_type_text

BROKEN = {rule: text for rule, text, _ in CASES}
IDS = list(BROKEN)


def findings(text: str) -> list[Finding]:
    """What lint finds in `text`."""
    loaded = load_resource_type_text(text, file="thing.yaml", syntax="yaml")
    return list(lint(loaded).findings)


def test_every_rule_has_a_case() -> None:
    """The cases are the catalogue, and the catalogue has no id twice."""
    assert sorted(IDS) == sorted(rule.id for rule in RULES)
    assert len(set(IDS)) == len(CASES) == len(RULES)
    assert len(CHECKS) >= 30


@pytest.mark.parametrize(("rule", "text"), [case[:2] for case in (*CASES, *MORE_CASES)])
def test_found(rule: str, text: str) -> None:
    """The rule is broken once, at the marked place."""
    before, _, after = text.partition("«")
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    found = [finding for finding in findings(before + after) if finding.rule.id == rule]
    assert [(finding.place.line, finding.place.column) for finding in found] == [place]
    assert found[0].message


@pytest.mark.parametrize(("rule", "good"), [case[::2] for case in (*CASES, *MORE_CASES)])
def test_not_found(rule: str, good: str) -> None:
    """The good twin does not break the rule."""
    assert rule not in [finding.rule.id for finding in findings(good)]


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.fixable], ids=lambda rule: rule.id)
def test_repaired(rule: Rule) -> None:
    """What a rule calls fixable is gone after the repair, comments stay, and the schema loads."""
    id_ = rule.id
    text = BROKEN[id_].replace("«", "")
    after = repair(text, "thing.yaml", "yaml")
    assert after.count >= 1
    assert id_ not in [finding.rule.id for finding in lint(after.loaded).findings]
    assert re.findall("# .*", text.replace("# text", "")) == re.findall(
        "# .*", after.text.replace("# text", "")
    )


@pytest.mark.parametrize("id_", IDS)
def test_repairs_touch_nothing_else(id_: str) -> None:
    """A repair changes only lines with fixable findings, and a second one changes nothing."""
    text = BROKEN[id_].replace("«", "")
    after = repair(text, "thing.yaml", "yaml")
    assert repair(after.text, "thing.yaml", "yaml").text == after.text
    fixable = [finding for finding in findings(text) if finding.fixable]
    if not fixable:
        assert after.text == text


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_catalogue(rule: Rule) -> None:
    """Each rule has an id in kebab-case, a sentence, a reason and a source."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.id)
    assert rule.summary.endswith(".")
    assert rule.why.endswith(".")
    assert re.fullmatch(r"[a-z0-9_-]+", rule.source)


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_clean(name: str) -> None:
    """The published examples have no findings."""
    assert lint(load_resource_type(SCHEMAS / f"{name}.yaml")).findings == ()
