"""Deliberate defects that no schedule of virtual time shows: a lock is missing, nothing else."""

from __future__ import annotations

from .mutants import CACHED, EVERYTHING, SYNCHRONOUS, Mutant


def without_lock(
    name: str,
    file: str,
    before: str,
    after: str,
    *hint: str,
    indent: int = 8,
    lock: str = "lock_",
    schema: str = EVERYTHING,
) -> Mutant:
    """Remove the lock between two texts; `indent` counts its spaces."""
    line = " " * indent + f"const std::scoped_lock guard({lock});\n"
    return Mutant(
        f"no-lock-{name}", f"{file}.h", before + line + after, before + after, schema, hint
    )


LOCK_MUTANTS = (
    without_lock("begin", "life_cycle",
                 "const std::shared_ptr<Operation>& operation) noexcept {\n",
                 "        if (state_ != from || ", "pending", "lifecycle"),
    without_lock("is-current", "life_cycle",
                 "bool is_current(const Operation& operation) const noexcept {\n",
                 "        return operation_.get() == &operation && ", "pending", "races"),
    without_lock("settle", "life_cycle",
                 "bool settle(Operation& operation, State to, Function on_entry) noexcept {\n",
                 "        operation.finished = !operation.overdue;", "pending", "races"),
    without_lock("enter-terminate", "life_cycle", "        {\n",
                 "            if (!terminating_) {", "pending", "races", indent=12),
    without_lock("leave-terminate", "life_cycle", "        {\n",
                 "            state_ = State::offline;\n            operation_.reset();",
                 "pending", "races", indent=12),
    without_lock("hook-runs", "life_cycle", "bool hook_runs() const noexcept {\n",
                 "        return runs(operation_) ||", "races"),
    without_lock("mark-overdue", "life_cycle", "bool mark_overdue() noexcept {\n",
                 "        if (runs(watch_)) {\n            watch_->overdue = true;\n        }\n"
                 "        if (runs(operation_)", "races"),
    without_lock("returned", "life_cycle", "bool returned(Work& work) noexcept {\n",
                 "        work.finished = !work.overdue;", "races"),
    without_lock("finish", "life_cycle", "bool finish(Work& work) noexcept {\n",
                 "        work.finished = true;", "races"),
    without_lock("leave-close", "life_cycle", "bool leave_close() noexcept {\n",
                 "        closed_ = true;", "races"),
    without_lock("insert-handle", "handle_table", "RESID insert(std::shared_ptr<Item> item) {\n",
                 "        std::size_t slot = 0;", "lifecycle"),
    without_lock("find-handle", "handle_table", "std::shared_ptr<Item> find(RESID resid) noexcept {\n",
                 "        const Slot* slot", "misuse"),
    without_lock("enter-monitor", "log", "bool enter() noexcept {\n",
                 "        inside_ +=", "pending"),
    without_lock("leave-monitor", "log", "void leave() noexcept {\n", "        if (--inside_",
                 "misuse", "pending"),
    without_lock("name", "resource", "std::shared_ptr<const Text> name() const {\n",
                 "        return name_;", "races"),
    without_lock("in-force", "resource", "Block in_force() const {\n",
                 "        return in_force_;", "contexts"),
    without_lock("cancel", "life_cycle", "        {\n",
                 "            operation.finished = true;\n", "races", indent=12),
    without_lock("mark-watch-overdue", "life_cycle", "void mark_watch_overdue() noexcept {\n",
                 "        if (runs(watch_))", "races", schema=SYNCHRONOUS),
    without_lock("keep-worker", "life_cycle",
                 "void keep_worker(std::shared_ptr<Thread> worker) noexcept {\n",
                 "        worker_.swap(worker);", "races"),
    without_lock("held", "life_cycle",
                 "held(const std::shared_ptr<Item>& member) const noexcept {\n",
                 "        return member;", "races", "pending"),
    without_lock("adopt", "property_store", "        ClusterKey opened(key);\n",
                 "        if (!parameters_ && opened)", "races", schema=CACHED),
    without_lock("put-stored", "resource", "            return status;\n        }\n",
                 "        for (const Property<Properties>& property : table) {\n"
                 "            if (is_in_memory(", "races"),
    without_lock("keep", "resource",
                 "void keep(const Property<Properties>& property, ByteView value) {\n",
                 "        decode_property(", "races", schema=CACHED),
    without_lock("unwritten", "resource", "        if (status == ERROR_SUCCESS) {\n",
                 "            unwritten_[index_of(property)] = encode", "races", indent=12,
                 schema=CACHED),
    without_lock("flush", "resource", "        {\n",
                 "            if (!unwritten_[index_of(property)]) {", "races", indent=12,
                 schema=CACHED),
    without_lock("former-values", "resource", "    void store_former_values() {\n",
                 "        for (const Property<Properties>& property : table) {", "properties",
                 lock="store_lock_"),
    without_lock("write", "resource",
                 "DWORD write(const Property<Properties>& property, ByteView value) {\n",
                 "        return write_value", "properties", lock="store_lock_"),
    without_lock("signal-failure", "resource",
                 "void signal_failure(const std::shared_ptr<Period>& period) noexcept {\n",
                 "        if (period == nullptr", "races"),
    without_lock("publish", "resource",
                 "        auto changed = std::make_shared<Properties>();\n",
                 "        *changed = *in_force_;\n        decode_property(", "races"),
    without_lock("value-in-memory", "resource",
                 "bool value_in_memory(const Property<Properties>& property, Bytes& value) const {\n",
                 "        if (!is_in_memory(property))", "races"),
)  # fmt: skip
"""Mutants that only the watch over accesses to memory can find."""
