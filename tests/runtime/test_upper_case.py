"""Names are compared alike by the schema, the model, the DLL and the emulated cluster."""

from __future__ import annotations

import re
import unicodedata

import pytest
from tests.runtime.programs import ROOT

from resforge.conformance.lists import spellings
from resforge.names import ordinal_key

HEADER = ROOT / "templates" / "runtime" / "upper_case.h"
_RANGE = re.compile(r"\{(0x[0-9A-F]{4}), (0x[0-9A-F]{4}), ([12]), (-?\d+)\}")


@pytest.mark.skipif(
    not unicodedata.unidata_version.startswith("14."), reason="the table is that of Unicode 14"
)
def test_the_table_of_the_runtime_is_that_of_python() -> None:
    """Every unit beyond ASCII has the capital that the schema's rule for names gives it."""
    capitals = {
        unit: unit + int(distance)
        for first, last, step, distance in _RANGE.findall(HEADER.read_text())
        for unit in range(int(first, 16), int(last, 16) + 1, int(step))
    }
    units = [unit for unit in range(0x80, 0x10000) if not 0xD800 <= unit < 0xE000]
    expected = {unit: ord(ordinal_key(chr(unit))) for unit in units}
    assert capitals == {unit: capital for unit, capital in expected.items() if unit != capital}


def test_spellings_are_the_same_name() -> None:
    """A letter without a capital of its own keeps its form."""
    assert spellings("Straße") == ("STRAßE", "straße", "sTRAßE")
    assert spellings("\u0131\U00010428") == ("\u0131\U00010428",) * 3
