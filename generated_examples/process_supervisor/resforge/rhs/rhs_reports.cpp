// SetResourceStatus: what a report means in each state (sections 4.1, 4.2 and 5.3).
#include <utility>

#include "data_races.h"
#include "handles_text.h"
#include "kernel.h"
#include "record.h"
#include "rhs.h"

namespace resforge::rhs {
namespace {

constexpr std::uint32_t kContinue = ResourceExitStateContinue;
constexpr std::uint32_t kStop = ResourceExitStateTerminate;

void nothing() {}

void flag(const char* rule, const std::string& text) {
    violation(rule, text);
}

bool is_known_state(std::int32_t state) {
    switch (state) {
        case ClusterResourceOnline:
        case ClusterResourceOffline:
        case ClusterResourceFailed:
        case ClusterResourceCannotComeOnlineOnAnyNode:
        case ClusterResourceCannotComeOnlineOnThisNode:
        case ClusterResourceOnlinePending:
        case ClusterResourceOfflinePending:
        case ClusterResourceStateUnknown:
            return true;
        default:
            return false;
    }
}

void flag_wrong_state(const StatusReport& report, const char* where) {
    flag("status-wrong-state",
         "state " + std::to_string(report.state) + " must not be reported while " + where);
}

}  // namespace

std::uint32_t Rhs::report(HANDLE handle, const StatusReport& report) {
    const ResourcePointer resource = by_handle(handle);
    happens_before_acquirers_of(resource.get());
    if (resource != nullptr && resource->quiet && resource->state == MainState::kOnlinePending &&
        report.state == ClusterResourceOnlinePending && report.checkpoint > resource->checkpoint) {
        resource->checkpoint = report.checkpoint;
        return kContinue;
    }
    Json fields = Json::object();
    if (resource != nullptr) {
        fields.set("resource", Json(resource->name));
    }
    fields.set("state", Json(report.state)).set("checkpoint", Json(report.checkpoint));
    fields.set("wait_hint", Json(report.wait_hint));
    fields.set("event_handle", handle_json(report.event_handle));
    const Verdict verdict = resource != nullptr ? judge(resource, report) : Verdict{kStop, nothing};
    const std::uint32_t forced = take_fault("SetResourceStatus");
    const std::uint32_t answer = forced != 0 ? forced : verdict.answer;
    fields.set("answer", Json(answer));
    write_record("status", fields);
    if (resource == nullptr) {
        const bool closed = was_closed(handle);
        flag(closed ? "callback-after-close" : "invalid-handle",
             closed ? "SetResourceStatus for a resource that was closed"
                    : "SetResourceStatus got no RESOURCE_HANDLE");
        return answer;
    }
    if (!call_context().entry.empty()) {
        flag("status-outside-pending",
             "SetResourceStatus was called from inside the entry point " + call_context().entry);
    }
    const bool was_told = std::exchange(resource->told_to_stop, verdict.answer == kStop);
    if (was_told && resource->state == MainState::kTerminating) {
        flag("report-after-terminate", "a status was reported after one was answered with 1");
    }
    verdict.then();
    return answer;
}

Rhs::Verdict Rhs::judge(const ResourcePointer& resource, const StatusReport& report) {
    switch (resource->state) {
        case MainState::kOnlineInProgress:
        case MainState::kOfflineInProgress:
            return {kContinue, [this, resource, report] {
                        resource->latched = report;
                        move(resource, resource->state,
                             is_onlining(resource->state) ? "T-22" : "T-50");
                    }};
        case MainState::kOnlinePending:
            return judge_online_pending(resource, report);
        case MainState::kOfflinePending:
            return judge_offline_pending(resource, report);
        case MainState::kOnline:
            return judge_online(resource, report);
        case MainState::kTerminating:
            return {kStop, [this, resource] { move(resource, MainState::kTerminating, "T-59"); }};
        default:
            return judge_ended(resource);
    }
}

Rhs::Verdict Rhs::judge_online_pending(const ResourcePointer& resource,
                                       const StatusReport& report) {
    switch (report.state) {
        case ClusterResourceOnlinePending:
            return judge_progress(resource, report, "T-23", "T-24");
        case ClusterResourceOnline:
            return {kContinue, [this, resource, report] {
                        if (report.event_handle != nullptr) {
                            resource->event_handle = report.event_handle;
                        }
                        move(resource, MainState::kOnline, "T-25");
                    }};
        case ClusterResourceFailed:
        case ClusterResourceCannotComeOnlineOnAnyNode:
            return {kContinue, [this, resource] { fail(resource, "T-26"); }};
        case ClusterResourceCannotComeOnlineOnThisNode:
            return {kContinue, [this, resource] { force(resource, "T-27"); }};
        case ClusterResourceOffline:
            return {kContinue, [this, resource] {
                        if (policies.offline_report_is_offline()) {
                            force(resource, "T-27");
                        } else {
                            fail(resource, "T-27");
                        }
                    }};
        case ClusterResourceStateUnknown:
            return {kContinue, nothing};
        default:
            return {kContinue, [report] { flag_wrong_state(report, "online is pending"); }};
    }
}

Rhs::Verdict Rhs::judge_offline_pending(const ResourcePointer& resource,
                                        const StatusReport& report) {
    switch (report.state) {
        case ClusterResourceOfflinePending:
            return judge_progress(resource, report, "T-50", "T-50");
        case ClusterResourceOffline:
            return {kContinue, [this, resource] {
                        resource->result = RcmState::kOffline;
                        move(resource, MainState::kOffline, "T-51");
                    }};
        case ClusterResourceFailed:
            return {kContinue, [this, resource] { fail_offline(resource, "T-52"); }};
        case ClusterResourceStateUnknown:
            return {kContinue, nothing};
        case ClusterResourceOnline:
        case ClusterResourceOnlinePending:
            return {kContinue, [this, resource, report] {
                        move(resource, MainState::kOfflinePending, "T-50");
                        flag_wrong_state(report, "offline is pending");
                    }};
        default:
            return {kContinue, [report] { flag_wrong_state(report, "offline is pending"); }};
    }
}

// A report of progress counts when its CheckPoint is new (ns-resapi-resource_status, policy P6).
Rhs::Verdict Rhs::judge_progress(const ResourcePointer& resource, const StatusReport& report,
                                 const char* counted, const char* not_counted) {
    const bool grew = report.checkpoint > resource->checkpoint;
    const bool counts =
        policies.checkpoint_must_increase() ? grew : report.checkpoint != resource->checkpoint;
    return {kContinue, [this, resource, report, grew, counts, counted, not_counted] {
                const std::uint32_t before = resource->checkpoint;
                if (counts) {
                    resource->checkpoint = report.checkpoint;
                    start_pending_timer(resource);
                }
                move(resource, resource->state, counts ? counted : not_counted);
                if (!grew) {
                    flag("checkpoint-not-increased", "CheckPoint " +
                                                         std::to_string(report.checkpoint) +
                                                         " follows " + std::to_string(before));
                }
            }};
}

Rhs::Verdict Rhs::judge_online(const ResourcePointer& resource, const StatusReport& report) {
    return {kStop, [this, resource, report] {
                const char* const text = resource->synchronous
                                             ? "a status was reported although Online returned 0"
                                             : "a status was reported while online";
                if (report.state == ClusterResourceFailed) {
                    fail(resource, "T-44");
                } else {
                    move(resource, MainState::kOnline, resource->synchronous ? "T-83" : "T-44");
                }
                flag(is_known_state(report.state) ? "status-outside-pending" : "status-wrong-state",
                     text);
            }};
}

Rhs::Verdict Rhs::judge_ended(const ResourcePointer& resource) {
    const bool by_terminate = resource->terminated;
    return {kStop, [by_terminate] {
                flag(by_terminate ? "report-after-terminate" : "status-outside-pending",
                     by_terminate ? "a status was reported after Terminate had returned"
                                  : "a status was reported although no operation is pending");
            }};
}

}  // namespace resforge::rhs
