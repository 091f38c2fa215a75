"""Which findings a schema accepts, and which of its suppressions are themselves at fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from resforge.names import ordinal_key
from resforge.review.finding import Accepted, Finding, Place, Review, Rule, Severity
from resforge.schema import LoadedResourceType, ResourceType, Suppression
from resforge.schema.findings import Path
from resforge.schema.wording import did_you_mean, nearest, quoted

_WHY = "A suppression is a promise to the next reader; one that says or does nothing misleads."

WITHOUT_REASON = Rule(
    "suppression-without-reason",
    Severity.ERROR,
    "suppressions",
    "Every suppression gives its reason.",
    _WHY,
    "resforge",
)
UNKNOWN_RULE = Rule(
    "suppression-of-unknown-rule",
    Severity.ERROR,
    "suppressions",
    "A suppression names a rule that exists.",
    _WHY,
    "resforge",
)
UNUSED = Rule(
    "suppression-unused",
    Severity.WARNING,
    "suppressions",
    "A suppression matches a finding.",
    _WHY,
    "resforge",
)
RULES = (WITHOUT_REASON, UNKNOWN_RULE, UNUSED)


@dataclass(frozen=True, slots=True)
class Located:
    """A finding with the words by which a suppression's `at` can mean it."""

    finding: Finding
    labels: frozenset[str]


def labels_of(resource_type: ResourceType, path: Path) -> frozenset[str]:
    """How `at` can name the thing at `path`: its own or its holder's name, or its keys."""
    keys = [str(step) for step in path if isinstance(step, str)]
    words = {".".join(keys[: index + 1]) for index in range(len(keys))}
    if len(path) > 1 and isinstance(path[1], int):
        items = getattr(resource_type, str(path[0]), ())
        name = getattr(items[path[1]], "name", None) if path[1] < len(items) else None
        words |= {name} if isinstance(name, str) else set()
        words |= {f"{name}.{key}" for key in keys[1:2]} if isinstance(name, str) else set()
    return frozenset(map(ordinal_key, words))


def review(
    loaded: LoadedResourceType,
    found: Iterable[Located],
    own: Mapping[str, Rule],
    foreign: Iterable[str],
    *,
    settled: Iterable[Suppression] = (),
) -> Review:
    """Sort `found` into findings and accepted ones by the suppressions of `loaded`.

    `own` are the rules of the command, `foreign` the ids of rules that another command knows;
    suppressions of those are left to it. `settled` are suppressions that may match nothing: they
    were there before, so what they accepted has been released.
    """
    suppressions = loaded.resource_type.suppress
    used: set[int] = set()
    findings: list[Finding] = []
    accepted: list[Accepted] = []
    for item in found:
        index = next((i for i, s in enumerate(suppressions) if _covers(s, item)), None)
        if index is None:
            findings.append(item.finding)
        else:
            used.add(index)
            accepted.append(Accepted(item.finding, suppressions[index].reason.strip()))
    old = tuple(settled)
    used |= {index for index, suppression in enumerate(suppressions) if suppression in old}
    findings += _faults(loaded, used, own, tuple(foreign))
    findings.sort(key=lambda finding: (finding.place, finding.rule.id, finding.message))
    accepted.sort(key=lambda item: (item.finding.place, item.finding.rule.id))
    return Review(tuple(findings), tuple(accepted))


def _covers(suppression: Suppression, item: Located) -> bool:
    if suppression.rule != item.finding.rule.id or not suppression.reason.strip():
        return False
    return suppression.at is None or ordinal_key(suppression.at) in item.labels


def _faults(
    loaded: LoadedResourceType,
    used: set[int],
    own: Mapping[str, Rule],
    foreign: Sequence[str],
) -> Iterator[Finding]:
    for index, suppression in enumerate(loaded.resource_type.suppress):
        rule = quoted(suppression.rule)
        if suppression.rule not in own and suppression.rule not in foreign:
            near = did_you_mean(nearest(suppression.rule, (*own, *foreign)))
            message = f"there is no rule {rule}"
            yield _fault(loaded, index, "rule", UNKNOWN_RULE, message, near)
        elif not suppression.reason.strip() and suppression.rule in own:
            message = f"the suppression of {rule} gives no reason, so it suppresses nothing"
            yield _fault(loaded, index, "reason", WITHOUT_REASON, message, "add reason: ...")
        elif index not in used and suppression.rule in own:
            where = f" at {quoted(suppression.at)}" if suppression.at is not None else ""
            message = f"nothing{where} breaks {rule}"
            yield _fault(loaded, index, "rule", UNUSED, message, "remove the suppression")


def _fault(
    loaded: LoadedResourceType, index: int, key: str, rule: Rule, message: str, hint: str | None
) -> Finding:
    line, column = loaded.position(("suppress", index, key))
    return Finding(rule, message, Place(str(loaded.path), line, column), hint)
