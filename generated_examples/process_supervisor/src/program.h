// One running program and everything it has started.
#pragma once

#include <memory>
#include <vector>

#include "resforge/resforge.h"

namespace process_supervisor {

struct ProgramSettings {
    resforge::Text command_line;
    resforge::Text directory;                 // empty: that of this process
    std::vector<resforge::Text> environment;  // NAME=value, added to that of this process
};

// Its tree of processes ends with the object: a job object on Windows, a process group elsewhere.
// All members may be called from several threads.
class Program {
  public:
    // Throws resforge::SystemError when the program cannot be started.
    static std::unique_ptr<Program> start(const ProgramSettings& settings);
    virtual ~Program() = default;

    virtual DWORD process_id() const noexcept = 0;
    virtual bool running() noexcept = 0;

    // CTRL+BREAK, which reaches a program that shares a console with this process, or SIGTERM.
    virtual void ask_to_stop() noexcept = 0;

    // Ends the program and all its descendants at once.
    virtual void kill() noexcept = 0;
};

}  // namespace process_supervisor
