// Access to the engine of the process.
#include "engine.h"

#include <utility>

#include "guarded_heap.h"

namespace resforge::rhs {
namespace {

std::unique_ptr<Engine>& holder() {
    // Never destroyed: tasks may outlive the end of main.
    static auto* const instance = new std::unique_ptr<Engine>();
    return *instance;
}

}  // namespace

Engine& engine() {
    return *holder();
}

void set_engine(std::unique_ptr<Engine> engine) {
    holder() = std::move(engine);
}

CallContext& call_context() {
    return engine().current().context;
}

namespace {

// Threads end in real time, and thread-local variables also with their library.
bool may_end_here() {
    return !engine().is_virtual() || call_context().entry == "FreeLibrary";
}

}  // namespace

void yield_point(bool give_way) {
    if (!may_end_here()) {
        lock_freed();
    }
    engine().yield(give_way);
}

}  // namespace resforge::rhs
