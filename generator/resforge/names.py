"""When Windows takes two names for the same one."""

from __future__ import annotations


def ordinal_key(name: str) -> str:
    """Equal for names that Windows takes for the same: ordinal comparison ignoring case.

    Each UTF-16 unit is mapped on its own by simple upper case (`nf-stringapiset-comparestringordinal`);
    characters outside the basic plane have two units and therefore no case, nor has a letter whose
    capital is that of another one, as dotless i (both inferred).
    """
    return "".join(_upper(character) for character in name)


def _upper(character: str) -> str:
    upper = character.upper()
    is_pair = len(upper) == 1 and upper.lower() == character
    return upper if is_pair and ord(character) < 0x1_0000 else character
