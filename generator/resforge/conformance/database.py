"""Compares the emulated cluster database with what the model says is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from resforge.conformance.history import History
from resforge.model.wire import RegistryType, RegistryValue, encode_text, encode_texts
from resforge.names import ordinal_key

if TYPE_CHECKING:
    from resforge.conformance.actor import Actor

__all__ = ["must_store", "stored_values"]

_SIZES = {RegistryType.DWORD: 4, RegistryType.QWORD: 8}


def must_store(actor: Actor, rule: str = "C.1") -> None:
    """Expect exactly the remembered values under the resource's Parameters key."""
    wanted = {ordinal_key(name): value for name, value in actor.stored.items()}
    actor.player.send("database", dump=True)

    def test(history: History) -> str | None:
        seen = stored_values(history.last.result, actor.name)
        if seen == wanted:
            return None
        names = sorted(n for n in {*seen, *wanted} if seen.get(n) != wanted.get(n))
        name = names[0]
        return f'stored "{name}": expected {_show(wanted.get(name))}, saw {_show(seen.get(name))}'

    actor.player.check(rule, test)


def stored_values(dump: Mapping[str, Any], resource: str) -> dict[str, RegistryValue]:
    """Return the values of a resource's Parameters key, by folded name."""
    for key in _resources(dump):
        name = key.get("values", {}).get("Name", {}).get("value")
        if name == resource:
            parameters = _child(key, "Parameters")
            return {
                ordinal_key(name): decode(value)
                for name, value in parameters.get("values", {}).items()
            }
    return {}


def _resources(dump: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    tree = dump.get("dump") or dump.get("database") or dump
    yield from _child(tree, "Resources").get("keys", {}).values()


def _child(key: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = key.get("keys", {}).get(name, {})
    return found


def decode(value: Mapping[str, Any]) -> RegistryValue:
    """Turn a value of the JSON form into type number and bytes."""
    kind = value["type"]
    number = kind if isinstance(kind, int) else RegistryType[kind]
    if "hex" in value:
        return RegistryValue(number, bytes.fromhex(value["hex"]))
    content = value["value"]
    if isinstance(content, str):
        return RegistryValue(number, encode_text(content))
    if isinstance(content, list):
        return RegistryValue(number, encode_texts(tuple(content)))
    size = _SIZES[RegistryType(number)]
    return RegistryValue(number, (int(content) & (1 << 8 * size) - 1).to_bytes(size, "little"))


def _show(value: RegistryValue | None) -> str:
    return "nothing" if value is None else f"type {value.type} [{value.data.hex(' ')}]"
