// What the current thread is doing: which entry point, for which resource, or a DLL's own worker.
#pragma once

#include <cstdint>
#include <string>

namespace resforge::rhs {

// Belongs to a task of the scheduler (or to an operating system thread in real time), so code
// below an entry point must ask call_context() again after every call that may block.
struct CallContext {
    std::string thread = "main";  // "rhs-1", "dll-3"; "main" is the host itself
    std::string entry;            // "Open", "ResourceControl", ...; empty outside an entry point
    std::string resource;         // resource name; for a worker the one its creator served
    std::string rhs_state;        // state of that resource when the entry point was called
    std::uint64_t call = 0;       // number of the call record, 0 outside an entry point
    bool is_worker = false;       // a thread that the DLL started
};

CallContext& call_context();

// Lets another task run here in virtual time. Every emulated function begins with it; it must
// not be called with a lock held that another task may take. Does nothing in real time and on
// the host's own thread. `give_way` asks to be run last.
void yield_point(bool give_way = false);

}  // namespace resforge::rhs
