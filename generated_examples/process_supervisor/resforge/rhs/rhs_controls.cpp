// ResourceControl and ResourceTypeControl: guarded buffers, results, asynchronous ends.
#include <algorithm>
#include <cstring>
#include <utility>

#include "control_job.h"
#include "data_races.h"
#include "record.h"
#include "rhs.h"

namespace resforge::rhs {

Answer Rhs::control(const ResourcePointer& resource, const ControlRequest& request,
                    std::function<void(const Json&)> done) {
    if (!is_opened(resource->state)) {
        write_request(resource, "control", nullptr);
        return {ERROR_INVALID_STATE};
    }
    write_request(resource, "control", "T-68");
    const auto job = std::make_shared<ControlJob>();
    job->resource = resource;
    job->type = resource->type;
    job->resid = resource->resid;
    job->request = request;
    job->done = std::move(done);
    when_free(resource, "ResourceControl", [this, job] {
        if (is_opened(job->resource->state)) {
            start_call(control_call(job));
        }
    });
    return {ERROR_IO_PENDING};
}

Answer Rhs::type_control(const std::shared_ptr<ResourceType>& type, const ControlRequest& request,
                         std::function<void(const Json&)> done) {
    if (type->table == nullptr) {
        return {ERROR_INVALID_STATE};
    }
    const auto job = std::make_shared<ControlJob>();
    job->type = type;
    job->request = request;
    job->done = std::move(done);
    const std::shared_ptr<CallQueue> queue =
        policies.serialise_dll() ? type->module->queue : type->controls;
    enter_queue(queue, {"ResourceTypeControl", nullptr, [this, job, queue] {
                            const CallPointer call = control_call(job);
                            call->queue = queue;
                            start_call(call);
                        }});
    return {ERROR_IO_PENDING};
}

CallPointer Rhs::control_call(const std::shared_ptr<ControlJob>& job) {
    CallPointer call;
    if (job->resource != nullptr) {
        call = new_call(job->resource, "ResourceControl");
        call->arguments.set("resid", Json(resid_name(job->resid)));
    } else {
        call = std::make_shared<Call>();
        call->entry = "ResourceTypeControl";
        call->type = job->type;
        call->limit = job->type->timing.deadlock;
        call->expired = [this, type = job->type](Call& late) {
            write_timer(nullptr, type.get(), "CALL", late.entry, "T-66");
            kill(nullptr, "ResourceTypeControl did not return within DeadlockTimeout", "T-66");
        };
        job->type_name = utf16_from_utf8(job->type->name);
    }
    const ControlRequest& request = job->request;
    job->input.assign(request.input);
    job->output.reset(request.null_output ? 0 : request.output_size);
    call->arguments.set("code", Json(request.code));
    call->arguments.set("input", request.has_input ? Json(hex_from_bytes(request.input.data(),
                                                                         request.input.size()))
                                                   : Json());
    call->arguments.set("output_size", Json(request.output_size));
    job->call = {
        request.code,
        request.has_input ? job->input.data() : nullptr,
        request.has_input ? static_cast<DWORD>(request.input.size()) : request.claimed_input,
        request.null_output ? nullptr : job->output.data(),
        request.output_size,
        request.null_returned ? nullptr : &job->bytes_returned,
        static_cast<LONGLONG>(next_call_),
        FALSE};
    call->invoke = [job] {
        job->result =
            job->resource != nullptr
                ? call_control(*job->type->table, job->resid, job->call)
                : call_type_control(*job->type->table,
                                    reinterpret_cast<LPCWSTR>(job->type_name.c_str()), job->call);
    };
    call->describe = [job](Json& fields) {
        const bool touched = job->bytes_returned != ControlJob::kUntouched;
        fields.set("result", Json(job->result));
        if (job->call.returned_later != FALSE && !job->ended) {
            fields.set("returned_later", Json(true));
            return;
        }
        fields.set("bytes_returned", touched ? Json(job->bytes_returned) : Json());
        if (touched && job->result == ERROR_SUCCESS && !job->request.null_output) {
            const std::size_t size =
                std::min<std::size_t>(job->bytes_returned, job->request.output_size);
            fields.set("output", Json(hex_from_bytes(job->output.data(), size)));
        }
        if (job->result == ERROR_INVALID_FUNCTION) {
            fields.set("default_processing", Json(true));
        }
    };
    call->finish = [this, job, call = std::weak_ptr<Call>(call)] {
        if (job->call.returned_later == FALSE) {
            control_returned(job);
            return;
        }
        const CallPointer waiting = call.lock();
        pending_controls_[job->call.context] = {waiting,
                                                [this, job, waiting](std::uint32_t status) {
                                                    job->result = status;
                                                    job->ended = true;
                                                    write_return_record(*waiting);
                                                    control_returned(job);
                                                }};
        arm_call_timer(waiting);
    };
    return call;
}

void Rhs::control_returned(const std::shared_ptr<ControlJob>& job) {
    const std::string owner = job->resource != nullptr ? job->resource->name : std::string();
    const std::string entry = job->resource != nullptr ? "ResourceControl" : "ResourceTypeControl";
    if (!job->request.null_returned && job->bytes_returned == ControlJob::kUntouched) {
        violation("bytes-returned-untouched", entry + " did not set BytesReturned", owner);
    } else if (!job->request.null_returned && job->result == ERROR_SUCCESS &&
               !job->request.null_output && job->bytes_returned > job->request.output_size) {
        violation("output-overrun", entry + " returned more bytes than the buffer holds", owner);
    }
    if (!job->output.intact()) {
        violation("output-overrun", entry + " wrote outside a buffer", owner);
    }
    if (job->result == ERROR_MORE_DATA && !job->output.is_fresh()) {
        violation("output-of-small-buffer", entry + " wrote into a buffer that it calls too small",
                  owner);
    }
    if (job->result == ERROR_IO_PENDING) {
        violation("pending-from-wrong-entry", entry + " returned ERROR_IO_PENDING", owner);
        if (job->resource != nullptr) {
            move(job->resource, job->resource->state, "T-82");
        }
    }
    Json answer = Json::object();
    answer.set("status", Json(job->result));
    if (job->bytes_returned != ControlJob::kUntouched) {
        answer.set("bytes_returned", Json(job->bytes_returned));
    }
    job->input.end();
    if (job->done) {
        job->done(answer);
    }
}

std::uint32_t Rhs::end_control(LONGLONG context, std::uint32_t status) {
    const auto found = pending_controls_.find(context);
    if (found == pending_controls_.end()) {
        violation("control-ended-twice", "EndControlCall got a context that is not in flight");
        return ERROR_INVALID_PARAMETER;
    }
    const PendingControl pending = found->second;
    happens_before_acquirers_of(pending.call->resource.get());
    pending_controls_.erase(found);
    engine().cancel_timer(pending.call->timer);
    pending.end(status);
    return ERROR_SUCCESS;
}

std::uint32_t Rhs::extend_control(LONGLONG context, Milliseconds limit) {
    const auto found = pending_controls_.find(context);
    if (found == pending_controls_.end()) {
        return ERROR_INVALID_PARAMETER;
    }
    const CallPointer call = found->second.call;
    engine().cancel_timer(call->timer);
    call->limit = limit;
    arm_call_timer(call);
    return ERROR_SUCCESS;
}

}  // namespace resforge::rhs
