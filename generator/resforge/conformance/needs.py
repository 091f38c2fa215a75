"""When a scenario applies to a resource type; each answers the reason why it does not."""

from __future__ import annotations

from resforge.conformance.scenario import Needs
from resforge.model.control_codes import REQUIRES_STATE_CHANGE_REASON
from resforge.model.rules import ControlCodeRule, PropertyRule, TypeModel

__all__ = [
    "all_of",
    "allowed_code",
    "cached_health",
    "changeable_properties",
    "changed_at_once",
    "control_codes",
    "event_handle",
    "health_thread",
    "immediate_properties",
    "kept_properties",
    "lasting_state",
    "light_poll",
    "optional_properties",
    "pending",
    "pending_offline",
    "pending_online",
    "polling_hook",
    "properties",
    "read_only_properties",
    "required_properties",
    "several_instances",
    "single_instance",
    "stop_reasons",
    "stored_properties",
    "stored_read_only_properties",
    "synchronous_offline",
    "synchronous_online",
    "type_control_codes",
]


def all_of(*needs: Needs) -> Needs:
    """Apply when every one applies; the first reason is given."""

    def reason(model: TypeModel) -> str | None:
        return next((why for need in needs if (why := need(model)) is not None), None)

    return reason


def pending_online(model: TypeModel) -> str | None:
    """Online returns ERROR_IO_PENDING."""
    return None if model.pending_online else "Online of this type does not pend"


def synchronous_online(model: TypeModel) -> str | None:
    """Online runs its hook inside the entry point."""
    return "Online of this type pends" if model.pending_online else None


def pending_offline(model: TypeModel) -> str | None:
    """Offline returns ERROR_IO_PENDING."""
    return None if model.pending_offline else "Offline of this type does not pend"


def pending(model: TypeModel) -> str | None:
    """Online or Offline returns ERROR_IO_PENDING."""
    either = model.pending_online or model.pending_offline
    return None if either else "neither Online nor Offline of this type pends"


def synchronous_offline(model: TypeModel) -> str | None:
    """Offline runs its hook inside the entry point."""
    return "Offline of this type pends" if model.pending_offline else None


def event_handle(model: TypeModel) -> str | None:
    """Failures are detected by an event handle."""
    found = model.failure_detection == "event_handle"
    return None if found else "failures are not detected by an event handle"


def cached_health(model: TypeModel) -> str | None:
    """Polls answer from a health value that a thread refreshes."""
    found = model.failure_detection == "cached_health"
    return None if found else "health is not cached"


def health_thread(model: TypeModel) -> str | None:
    """A thread of the DLL runs check_health or monitor."""
    found = model.failure_detection != "polling"
    return None if found else "no thread watches the resource"


def polling_hook(model: TypeModel) -> str | None:
    """IsAlive asks the hook is_alive."""
    return "health is cached" if model.failure_detection == "cached_health" else None


def light_poll(model: TypeModel) -> str | None:
    """LooksAlive asks the hook looks_alive."""
    found = model.failure_detection == "polling"
    return None if found else "LooksAlive does not ask a hook"


def properties(model: TypeModel) -> str | None:
    """There are private properties."""
    return None if model.properties else "there are no private properties"


def changeable_properties(model: TypeModel) -> str | None:
    """Clients can set a property that the database has."""
    found = any(not rule.read_only and not rule.in_memory for rule in model.properties)
    return None if found else "no stored property can be set"


def changed_at_once(model: TypeModel) -> list[PropertyRule]:
    """Return the private properties whose changes take effect immediately."""
    return [rule for rule in model.properties if rule.immediate and not rule.read_only]


def immediate_properties(model: TypeModel) -> str | None:
    """There are private properties whose changes take effect immediately."""
    found = changed_at_once(model)
    return None if found else "no change of a private property takes effect immediately"


def required_properties(model: TypeModel) -> str | None:
    """There are required private properties that live in the database."""
    found = any(p.required and not p.in_memory for p in model.properties)
    return None if found else "no private property is required"


def read_only_properties(model: TypeModel) -> str | None:
    """There are read-only private properties."""
    found = any(p.read_only for p in model.properties)
    return None if found else "no private property is read-only"


def stored_properties(model: TypeModel) -> str | None:
    """There are private properties that live in the database."""
    found = any(not p.in_memory for p in model.properties)
    return None if found else "no private property is stored"


def stored_read_only_properties(model: TypeModel) -> str | None:
    """There are read-only private properties that live in the database."""
    found = any(p.read_only and not p.in_memory for p in model.properties)
    return None if found else "no read-only private property is stored"


def optional_properties(model: TypeModel) -> str | None:
    """Online needs no private property."""
    found = any(p.required for p in model.properties)
    return "there are required private properties" if found else None


def kept_properties(model: TypeModel) -> str | None:
    """There are private properties that live in memory only and may be set."""
    found = any(p.in_memory and not p.read_only for p in model.properties)
    return None if found else "no private property that may be set lives in memory only"


def lasting_state(model: TypeModel, rule: ControlCodeRule) -> str | None:
    """Return a state in which a code is allowed and which lasts between calls, None without one.

    An operation that does not pend is over when other calls reach the DLL.
    """
    lasting = {
        "offline": True,
        "online": True,
        "online_pending": model.pending_online,
        "offline_pending": model.pending_offline,
    }
    return next((s for s in lasting if lasting[s] and (not rule.states or s in rule.states)), None)


def allowed_code(rule: ControlCodeRule) -> Needs:
    """Apply when the code can be sent while it is allowed."""

    def reason(model: TypeModel) -> str | None:
        found = rule.scope != "resource" or lasting_state(model, rule) is not None
        return None if found else f"{rule.name} is allowed only inside a call that does not pend"

    return reason


def control_codes(model: TypeModel) -> str | None:
    """The author declared control codes for resources, one of which can be sent."""
    codes = [c for c in model.control_codes if c.scope == "resource"]
    if not codes:
        return "there are no control codes for resources"
    reasons = [allowed_code(c)(model) for c in codes]
    return None if None in reasons else reasons[0]


def type_control_codes(model: TypeModel) -> str | None:
    """The author declared control codes for the type."""
    found = any(c.scope == "resource_type" for c in model.control_codes)
    return None if found else "there are no control codes for the type"


def single_instance(model: TypeModel) -> str | None:
    """Only one instance may be open on a node."""
    found = model.single_instance == "node"
    return None if found else "several instances may be open on a node"


def several_instances(model: TypeModel) -> str | None:
    """Several instances may be open at once."""
    found = model.single_instance != "node"
    return None if found else "only one instance may be open on a node"


def stop_reasons(model: TypeModel) -> str | None:
    """The type asks to be told why it is stopped."""
    asks = model.characteristics & REQUIRES_STATE_CHANGE_REASON
    return (
        None if asks else "the type does not have the characteristic requires_state_change_reason"
    )
