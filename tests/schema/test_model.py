"""The resource type: defaults, computed values, immutability."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from tests.schema.support import HEAD, load

from resforge import schema
from resforge.schema import ResourceType


class TestDefaults:
    def test_smallest(self) -> None:
        """Format version and name suffice; the other values follow from them."""
        value = load("resforge: 1\nname: My Thing\n")

        assert value.display_name == "My Thing"
        assert value.dll_name == "MyThing.dll"
        assert (value.identifier, value.class_identifier) == ("my_thing", "MyThing")
        assert (value.version, value.version_numbers) == ("1.0.0.0", (1, 0, 0, 0))
        assert (value.class_value, value.subclass_value, value.characteristics_value) == (0, 0, 0)
        assert (value.pending.online, value.pending.offline) == (True, True)
        assert str(value.failure_detection) == "polling"
        assert (value.properties, value.control_codes, value.dependencies) == ((), (), ())

    def test_device_name(self) -> None:
        """A name that makes a device name gives a DLL name that is none."""
        assert load("resforge: 1\nname: Con\n").dll_name == "Con_.dll"


class TestComputed:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("characteristics: [requires_state_change_reason]", 0x10),
            ("characteristics: [delete_requires_all_nodes, drain_local_offline]", 0x80002),
            ("single_instance: group", 0x80),
            ("single_instance: cluster", 0x40),
            ("single_instance: node", 0),
            ("single_instance: group\ncharacteristics: [clones, veto_drain]", 0x42080),
        ],
    )
    def test_characteristics(self, text: str, value: int) -> None:
        """CLUS_CHAR flags of clusapi.h, those of single_instance included."""
        assert load(HEAD + text + "\n").characteristics_value == value

    @pytest.mark.parametrize(
        ("text", "class_value", "subclass_value"),
        [
            ("class: storage\nsubclass: [storage_shared_bus, storage_disk]", 1, 0xC0000000),
            ("class: storage\nsubclass: [storage_replication]", 1, 0x10000000),
            ("class: network\nsubclass: [network_internet_protocol]", 2, 0x80000000),
            ("subclass: [shared]", 0, 0x80000000),
            ("class: 32768\nsubclass: 0xFFFFFFFF", 32768, 0xFFFFFFFF),
            ("class: 0xFFFFFFFF\nsubclass: []", 0xFFFFFFFF, 0),
        ],
    )
    def test_class(self, text: str, class_value: int, subclass_value: int) -> None:
        """Class and subclass by name or number."""
        value = load(HEAD + text + "\n")

        assert (value.class_value, value.subclass_value) == (class_value, subclass_value)

    def test_dependencies(self) -> None:
        """A dependency has the number of its class, or the name of a type."""
        text = HEAD + "dependencies: [{class: storage}, {class: 40000}, {type: Network Name}]\n"

        assert [(item.class_value, item.type) for item in load(text).dependencies] == [
            (1, None),
            (40000, None),
            (None, "Network Name"),
        ]

    @pytest.mark.parametrize(
        ("version", "numbers"),
        [("'7'", (7, 0, 0, 0)), ("'1.65535'", (1, 65535, 0, 0)), ("1.2.3.4", (1, 2, 3, 4))],
    )
    def test_version(self, version: str, numbers: tuple[int, ...]) -> None:
        """Missing parts of a version are 0."""
        assert load(HEAD + f"version: {version}\n").version_numbers == numbers


class TestModel:
    def test_frozen(self) -> None:
        """A resource type cannot be changed, computed values included, and equals its equal."""
        value, same = load(HEAD), load(HEAD)
        assert value.identifier
        with pytest.raises(ValidationError):
            value.name = "Other"  # type: ignore[misc]

        assert value == same

    def test_from_python(self) -> None:
        """The models check data that does not come from a file, too."""
        with pytest.raises(ValidationError):
            ResourceType.model_validate({"resforge": 1, "name": "T", "nmae": "x"})
        with pytest.raises(ValidationError):
            ResourceType.model_validate({"resforge": 1, "name": "T", "version": "x"})

    def test_exports(self) -> None:
        """The package exports what it lists, in order."""
        assert list(schema.__all__) == sorted(schema.__all__)
        assert all(hasattr(schema, name) for name in schema.__all__)
