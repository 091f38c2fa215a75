// Starts a program, waits until it serves, checks it, stops it, and kills its whole tree.
#include "process_supervisor_hooks.h"

#include "tcp_probe.h"

namespace process_supervisor {
namespace {

constexpr DWORD kPollInterval = 100;  // milliseconds

// Whether the program does its work: it runs, and serves its port if it has one.
template <class AnyContext>
bool serves(Program& program, AnyContext& context, DWORD timeout) {
    const Properties& properties = context.properties();
    return program.running() &&
           (properties.health_port == 0 ||
            accepts_connections(properties.health_host, properties.health_port, timeout,
                                [&context] { return context.stop_requested(); }));
}

std::shared_ptr<Program> start_program(OnlineContext& context) {
    const Properties& properties = context.properties();
    try {
        return Program::start(
            {properties.command_line, properties.current_directory, properties.environment});
    } catch (const resforge::SystemError&) {
        context.log.error("cannot start ", properties.command_line, " in the directory ",
                          properties.current_directory);
        throw;
    }
}

// Runs the stop command beside the program; without one the program itself is asked.
std::unique_ptr<Program> ask_to_stop(Program& program, const Properties& properties) {
    if (properties.stop_command.empty()) {
        program.ask_to_stop();
        return nullptr;
    }
    return Program::start(
        {properties.stop_command, properties.current_directory, properties.environment});
}

}  // namespace

DWORD Hooks::online(OnlineContext& context) {
    const Properties& properties = context.properties();
    const std::shared_ptr<Program> program = start_program(context);
    state_.with([&program](State& state) {
        state.program = program;
        state.started_at = ::GetTickCount64();
        ++state.starts;
    });
    context.publish(&Properties::process_id, program->process_id());
    context.log.information("started process ", program->process_id());

    const resforge::Wait outcome = context.wait_until(
        [&] { return !program->running() || serves(*program, context, properties.health_timeout); },
        properties.start_timeout, kPollInterval);
    if (outcome == resforge::Wait::ready && program->running()) {
        return ERROR_SUCCESS;
    }
    const bool ended = !program->running();
    forget_program();
    context.publish(&Properties::process_id, 0);
    if (outcome == resforge::Wait::stopped) {
        return ERROR_OPERATION_ABORTED;
    }
    context.log.error(ended ? "the program ended before it accepted connections"
                            : "the program did not accept connections in time");
    return ended ? DWORD{ERROR_PROCESS_ABORTED} : DWORD{ERROR_TIMEOUT};
}

DWORD Hooks::offline(OfflineContext& context) {
    const std::shared_ptr<Program> running = program();
    if (running != nullptr && running->running()) {
        const std::unique_ptr<Program> stop = ask_to_stop(*running, context.properties());
        const DWORD limit = context.latest_properties()->stop_timeout;
        if (context.wait_until([&running] { return !running->running(); }, limit, kPollInterval) ==
            resforge::Wait::timed_out) {
            context.log.warning("the program did not stop in time and is killed");
        }
    }
    forget_program();
    context.publish(&Properties::process_id, 0);
    return ERROR_SUCCESS;
}

void Hooks::terminate(TerminateContext& context) {
    forget_program();
    context.publish(&Properties::process_id, 0);
}

bool Hooks::check_health(HealthContext& context) {
    const std::shared_ptr<Program> running = program();
    const bool healthy = running != nullptr &&
                         serves(*running, context, context.latest_properties()->health_timeout);
    state_.with([healthy](State& state) { state.healthy = healthy; });
    return healthy;
}

DWORD Hooks::validate(ControlContext& context, const Properties& proposed) {
    for (const resforge::Text& variable : proposed.environment) {
        if (variable.find(WCHAR{'='}, 1) == resforge::Text::npos) {
            context.log.error("Environment wants NAME=value, not ", variable);
            return ERROR_INVALID_PARAMETER;
        }
    }
    if (!is_address(proposed.health_host)) {
        context.log.error("HealthHost wants an IPv4 address, not ", proposed.health_host);
        return ERROR_INVALID_PARAMETER;
    }
    return ERROR_SUCCESS;
}

DWORD Hooks::get_process_statistics(ControlContext& context, GetProcessStatisticsOutput& output) {
    state_.with([&output](const State& state) {
        output.process_id = state.program == nullptr ? 0 : state.program->process_id();
        output.starts = state.starts;
        output.up_time = ::GetTickCount64() - state.started_at;
        output.healthy = state.healthy;
    });
    output.command_line = context.properties().command_line;
    return ERROR_SUCCESS;
}

DWORD Hooks::check_now(ControlContext& context, const CheckNowInput& input,
                       CheckNowOutput& output) {
    const std::shared_ptr<Program> running = program();
    const ULONGLONG start = ::GetTickCount64();
    if (running == nullptr || !serves(*running, context, input.timeout)) {
        return ERROR_TIMEOUT;
    }
    output.elapsed = static_cast<DWORD>(::GetTickCount64() - start);
    return ERROR_SUCCESS;
}

std::shared_ptr<Program> Hooks::program() {
    return state_.with([](State& state) { return state.program; });
}

// Kills what still runs. Another hook may hold the object a moment longer, but nothing runs then.
void Hooks::forget_program() {
    std::shared_ptr<Program> old;
    state_.with([&old](State& state) { old.swap(state.program); });
    if (old != nullptr) {
        old->kill();
    }
}

}  // namespace process_supervisor
