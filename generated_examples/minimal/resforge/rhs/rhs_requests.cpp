// Requests of RCM and what they lead to in each state (section 6 of the contract).
#include <algorithm>
#include <utility>

#include "cluster_database.h"
#include "database_link.h"
#include "json.h"
#include "rhs.h"

namespace resforge::rhs {

Answer Rhs::close(const ResourcePointer& resource, bool force_stop) {
    if (!is_opened(resource->state)) {
        write_request(resource, "close", nullptr);
        return {ERROR_INVALID_STATE};
    }
    const bool is_offline = resource->state == MainState::kOffline;
    const char* const stop = force_stop ? "T-13" : "T-12";
    write_request(resource, "close", is_offline ? "T-09" : stop);
    engine().cancel_timer(std::exchange(resource->restart_timer, 0));
    if (is_offline) {
        close_when_free(resource, force_stop);
    } else if (resource->state == MainState::kOnline && !force_stop) {
        when_free(resource, "Offline", [this, resource] { close_now(resource, false); });
    } else if (is_onlining(resource->state) ||
               (force_stop && resource->state != MainState::kTerminating)) {
        resource->close_wanted = true;
        force(resource, stop);
    } else {
        resource->close_wanted = true;
        move(resource, resource->state, stop);
    }
    return {ERROR_IO_PENDING};
}

void Rhs::close_when_free(const ResourcePointer& resource, bool force_stop) {
    when_free(resource, "Close", [this, resource, force_stop] { close_now(resource, force_stop); });
}

// What came before in the queue may have taken the resource out of the state in which the request
// was made: then it is stopped first, as in T-12 and T-13.
void Rhs::close_now(const ResourcePointer& resource, bool force_stop) {
    if (!is_opened(resource->state)) {
        return;
    }
    const bool is_up = is_onlining(resource->state) || resource->state == MainState::kOnline;
    if (resource->state == MainState::kOffline) {
        // Offline may run beside a control (policy P3), Close never.
        if (may_start(*queue_of(*resource), {"Close", resource.get(), nullptr})) {
            start_close(resource);
        } else {
            close_when_free(resource, force_stop);
        }
        return;
    }
    resource->close_wanted = true;
    if (resource->state == MainState::kOnline && !force_stop) {
        start_offline(resource, "T-12");
    } else if (is_up || (force_stop && is_offlining(resource->state))) {
        force(resource, force_stop ? "T-13" : "T-12");
    }
}

Answer Rhs::online(const ResourcePointer& resource, const char* request) {
    const bool is_offline = resource->state == MainState::kOffline;
    if (resource->state == MainState::kClosed) {
        // RCM opens the instance first and then goes on with this request.
        resource->online_wanted = true;
        return open(resource);
    }
    write_request(resource, request, is_offline ? "T-14" : nullptr);
    if (resource->state == MainState::kOnline) {
        return {ERROR_SUCCESS};
    }
    if (!is_offline) {
        return {ERROR_INVALID_STATE};
    }
    when_free(resource, "Online", [this, resource] {
        if (resource->state == MainState::kOffline) {
            start_online(resource);
        }
    });
    return {ERROR_IO_PENDING};
}

Answer Rhs::offline(const ResourcePointer& resource) {
    const bool is_online = resource->state == MainState::kOnline;
    const bool is_pending = resource->state == MainState::kOnlinePending;
    write_request(resource, "offline", is_online ? "T-42" : is_pending ? "T-31" : nullptr);
    if (is_pending) {
        move(resource, MainState::kOnlinePending, "T-31");
    }
    if (resource->state == MainState::kOffline) {
        // Also from Failed (2008 R2 and later): no call, clients see Offline.
        engine().cancel_timer(std::exchange(resource->restart_timer, 0));
        resource->result = RcmState::kOffline;
        cluster_state_changed(*resource);
        return {ERROR_SUCCESS};
    }
    if (!is_online) {
        return {ERROR_INVALID_STATE};
    }
    when_free(resource, "Offline", [this, resource] {
        if (resource->state == MainState::kOnline) {
            start_offline(resource, "T-42");
        }
    });
    return {ERROR_IO_PENDING};
}

Answer Rhs::terminate(const ResourcePointer& resource, bool failed) {
    const char* const request = failed ? "fail" : "terminate";
    const auto end = [&](const char* transition) {
        write_request(resource, request, transition);
        if (failed) {
            fail(resource, transition);
        } else {
            force(resource, transition);
        }
        return Answer{ERROR_IO_PENDING};
    };
    switch (resource->state) {
        case MainState::kOnlineInProgress:
            return end("T-20");
        case MainState::kOnlinePending:
            return end("T-29");
        case MainState::kOnline:
            return end("T-43");
        case MainState::kOfflineInProgress:
        case MainState::kOfflinePending:
            return end("T-54");
        case MainState::kTerminating:
            write_request(resource, request, "T-61");
            move(resource, MainState::kTerminating, "T-61");
            return {ERROR_SUCCESS};
        default:
            break;
    }
    const bool is_harmless = resource->state == MainState::kOffline && !failed;
    write_request(resource, request, is_harmless ? "T-60" : nullptr);
    if (!is_harmless) {
        return {ERROR_INVALID_STATE};
    }
    terminate_when_offline(resource);
    return {ERROR_IO_PENDING};
}

// Legal although there is nothing to end; waits for calls in flight, and if the resource has
// left Offline by then, the request is a forced stop.
void Rhs::terminate_when_offline(const ResourcePointer& resource) {
    when_free(resource, "Terminate", [this, resource] {
        if (resource->state != MainState::kOffline) {
            if (is_onlining(resource->state)) {
                force(resource, resource->state == MainState::kOnlinePending ? "T-29" : "T-20");
            } else if (resource->state == MainState::kOnline) {
                force(resource, "T-43");
            } else if (is_offlining(resource->state)) {
                force(resource, "T-54");
            }
            return;
        }
        engine().cancel_timer(std::exchange(resource->restart_timer, 0));
        move(resource, MainState::kOffline, "T-60");
        call_terminate(resource, true);
    });
}

// The cluster service died: Terminate, then Close (T-67).
Answer Rhs::rundown(const ResourcePointer& resource) {
    if (!is_opened(resource->state)) {
        write_request(resource, "rundown", nullptr);
        return {ERROR_INVALID_STATE};
    }
    write_request(resource, "rundown", "T-67");
    resource->close_wanted = true;
    if (resource->state == MainState::kTerminating) {
        move(resource, MainState::kTerminating, "T-67");
    } else {
        force(resource, "T-67");
    }
    return {ERROR_IO_PENDING};
}

// DeleteClusterResource: the DELETE control code, then Close, then the database entry.
Answer Rhs::remove(const ResourcePointer& resource) {
    const bool is_closed =
        resource->state == MainState::kClosed || resource->state == MainState::kNotLoaded;
    if (!is_closed && resource->state != MainState::kOffline) {
        write_request(resource, "delete", nullptr);
        return {ERROR_INVALID_STATE};
    }
    const auto forget = [this, resource] {
        forget_resource(resource);
        cluster_database().delete_resource(utf16_from_utf8(resource->name));
    };
    if (is_closed) {
        forget();
        return {ERROR_SUCCESS};
    }
    ControlRequest request;
    request.code = CLUSCTL_RESOURCE_DELETE;
    control(resource, request, [this, resource, forget](const Json&) {
        const bool is_offline = resource->state == MainState::kOffline;
        write_request(resource, "delete", is_offline ? "T-09" : nullptr);
        if (!is_offline) {
            return;
        }
        when_free(resource, "Close", [this, resource, forget] {
            if (resource->state == MainState::kOffline) {
                start_close(resource);
                resource->after_close = forget;
            }
        });
    });
    return {ERROR_IO_PENDING};
}

Answer Rhs::cancel(const ResourcePointer& resource, std::function<void(const Json&)> done) {
    if (!is_opened(resource->state)) {
        return {ERROR_INVALID_STATE};
    }
    const bool has_operation = is_onlining(resource->state) || is_offlining(resource->state);
    write_request(resource, "cancel", has_operation ? "T-71" : "T-72");
    move(resource, resource->state, has_operation ? "T-71" : "T-72");
    const auto result = std::make_shared<DWORD>(0);
    const CallPointer call = new_call(resource, "Cancel");
    const RESID resid = resource->resid;
    call->serialised = false;
    call->arguments.set("resid", Json(resid_name(resid)));
    call->invoke = [type = resource->type, resid, result] {
        *result = call_cancel(*type->table, resid);
    };
    call->describe = [result](Json& fields) { fields.set("result", Json(*result)); };
    call->finish = [result, done = std::move(done)] {
        Json answer = Json::object();
        answer.set("status", Json(*result));
        done(answer);
    };
    start_call(call);
    return {ERROR_SUCCESS};
}

}  // namespace resforge::rhs
