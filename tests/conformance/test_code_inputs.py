"""What the scenarios send to control codes: a schema may allow more than any machine can carry."""

from __future__ import annotations

import random
from typing import Any

from resforge.conformance.suites.codes import sample_buffer, wrong_inputs
from resforge.model.binding import type_model
from resforge.schema import ResourceType

MEBIBYTE = 1 << 20


def _sent(buffer: dict[str, Any]) -> list[int]:
    """The sizes of the inputs that are sent to a code with this input."""
    code = {"name": "Send", "function": 1, "input": buffer}
    data = {"resforge": 1, "name": "Sent", "control_codes": [code]}
    rule = type_model(ResourceType.model_validate(data)).control_codes[0].input
    good = sample_buffer(rule, random.Random(1))
    return [len(content) for content in wrong_inputs(rule, good) if content is not None]


def test_both_sides_of_a_limit_are_sent() -> None:
    """The largest and smallest allowed sizes and those beyond them are all tried."""
    assert {4, 5, 9, 10} <= set(_sent({"bytes": {"minimum": 5, "maximum": 9}}))


def test_no_input_is_larger_than_a_mebibyte() -> None:
    """A limit of 16 MiB is legal; the machine has no room for one of 4 GiB."""
    assert max(_sent({"bytes": {"maximum": 16 * MEBIBYTE}})) == MEBIBYTE


def test_a_short_struct_is_cut_at_every_byte() -> None:
    """Nothing is left out where that is cheap."""
    fields = [{"name": "A", "format": "DWORD"}, {"name": "B", "format": "SZ"}]
    assert set(range(6)) <= set(_sent({"fields": fields}))


def test_a_long_struct_is_cut_around_its_fields() -> None:
    """Text of 32767 characters does not make 65534 inputs of up to 64 KiB."""
    fields = [
        {"name": "A", "format": "SZ", "length": 32767},
        {"name": "B", "format": "DWORD"},
    ]
    sent = _sent({"fields": fields})
    assert {0, 1, 65533, 65534, 65535, 65536, 65539} <= set(sent)
    assert len(sent) < 40
