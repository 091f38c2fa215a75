"""Deliberate defects of properties: how their values are read, checked, stored, listed, in force."""

from __future__ import annotations

from .mutants import CACHED, SYNCHRONOUS, mutant

VALUE_MUTANTS = (
    # Limits.
    mutant("value-beyond-limits-readable", "resource",
           "                fits(property, value, given)) {",
           "                true) {", "contexts"),
    mutant("default-beyond-limits-refused", "resource",
           "return !given || in_range(property, value);",
           "return in_range(property, value);", "properties", schema=CACHED),
    mutant("default-in-memory-refused", "resource",
           "given = !property.in_memory;",
           "given = true;", "properties", schema=CACHED),
    mutant("value-without-bytes-unchanged", "property_controls",
           "read == ERROR_SUCCESS && std::ranges::equal(old, value)",
           "std::ranges::equal(old, value)", "properties"),
    # Several properties in one list.
    mutant("last-property-decides-changed", "property_controls",
           "outcome.changed = outcome.changed || !same;",
           "outcome.changed = !same;", "properties"),
    mutant("last-property-decides-stored", "property_controls",
           "outcome.waits_online = outcome.waits_online || (!same && !immediate);",
           "outcome.waits_online = !same && !immediate;", "properties"),
    mutant("half-list-not-in-force", "property_controls",
           "    if (!effective.empty()) {",
           "    if (!effective.empty() && outcome.status == ERROR_SUCCESS) {", "properties"),
    mutant("changed-hook-sees-old-values", "controls",
           "instance_.hooks.properties_changed(context, resource_",
           "instance_.hooks.properties_changed(context_, resource_", "properties"),
    # What hooks publish.
    mutant("published-beside-read-lost", "resource",
           "                decode_property(property, encode_property(property, stored_), *block);",
           "                static_cast<void>(property);", "races"),
    mutant("published-beside-synchronous-read-lost", "resource",
           "                decode_property(property, encode_property(property, stored_), *block);",
           "                static_cast<void>(property);", "races", schema=SYNCHRONOUS),
    # Former names.
    mutant("former-value-stored-for-memory", "resource",
           "property.former_name != nullptr && !property.in_memory &&",
           "property.former_name != nullptr &&", "properties", schema=CACHED),
    mutant("former-value-lost-unlogged", "resource",
           '                log.warning("the value of ", property.name, " stays under the name ",\n'
           "                            property.former_name);\n",
           "", "properties"),
    # The database.
    mutant("stored-type-forgotten", "property_store",
           "stored == value;",
           "stored.data == value.data;", "properties"),
    mutant("own-key-without-create", "property_store",
           "KEY_READ | KEY_CREATE_SUB_KEY, key);",
           "KEY_READ, key);", "properties"),
    mutant("second-key-kept", "property_store",
           "        if (!parameters_ && opened) {",
           "        if (opened) {", "races"),
    mutant("second-key-leaked", "property_store",
           "            std::swap(parameters_, opened);\n"
           "        }",
           "            std::swap(parameters_, opened);\n"
           "        } else if (opened) {\n"
           "            new ClusterKey(std::move(opened));\n"
           "        }", "races"),
    mutant("type-without-cluster-code", "type_controls",
           "            return last_error();\n"
           "        }\n"
           "        // Reading",
           "            return ERROR_GEN_FAILURE;\n"
           "        }\n"
           "        // Reading", "faults"),
    # Unknown values.
    mutant("nameless-value-listed", "property_controls",
           "!item.name.empty() && format",
           "format", "properties"),
    mutant("damaged-value-listed", "property_controls",
           " &&\n"
           "            canonical_value(*format, item.value.data, canonical) == ERROR_SUCCESS) {",
           ") {", "properties"),
    # Control codes.
    mutant("failed-counts-as-online", "controls",
           "        case State::failed:\n"
           "            break;",
           "        case State::failed:\n"
           "            return allowed::kOnline;", "codes"),
    mutant("synchronous-failed-counts-as-online", "controls",
           "        case State::failed:\n"
           "            break;",
           "        case State::failed:\n"
           "            return allowed::kOnline;", "codes", schema=SYNCHRONOUS),
    mutant("truth-is-one", "control_buffer",
           "value = number != 0;",
           "value = number == 1;", "codes"),
)  # fmt: skip
