"""All rules of `resforge breaking`, by what they break.

Severity and the version they ask for follow from the category: stored values, control codes and
scripts belong to others, who cannot be asked; hooks are compiled together with the schema, and a
changed behaviour is noticed but loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from resforge.review import suppressing
from resforge.review.finding import Rule, Severity


class Category(StrEnum):
    """Who is hurt."""

    STORED = "STORED"
    CONTROL = "CONTROL"
    ADMIN = "ADMIN"
    SOURCE = "SOURCE"
    BEHAVIOUR = "BEHAVIOUR"
    VERSION = "VERSION"


MEANING = {
    Category.STORED: "values and resources that are in a cluster's database already",
    Category.CONTROL: "programs that send control codes",
    Category.ADMIN: "administrators and their scripts",
    Category.SOURCE: "your own hooks, which no longer compile",
    Category.BEHAVIOUR: "the running cluster, which behaves differently",
    Category.VERSION: "installers and support, who go by the version",
}


class Level(IntEnum):
    """The part of the version that has to rise."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


_SEVERITY = {
    Category.STORED: Severity.ERROR,
    Category.CONTROL: Severity.ERROR,
    Category.ADMIN: Severity.ERROR,
    Category.SOURCE: Severity.WARNING,
    Category.BEHAVIOUR: Severity.WARNING,
    Category.VERSION: Severity.ERROR,
}
LEVEL = {
    Category.STORED: Level.MAJOR,
    Category.CONTROL: Level.MAJOR,
    Category.ADMIN: Level.MAJOR,
    Category.SOURCE: Level.MINOR,
    Category.BEHAVIOUR: Level.MINOR,
    Category.VERSION: Level.NONE,
}


@dataclass(frozen=True, slots=True)
class _Entry:
    id: str
    summary: str
    why: str
    source: str = "resforge"


def _rules(category: Category, *entries: _Entry) -> tuple[Rule, ...]:
    severity = _SEVERITY[category]
    return tuple(
        Rule(entry.id, severity, str(category), entry.summary, entry.why, entry.source)
        for entry in entries
    )


