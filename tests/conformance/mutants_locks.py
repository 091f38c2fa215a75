"""Deliberate defects that no schedule of virtual time shows: a lock is missing, nothing else."""

from __future__ import annotations

from .mutants import EVERYTHING, Mutant

_GUARD = "const std::scoped_lock guard(lock_);\n"


def without_lock(
    name: str, file: str, before: str, after: str, *hint: str, indent: int = 8
) -> Mutant:  # fmt: skip
    """Remove the lock between two texts; `indent` counts its spaces."""
    line = " " * indent + _GUARD
    return Mutant(
        f"no-lock-{name}", f"{file}.h", before + line + after, before + after, EVERYTHING, hint
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
)  # fmt: skip
"""Mutants that only the watch over accesses to memory can find."""
