// Hooks of the resource type; this file is yours. What a hook may do: resforge/hooks.h.
#pragma once

#include <atomic>

#include "minimal.g.h"

namespace minimal {

// One object for each resource, from Open to Close.
class Hooks {
  public:
    DWORD online(OnlineContext& context);
    DWORD offline(OfflineContext& context);
    void terminate(TerminateContext& context);
    bool is_alive(HealthContext& context);

  private:
    // Terminate may run beside every other hook, so what they share is atomic or guarded.
    std::atomic<bool> running_{false};
};

}  // namespace minimal
