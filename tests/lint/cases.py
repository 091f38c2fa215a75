"""For each rule of lint a schema that breaks it and its repaired twin.

Each entry: the rule, the text that breaks it once, with `«»` around where the finding points (its
first character counts), and replacements that make the good twin.
"""

from __future__ import annotations

HEAD = "resforge: 1\nname: Thing\ndescription: Does it.\nvendor: Us\n"


def prop(keys: str) -> str:
    """A schema with one property."""
    return f"{HEAD}properties:\n  - {{{keys}}}\n"


def code(keys: str) -> str:
    """A schema with one control code."""
    return f"{HEAD}control_codes:\n  - {{{keys}}}\n"


_OUT = "output: {bytes: {maximum: 8}}"

CASES: tuple[tuple[str, str, str], ...] = (
    # resource type
    (
        "type-without-description",
        "resforge: 1\nname: «Thing\nvendor: Us\nproperties: [{name: A, format: SZ, description: x}]\n",
        (
            "resforge: 1\nname: Thing\nvendor: Us\ndescription: Does it.\n"
            "properties: [{name: A, format: SZ, description: x}]\n"
        ),
    ),
    (
        "type-without-vendor",
        (
            "resforge: 1\nname: «Thing\ndescription: y\n"
            "properties: [{name: A, format: SZ, description: x}]\n"
        ),
        "resforge: 1\nname: Thing\n",
    ),
    ("type-named-like-windows", "resforge: 1\nname: «network name\n", HEAD),
    ("dll-named-like-windows", f"{HEAD}dll_name: «ClusRes.dll\n", f"{HEAD}dll_name: MyRes.dll\n"),
    ("name-not-ascii", "resforge: 1\nname: «Dömäne\n", HEAD),
    (
        "dependency-misspelt",
        f"{HEAD}dependencies:\n  - type: «NetworkName\n",
        f"{HEAD}dependencies:\n  - type: network name\n  - type: Our Database\n",
    ),
    (
        "single-instance-per-node",
        f"{HEAD}single_instance: «node\n",
        f"{HEAD}single_instance: cluster\n",
    ),
    ("storage-class-unanswered", f"{HEAD}class: «storage\n", f"{HEAD}class: network\n"),
    (
        "characteristic-without-support",
        f"{HEAD}characteristics: [«placement_data]\n",
        f"{HEAD}characteristics: [requires_state_change_reason]\n",
    ),
    (
        "online-without-thread",
        f"{HEAD}pending: {{online: «false}}\n",
        f"{HEAD}pending: {{offline: false}}\n",
    ),
    ("version-zero", f'{HEAD}version: «"0.0"\n', f'{HEAD}version: "0.1"\n'),
    # properties
    (
        "property-named-like-common",
        prop("name: «pendingtimeout, format: SZ, description: x"),
        prop("name: StartTimeout, format: SZ, description: x"),
    ),
    (
        "port-out-of-range",
        prop("name: HttpPort, format: DWORD, description: x, minimum: 0, maximum: «65536"),
        prop("name: HttpPort, format: DWORD, description: x, minimum: 0, maximum: 65535"),
    ),
    (
        "drive-letter-in-default",
        prop("name: Root, format: SZ, description: x, default: «'D:\\Data'"),
        prop("name: Root, format: EXPAND_SZ, description: x, default: '%ProgramData%\\Data'"),
    ),
    (
        "property-name-with-space",
        prop("name: «My Value, format: SZ, description: x"),
        prop("name: MyValue, format: SZ, description: x"),
    ),
    (
        "property-name-style",
        prop("name: «my_value, format: SZ, description: x"),
        prop("name: MyValue, format: SZ, description: x"),
    ),
    (
        "property-without-description",
        prop("name: «Value, format: SZ"),
        prop("name: Value, format: SZ, description: x"),
    ),
    (
        "required-without-example",
        prop("name: «Value, format: SZ, required: true, description: x"),
        prop("name: Value, format: SZ, required: true, description: x, example: y"),
    ),
    (
        "required-with-default",
        prop("name: Value, format: SZ, required: true, default: «d, description: x, example: y"),
        prop("name: Value, format: SZ, default: d, description: x, example: y"),
    ),
    (
        "number-without-range",
        prop("name: «Value, format: DWORD, description: x"),
        prop("name: Value, format: DWORD, description: x, minimum: 0, maximum: 0xFFFFFFFF"),
    ),
    (
        "range-switched-off",
        prop("name: Value, format: DWORD, description: x, minimum: «0, maximum: 0"),
        prop("name: Value, format: DWORD, description: x, minimum: 0, maximum: 1"),
    ),
    (
        "default-cannot-be-set",
        prop("name: V, format: DWORD, description: x, minimum: 5, maximum: 9, default: «0"),
        prop("name: V, format: DWORD, description: x, minimum: 0, maximum: 9, default: 0"),
    ),
    (
        "number-used-as-boolean",
        prop("name: V, format: «DWORD, description: x, minimum: 0, maximum: 1"),
        prop("name: V, format: BOOL, description: x"),
    ),
    (
        "variable-not-expanded",
        prop("name: V, format: SZ, description: x, example: «'%SystemRoot%\\x'"),
        prop("name: V, format: EXPAND_SZ, description: x, example: '%SystemRoot%\\x'"),
    ),
    (
        "secret-in-database",
        prop("name: «AdminPassword, format: SZ, description: x"),
        prop("name: PasswordFree, format: SZ, in_memory: true, read_only: true, description: x"),
    ),
    (
        "time-without-unit",
        prop(
            "name: «StartTimeout, format: DWORD, minimum: 1, maximum: 9, default: 2, description: x"
        ),
        prop(
            "name: StartTimeout, format: DWORD, minimum: 1, maximum: 9, default: 2, unit: s,"
            " description: x"
        ),
    ),
    (
        "writable-in-memory",
        prop("name: V, format: SZ, in_memory: «true, description: x"),
        prop("name: V, format: SZ, in_memory: true, read_only: true, description: x"),
    ),
    (
        "similar-names",
        (
            f"{HEAD}properties:\n  - {{name: Path, format: SZ, description: x}}\n"
            "  - {name: «Paths, format: SZ, description: x}\n"
        ),
        (
            f"{HEAD}properties:\n  - {{name: Disk1, format: SZ, description: x}}\n"
            "  - {name: Disk2, format: SZ, description: x}\n"
        ),
    ),
    # control codes
    (
        "modifies-without-write",
        code(
            f"name: A, function: 1, access: «read, modifies: true, states: [online], description: x, {_OUT}"
        ),
        code(
            f"name: A, function: 1, access: write, modifies: true, states: [online], description: x, {_OUT}"
        ),
    ),
    (
        "write-without-modifies",
        code(f"name: A, function: 1, access: «write, states: [online], description: x, {_OUT}"),
        code(f"name: A, function: 1, access: read, states: [online], description: x, {_OUT}"),
    ),
    (
        "access-for-anybody",
        code(f"name: A, function: 1, access: «any, states: [online], description: x, {_OUT}"),
        code(f"name: A, function: 1, states: [online], description: x, {_OUT}"),
    ),
    (
        "code-of-virtual-machine",
        code(
            "name: A, function: «5, access: any, modifies: true, states: [online], description: x"
        ),
        code("name: A, function: 6, access: any, modifies: true, states: [online], description: x"),
    ),
    (
        "control-code-without-description",
        code(f"name: «A, function: 1, states: [online], {_OUT}"),
        code(f"name: A, function: 1, states: [online], description: x, {_OUT}"),
    ),
    (
        "field-without-description",
        code(
            "name: A, function: 1, states: [online], description: x,"
            " output: {fields: [{name: «F, format: DWORD}]}"
        ),
        code(
            "name: A, function: 1, states: [online], description: x,"
            " output: {fields: [{name: F, format: DWORD, description: y}]}"
        ),
    ),
    (
        "code-without-effect",
        code("name: «A, function: 1, states: [online], description: x"),
        code(f"name: A, function: 1, states: [online], description: x, {_OUT}"),
    ),
    (
        "states-not-stated",
        code(f"name: «A, function: 1, description: x, {_OUT}"),
        code(f"name: A, function: 1, scope: resource_type, description: x, {_OUT}"),
    ),
    (
        "states-in-transition",
        code(
            "name: A, function: 1, access: write, modifies: true, description: x,"
            " states: «[online, offline_pending]"
        ),
        code(
            "name: A, function: 1, access: write, modifies: true, description: x,"
            " states: [online, offline]"
        ),
    ),
    (
        "buffer-too-large",
        code(
            "name: A, function: 1, states: [online], description: x,"
            " output: {bytes: {maximum: «1048577}}"
        ),
        code(
            "name: A, function: 1, states: [online], description: x,"
            " output: {bytes: {maximum: 1048576}}"
        ),
    ),
    (
        "padding-in-buffer",
        code(
            "name: A, function: 1, states: [online], description: x, output: {fields: ["
            "{name: A, format: DWORD, description: y},"
            "{name: «B, format: ULARGE_INTEGER, description: y}]}"
        ),
        code(
            "name: A, function: 1, states: [online], description: x, output: {fields: ["
            "{name: B, format: ULARGE_INTEGER, description: y},"
            "{name: A, format: DWORD, description: y}]}"
        ),
    ),
    # timeouts
    (
        "budget-above-300ms",
        f"{HEAD}timeouts:\n  budgets: {{online: «301ms}}\n",
        f"{HEAD}timeouts:\n  budgets: {{online: 300ms, terminate: 5s}}\n",
    ),
    (
        "polling-too-often",
        f"{HEAD}timeouts:\n  looks_alive_interval: «999ms\n",
        f"{HEAD}timeouts:\n  looks_alive_interval: 1s\n",
    ),
    (
        "thorough-check-more-often",
        f"{HEAD}timeouts:\n  is_alive_interval: «4s\n",
        f"{HEAD}timeouts:\n  is_alive_interval: 5s\n",
    ),
    (
        "looks-alive-never-called",
        f"{HEAD}failure_detection: event_handle\ntimeouts:\n  looks_alive_interval: «7s\n",
        f"{HEAD}failure_detection: polling\ntimeouts:\n  looks_alive_interval: 7s\n",
    ),
    (
        "heartbeat-unused",
        f"{HEAD}pending: {{online: false, offline: false}}\ntimeouts:\n  heartbeat: «7s\n",
        f"{HEAD}pending: {{online: true, offline: false}}\ntimeouts:\n  heartbeat: 7s\n",
    ),
    (
        "pending-timeout-unused",
        f"{HEAD}pending: {{online: false, offline: false}}\ntimeouts:\n  pending_timeout: «1min\n",
        f"{HEAD}pending: {{online: false, offline: true}}\ntimeouts:\n  pending_timeout: 1min\n",
    ),
    (
        "pending-without-slack",
        f"{HEAD}timeouts:\n  pending_timeout: «5min\n",
        f"{HEAD}timeouts:\n  pending_timeout: 4min\n",
    ),
    (
        "deadlock-timeout-lowered",
        f"{HEAD}timeouts:\n  deadlock_timeout: «4min\n",
        f"{HEAD}timeouts:\n  deadlock_timeout: 5min\n",
    ),
    (
        "deadlock-timeout-raised",
        f"{HEAD}timeouts:\n  deadlock_timeout: «16min\n",
        f"{HEAD}timeouts:\n  deadlock_timeout: 15min\n",
    ),
    (
        "heartbeat-too-often",
        f"{HEAD}timeouts:\n  heartbeat: «500ms\n",
        f"{HEAD}timeouts:\n  heartbeat: 1s\n",
    ),
    (
        "duration-hard-to-read",
        f"{HEAD}timeouts:\n  pending_timeout: «120000ms # two\n",
        f"{HEAD}timeouts:\n  pending_timeout: 120s\n",
    ),
    # texts
    (
        "placeholder-text",
        "resforge: 1\nname: Thing\nvendor: «<company name>\n",
        "resforge: 1\nname: Thing\nvendor: A <b> C\n",
    ),
    (
        "text-with-outer-space",
        "resforge: 1\nname: Thing\ndescription: «|\n  Does it.\n  # text\nvendor: Us\n",
        "resforge: 1\nname: Thing\ndescription: |-\n  Does it.\nvendor: Us\n",
    ),
    ("empty-key", f"{HEAD}properties: «[] # none\n", HEAD),
    (
        "flag-repeats-default",
        prop("name: V, format: SZ, required: «false, description: x"),
        prop("name: V, format: SZ, description: x"),
    ),
    (
        "display-name-repeats-name",
        f"{HEAD}display_name: «Thing\n",
        f"{HEAD}display_name: A thing\n",
    ),
    ("subclass-as-number", f"{HEAD}subclass: «0x80000000\n", f"{HEAD}subclass: 0x20000000\n"),
    # suppressions
    (
        "suppression-without-reason",
        f"{HEAD}suppress:\n  - «rule: version-zero\n",
        f'{HEAD}version: "0.0"\nsuppress:\n  - {{rule: version-zero, reason: A draft.}}\n',
    ),
    (
        "suppression-of-unknown-rule",
        f"{HEAD}suppress:\n  - {{rule: «version-zer, reason: x}}\n",
        f"{HEAD}suppress:\n  - {{rule: property-removed, reason: For resforge breaking.}}\n",
    ),
    (
        "suppression-unused",
        f"{HEAD}suppress:\n  - {{rule: «version-zero, reason: x}}\n",
        f'{HEAD}version: "0.0"\nsuppress:\n  - {{rule: version-zero, at: version, reason: y}}\n',
    ),
)

MORE_CASES: tuple[tuple[str, str, str], ...] = (
    (
        "secret-in-database",
        prop("name: «ApiKey, format: SZ, description: x"),
        prop("name: ApiKeyFile, format: SZ, description: x"),
    ),
    (
        "secret-in-database",
        prop("name: Link, format: SZ, description: x, default: «'Server=a;Password=b'"),
        prop("name: Link, format: SZ, description: x, default: 'Server=a;Password=%VARIABLE%'"),
    ),
    (
        "secret-in-database",
        prop("name: «AuthToken, format: BINARY, description: x"),
        prop("name: TokenLifetime, format: DWORD, description: x"),
    ),
    (
        "port-out-of-range",
        prop("name: «port, format: DWORD, description: x"),
        prop("name: Portions, format: DWORD, description: x"),
    ),
    (
        "placeholder-text",
        "resforge: 1\nname: Thing\nvendor: Us\ndescription: «TODO\n",
        "resforge: 1\nname: Thing\nvendor: Us\ndescription: Guarda todo.\n",
    ),
)
"""Further ways of breaking a rule, and of not breaking it."""