_STORED = _rules(
    Category.STORED,
    _Entry(
        "type-renamed",
        "The registered name of a resource type stays.",
        "The database files every resource under the name of its type; under another name the "
        "DLL refuses them.",
        "display-names",
    ),
    _Entry(
        "property-removed",
        "A stored property stays.",
        "Values in the database become unknown properties that nothing reads or checks.",
        "unknown-properties",
    ),
    _Entry(
        "property-format-changed",
        "The format of a stored property stays.",
        "A value of another registry type is in the database, and in property lists of callers.",
        "property-lists",
    ),
    _Entry(
        "unit-changed",
        "The unit of a property stays.",
        "Stored numbers stay what they are and mean something else: 5000 ms become 5000 s.",
    ),
    _Entry(
        "property-no-longer-stored",
        "A stored property does not become an in-memory one.",
        "Values in the database are no longer read.",
        "ns-resapi-resutil_property_item",
    ),
    _Entry(
        "former-name-dropped",
        "A renamed property goes on saying what it was called.",
        "Values that were never set again are stored under the former name only, and are no "
        "longer read.",
    ),
)
_CONTROL = _rules(
    Category.CONTROL,
    _Entry(
        "code-removed",
        "A control code stays.",
        "Callers get ERROR_INVALID_FUNCTION.",
        "implementing-resourcecontrol",
    ),
    _Entry(
        "code-number-changed",
        "The number of a control code stays.",
        "Callers have the number, not the name; function, scope, access and modifies are part of "
        "it.",
        "control-code-architecture",
    ),
    _Entry(
        "code-number-reused",
        "The number of a control code is not given to another one.",
        "Callers of the former code run another one, and read its answer as the former's.",
        "control-code-architecture",
    ),
    _Entry(
        "code-input-changed",
        "The input of a control code keeps its layout.",
        "Callers send the bytes of the former layout.",
        "supporting-control-codes",
    ),
    _Entry(
        "code-output-changed",
        "The output of a control code keeps its layout.",
        "Callers read the bytes by the former layout, into buffers of the former size.",
        "supporting-control-codes",
    ),
    _Entry(
        "code-states-narrowed",
        "A control code stays allowed in every state.",
        "Calls that worked are refused with ERROR_INVALID_STATE.",
        "implementing-resourcecontrol",
    ),
)
_ADMIN = _rules(
    Category.ADMIN,
    _Entry(
        "dll-renamed",
        "The file name of the DLL stays.",
        "DllName cannot be changed after the type was created; nodes go on loading the old file.",
        "resource-types-dllname",
    ),
    _Entry(
        "class-changed",
        "Class and subclass stay.",
        "Other resources depend on a class; what was a provider for them is none any more.",
        "resource-dependencies",
    ),
    _Entry(
        "property-renamed",
        "A property keeps its name.",
        "Scripts that set the old name store an unknown property that nothing reads.",
        "unknown-properties",
    ),
    _Entry(
        "status-property-removed",
        "A property in memory stays.",
        "Scripts and monitors that read it find nothing.",
    ),
    _Entry(
        "status-format-changed",
        "A property in memory keeps its format.",
        "Scripts and monitors read it by its format.",
        "property-lists",
    ),
    _Entry(
        "property-became-read-only",
        "A property that could be set can be set.",
        "Scripts that set it are refused.",
        "read-only-properties",
    ),
    _Entry(
        "property-became-required",
        "A property does not become required.",
        "Resources without a value, which came online, no longer do.",
        "ns-resapi-resutil_property_item",
    ),
    _Entry(
        "required-property-added",
        "A new property is not required.",
        "Existing resources have no value for it and no longer come online.",
        "ns-resapi-resutil_property_item",
    ),
    _Entry(
        "range-narrowed",
        "The range of a property does not become narrower.",
        "Scripts that set a value outside are refused, and stored values lie outside.",
        "ns-resapi-resutil_property_item",
    ),
    _Entry(
        "default-changed",
        "The default of a property stays.",
        "Resources that rely on it change their behaviour without being touched.",
        "ns-resapi-resutil_property_item",
    ),
    _Entry(
        "dependency-added",
        "No required dependency is added.",
        "Existing resources lack it and no longer come online.",
        "resource-dependencies",
    ),
    _Entry(
        "single-instance-narrowed",
        "No further limit to the number of resources is added.",
        "Clusters that have more resources lose them.",
        "ne-clusapi-clus_characteristics",
    ),
)
_SOURCE = _rules(
    Category.SOURCE,
    _Entry(
        "type-identifier-changed",
        "The names that generated code takes from the type stay.",
        "Namespace, class and file names change; hooks that use them no longer compile.",
    ),
    _Entry(
        "property-identifier-changed",
        "The name that generated code takes from a property stays.",
        "Hooks read the value by its old name.",
    ),
    _Entry(
        "property-type-changed",
        "The type that hooks see of a property stays.",
        "The stored value is the same DWORD, but hooks have a bool in place of a number.",
    ),
    _Entry(
        "code-renamed",
        "A control code keeps its name.",
        "The hook that serves it has the old name.",
    ),
    _Entry(
        "code-added",
        "A new control code needs a hook.",
        "Without the hook the project no longer compiles.",
    ),
    _Entry(
        "field-renamed",
        "Fields of a buffer keep their names.",
        "Hooks use the old name of the field.",
    ),
    _Entry(
        "failure-detection-changed",
        "Failures are noticed as before.",
        "Another hook is needed: is_alive, check_health or monitor.",
    ),
    _Entry(
        "worker-lost",
        "Online and Offline that pend go on pending.",
        "The hook no longer runs on a worker thread, so calls that need its tokens do not compile.",
        "function-calls-to-avoid-in-resource-dlls",
    ),
)
_BEHAVIOUR = _rules(
    Category.BEHAVIOUR,
    _Entry(
        "timeout-shortened",
        "Timeouts do not become shorter.",
        "Starts and stops that took long but succeeded now fail.",
        "resources-pendingtimeout",
    ),
    _Entry(
        "detection-slowed",
        "Health is checked as often as before.",
        "A failure is noticed later.",
        "resources-isalivepollinterval",
    ),
    _Entry(
        "takes-effect-changed",
        "A changed value takes effect when it did.",
        "Scripts that took a resource offline for it do so in vain, or no longer do and wait.",
        "resource-structures",
    ),
    _Entry(
        "property-no-longer-read-only",
        "A property that the DLL publishes stays read-only.",
        "The DLL's own value is refused, and callers see what somebody has set.",
        "read-only-properties",
    ),
    _Entry(
        "pending-changed",
        "Online and Offline return as before: at once, or when they are done.",
        "Clients see a pending state that was not there, or are blocked longer.",
        "implementing-pending-operations",
    ),
    _Entry(
        "characteristics-changed",
        "Characteristics stay.",
        "The cluster treats the resources differently.",
        "ne-clusapi-clus_characteristics",
    ),
    _Entry(
        "dependency-removed",
        "Required dependencies stay.",
        "Resources may come online before what they need.",
        "resource-dependencies",
    ),
)
_VERSION = _rules(
    Category.VERSION,
    _Entry(
        "version-not-raised",
        "The major version rises when something breaks.",
        "Nobody can tell from the version that a release breaks what worked.",
    ),
    _Entry(
        "version-lowered",
        "The version does not fall.",
        "Installers keep the file with the higher version.",
    ),
)
_SMALLER_VERSION = (
    Rule(
        "minor-version-not-raised",
        Severity.WARNING,
        str(Category.VERSION),
        "The minor version rises when something is new or behaves differently.",
        "Nobody can tell from the version which nodes have it.",
        "resforge",
    ),
    Rule(
        "patch-version-not-raised",
        Severity.NOTE,
        str(Category.VERSION),
        "Some part of the version rises with every change.",
        "Two DLLs that differ have the same version; installers do not replace the older.",
        "resforge",
    ),
)

RULES: tuple[Rule, ...] = (
    *_STORED,
    *_CONTROL,
    *_ADMIN,
    *_SOURCE,
    *_BEHAVIOUR,
    *_VERSION,
    *_SMALLER_VERSION,
)
ALL_RULES: tuple[Rule, ...] = (*RULES, *suppressing.RULES)
BY_ID = {rule.id: rule for rule in RULES}
