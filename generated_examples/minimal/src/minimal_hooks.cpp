// Hooks of the resource type; this file is yours. It starts as a resource that only remembers
// whether it is online.
#include "minimal_hooks.h"

namespace minimal {

DWORD Hooks::online(OnlineContext& context) {
    context.log.information("starting ", context.resource_name());
    running_ = true;
    return ERROR_SUCCESS;
}

DWORD Hooks::offline(OfflineContext& context) {
    context.log.information("stopping ", context.resource_name());
    running_ = false;
    return ERROR_SUCCESS;
}

void Hooks::terminate(TerminateContext&) {
    running_ = false;
}

bool Hooks::is_alive(HealthContext&) {
    return running_;
}

}  // namespace minimal
