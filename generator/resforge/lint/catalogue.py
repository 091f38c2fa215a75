"""All rules of `resforge lint`."""

from __future__ import annotations

from resforge.lint import control_codes, properties, texts, timeouts
from resforge.lint import type as type_rules
from resforge.lint.rule import LintRule
from resforge.review import suppressing
from resforge.review.finding import Rule

CHECKS: tuple[LintRule, ...] = (
    *type_rules.book.rules,
    *properties.book.rules,
    *control_codes.book.rules,
    *timeouts.book.rules,
    *texts.book.rules,
)
RULES: tuple[Rule, ...] = (*(entry.rule for entry in CHECKS), *suppressing.RULES)
BY_ID = {rule.id: rule for rule in RULES}
