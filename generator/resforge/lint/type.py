"""Rules about the resource type as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from resforge.lint.rule import Hit, RuleBook, Subject
from resforge.lint.windows import LIBRARIES, RESOURCE_TYPES
from resforge.names import ordinal_key
from resforge.review.finding import Severity
from resforge.schema import Characteristic, ResourceClass, SingleInstance
from resforge.schema.findings import Path
from resforge.schema.wording import did_you_mean, nearest, quoted

book = RuleBook("resource type")

_KNOWN_TYPES = frozenset(map(ordinal_key, RESOURCE_TYPES))
_OWN_WORK = {
    Characteristic.PLACEMENT_DATA: "placement data",
    Characteristic.MONITOR_DETACH: "surviving its host process",
    Characteristic.MONITOR_REATTACH: "being found again by a new host process",
    Characteristic.CLONES: "clones",
}
"""Characteristics that announce something for which no public page describes the DLL's part."""


def _says_more(subject: Subject) -> bool:
    """Whether there is anything to explain; the smallest schema may consist of a name."""
    return bool(subject.type.properties or subject.type.control_codes)


@book.rule(
    "type-without-description",
    Severity.WARNING,
    summary="A resource type with properties or codes has a description.",
    why="Reference page and version resource begin with it; without it nobody can tell what an "
    "unknown DLL in the host process is for.",
    source="resforge",
)
def _without_description(subject: Subject) -> Iterator[Hit]:
    if _says_more(subject) and not subject.type.description.strip():
        yield Hit(("name",), "nothing says what the resource type does", "add a description")


@book.rule(
    "type-without-vendor",
    Severity.NOTE,
    summary="A resource type with properties or codes names its vendor.",
    why="The version resource of the DLL is how support finds out whose code runs in the host "
    "process that all resources share.",
    source="resforge",
)
def _without_vendor(subject: Subject) -> Iterator[Hit]:
    if _says_more(subject) and not subject.type.vendor.strip():
        yield Hit(("name",), "the version resource would name no company", "add vendor")


@book.rule(
    "type-named-like-windows",
    Severity.ERROR,
    summary="A resource type does not have the name of a type of Windows.",
    why="Registered names are unique in a cluster: the type cannot be registered, or it takes the "
    "place of the original where that is absent.",
    source="registering-resource-types",
)
def _named_like_windows(subject: Subject) -> Iterator[Hit]:
    if ordinal_key(subject.type.name) in _KNOWN_TYPES:
        message = f"Windows registers a resource type {quoted(subject.type.name)} itself"
        yield Hit(("name",), message, "add your company or product to the name")


@book.rule(
    "dll-named-like-windows",
    Severity.ERROR,
    summary="The DLL does not have the name of a DLL of Windows.",
    why="A DLL without a path is looked for in %SystemRoot%\\Cluster and then on the system path: "
    "the wrong one is loaded or overwritten.",
    source="deploying-resource-types",
)
def _dll_of_windows(subject: Subject) -> Iterator[Hit]:
    if subject.type.dll_name.lower() in LIBRARIES:
        message = f"{quoted(subject.type.dll_name)} is a DLL of Windows"
        yield Hit(("dll_name",), message, "add your company or product to the name")


@book.rule(
    "name-not-ascii",
    Severity.NOTE,
    summary="Names of the type, of properties and of codes are ASCII.",
    why="Names are typed in consoles and scripts of any code page, and in generated code a "
    "character outside ASCII becomes its number.",
    source="resforge",
)
def _not_ascii(subject: Subject) -> Iterator[Hit]:
    names: list[tuple[Path, str]] = [(("name",), subject.type.name)]
    names += [
        ((key, index, "name"), item.name)
        for key in ("properties", "control_codes")
        for index, item in enumerate(getattr(subject.type, key))
    ]
    for path, name in names:
        if not name.isascii():
            yield Hit(path, f"{quoted(name)} holds a character that is not ASCII")


@book.rule(
    "dependency-misspelt",
    Severity.WARNING,
    summary="A dependency on a type of Windows has that type's name.",
    why="A required dependency on a type that does not exist can never be met: no resource of "
    "this type comes online.",
    source="resource-dependencies",
)
def _dependency_misspelt(subject: Subject) -> Iterator[Hit]:
    for index, dependency in enumerate(subject.type.dependencies):
        name = dependency.type
        if name is None or ordinal_key(name) in _KNOWN_TYPES:
            continue
        near = nearest(name, RESOURCE_TYPES)
        if near and _almost_same(name, near):
            message = f"Windows knows no resource type {quoted(name)}"
            yield Hit(("dependencies", index, "type"), message, did_you_mean(near))


def _almost_same(name: str, known: str) -> bool:
    first, second = (text.replace(" ", "").lower() for text in (name, known))
    return SequenceMatcher(None, first, second).ratio() > 0.85


@book.rule(
    "single-instance-per-node",
    Severity.WARNING,
    summary="single_instance is not node unless one resource in the whole cluster is meant.",
    why="Open is called on every node that may host a resource, so a second resource is refused "
    "on all of them (inferred): node then means cluster, but the cluster does not know it.",
    source="implementing-open",
)
def _per_node(subject: Subject) -> Iterator[Hit]:
    if subject.type.single_instance is SingleInstance.NODE:
        message = "a second resource cannot be opened on any node that hosts the first"
        yield Hit(("single_instance",), message, "write single_instance: cluster, or group")


@book.rule(
    "storage-class-unanswered",
    Severity.WARNING,
    summary="A type of class storage answers the storage control codes.",
    why="For resources of class storage the cluster asks for disk information and mount points; "
    "these codes have no default, and generated DLLs do not answer them.",
    source="external-resource-control-codes",
)
def _storage(subject: Subject) -> Iterator[Hit]:
    if subject.type.resource_class is ResourceClass.STORAGE:
        message = "the cluster will ask for disk information that the DLL does not give"
        yield Hit(("class",), message, "write class: unknown unless you add these codes")


@book.rule(
    "characteristic-without-support",
    Severity.WARNING,
    summary="A characteristic is listed only if the DLL does what it announces.",
    why="The cluster relies on a characteristic. For some no public page describes what the DLL "
    "has to do, and generated DLLs do nothing about them.",
    source="ne-clusapi-clus_characteristics",
)
def _unsupported(subject: Subject) -> Iterator[Hit]:
    for index, member in enumerate(subject.type.characteristics):
        if member in _OWN_WORK:
            message = f"{member} announces {_OWN_WORK[member]}, for which nothing is generated"
            yield Hit(
                ("characteristics", index), message, "remove it unless your hooks do the work"
            )


@book.rule(
    "online-without-thread",
    Severity.NOTE,
    summary="Online returns at once and goes on in a worker thread.",
    why="Every entry point should return within 300 ms. A start that takes longer blocks the host "
    "process and is ended with it after the deadlock timeout.",
    source="implementing-pending-operations",
)
def _synchronous(subject: Subject) -> Iterator[Hit]:
    if not subject.type.pending.online:
        message = "the online hook has to finish within 300 ms, waiting included"
        yield Hit(("pending", "online"), message, "write pending: {online: true}")


@book.rule(
    "version-zero",
    Severity.WARNING,
    summary="The version is above 0.",
    why="Installers keep the file with the higher version; 0.0.0.0 never replaces anything and "
    "cannot be told from a DLL without version.",
    source="creating-cluster-aware-setup-applications",
)
def _version_zero(subject: Subject) -> Iterator[Hit]:
    if not any(subject.type.version_numbers):
        yield Hit(("version",), "version 0 replaces no installed DLL", 'write "0.1.0"')
