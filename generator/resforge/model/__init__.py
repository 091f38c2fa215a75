"""Reference model: the RHS state machine, and what a generated DLL must answer."""

from resforge.model.control_codes import Answer, HookResult, answer
from resforge.model.errors import PropertyListError, Win32
from resforge.model.mermaid import render_mermaid
from resforge.model.policies import P1, P2, P3, P4, P5, P6, P7, P8, P9, Policies
from resforge.model.properties import DatabaseChange, PropertyTable, SetResult, View
from resforge.model.property_list import ListedProperty, RawProperty, decode, encode
from resforge.model.resource import Illegal, Noted, Queued, Resource, Step, Taken
from resforge.model.rules import (
    Budgets,
    ControlCodeRule,
    DependencyRule,
    FieldRule,
    Format,
    PropertyRule,
    RawRule,
    StructRule,
    TypeModel,
    TypeTiming,
    each,
)
from resforge.model.statechart import run, step
from resforge.model.states import Entry, Poll, RcmState, RhsState, Timer
from resforge.model.svg import render_svg
from resforge.model.timing import Timing
from resforge.model.trace import judge
from resforge.model.transition import Evidence, Transition
from resforge.model.transitions import TRANSITION_IDS, TRANSITIONS
from resforge.model.verdict import ResourceSetup, Verdict
from resforge.model.wire import PropertyFormat, RegistryType, RegistryValue

__all__ = [
    "P1",
    "P2",
    "P3",
    "P4",
    "P5",
    "P6",
    "P7",
    "P8",
    "P9",
    "TRANSITIONS",
    "TRANSITION_IDS",
    "Answer",
    "Budgets",
    "ControlCodeRule",
    "DatabaseChange",
    "DependencyRule",
    "Entry",
    "Evidence",
    "FieldRule",
    "Format",
    "HookResult",
    "Illegal",
    "ListedProperty",
    "Noted",
    "Policies",
    "Poll",
    "PropertyFormat",
    "PropertyListError",
    "PropertyRule",
    "PropertyTable",
    "Queued",
    "RawProperty",
    "RawRule",
    "RcmState",
    "RegistryType",
    "RegistryValue",
    "Resource",
    "ResourceSetup",
    "RhsState",
    "SetResult",
    "Step",
    "StructRule",
    "Taken",
    "Timer",
    "Timing",
    "Transition",
    "TypeModel",
    "TypeTiming",
    "Verdict",
    "View",
    "Win32",
    "answer",
    "decode",
    "each",
    "encode",
    "judge",
    "render_mermaid",
    "render_svg",
    "run",
    "step",
]
