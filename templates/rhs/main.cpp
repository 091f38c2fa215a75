// The simulated RHS: commands on standard input, the trace on standard output.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "commands.h"
#include "crash.h"
#include "database_link.h"
#include "engine.h"
#include "real_engine.h"
#include "record.h"
#include "rhs.h"
#include "scheduler.h"
#include "standard_streams.h"

namespace resforge::rhs {
namespace {

constexpr int kExitUsage = 2;
constexpr std::uint64_t kMillion = 1'000'000;
constexpr Scheduler::StepLimits kStepLimits{10 * kMillion, 200'000};
constexpr std::chrono::seconds kPatience(4);

struct Options {
    bool is_real = false;
    std::uint64_t seed = 0;
    std::string strategy;
    std::string backend = "threads";
    std::uint64_t hang_limit = 15;  // seconds
    std::optional<std::vector<std::size_t>> choices;
    std::vector<std::pair<std::string, std::string>> policies;
};

class UsageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

std::uint64_t parse_number(const std::string& option, std::string_view text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || rest != end) {
        throw UsageError(option + " needs a number, not \"" + std::string(text) + "\"");
    }
    return number;
}

std::uint64_t parse_hang_limit(const std::string& text) {
    constexpr std::uint64_t kDay = 86'400;
    const std::uint64_t seconds = parse_number("--hang-limit", text);
    if (seconds == 0 || seconds > kDay) {
        throw UsageError("--hang-limit is a number of seconds from 1 to " + std::to_string(kDay));
    }
    return seconds;
}

std::vector<std::size_t> parse_choices(std::string_view text) {
    std::vector<std::size_t> choices;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        choices.push_back(
            static_cast<std::size_t>(parse_number("--choices", text.substr(0, comma))));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return choices;
}

void take_option(Options& options, const std::string& name, const std::string& value) {
    if (name == "--time" && (value == "virtual" || value == "real")) {
        options.is_real = value == "real";
    } else if (name == "--seed") {
        options.seed = parse_number(name, value);
    } else if (name == "--strategy") {
        options.strategy = value;
    } else if (name == "--backend" && (value == "threads" || value == "fibers")) {
        options.backend = value;
    } else if (name == "--hang-limit") {
        options.hang_limit = parse_hang_limit(value);
    } else if (name == "--choices") {
        options.choices = parse_choices(value);
    } else if (name == "--policy" && value.find('=') != std::string::npos) {
        const std::size_t at = value.find('=');
        options.policies.emplace_back(value.substr(0, at), value.substr(at + 1));
    } else {
        throw UsageError("unknown option or value: " + name + " " + value);
    }
}

Options parse_options(const std::vector<std::string>& arguments) {
    Options options;
    for (std::size_t index = 0; index < arguments.size(); index += 2) {
        if (index + 1 == arguments.size()) {
            throw UsageError(arguments[index] + " needs a value");
        }
        take_option(options, arguments[index], arguments[index + 1]);
    }
    if (options.strategy.empty()) {
        options.strategy = options.seed == 0 ? "first" : "random";
    }
    return options;
}

[[noreturn]] void end_livelock(const Task& task) {
    const CallContext& context = task.context;
    const std::string where = context.is_worker ? "a thread of the DLL" : context.entry;
    violation("livelock",
              where + " (" + context.thread +
                  ") goes on without end: " + std::to_string(kStepLimits.at_once) +
                  " calls of the host without time passing, or " +
                  std::to_string(kStepLimits.total / kMillion) + " million in all",
              context.resource);
    rhs().kill(rhs().find_resource(context.resource), "livelock in " + where, "T-62");
}

// A task of virtual time that does not come back stops everything; real time has its timers.
void watch_for_hangs(const Scheduler& scheduler, std::chrono::seconds limit) {
    std::thread([&scheduler, limit] {
        constexpr std::chrono::milliseconds kInterval(200);
        std::uint64_t turn = 0;
        std::chrono::milliseconds stuck(0);
        for (;;) {
            std::this_thread::sleep_for(kInterval);
            const Task* const task = scheduler.running();
            const std::uint64_t now = scheduler.turns();
            stuck = task != nullptr && now == turn ? stuck + kInterval : kInterval * 0;
            turn = now;
            if (task != nullptr && stuck > limit) {
                report_hang(task->context, "no call of the host for " +
                                               std::to_string(limit.count()) +
                                               " s: an endless loop, or a wait that virtual time "
                                               "does not see");
            }
        }
    }).detach();
}

void start_engine(const Options& options) {
    if (options.is_real) {
        set_engine(std::make_unique<RealEngine>());
        return;
    }
    std::unique_ptr<Strategy> strategy = options.choices.has_value()
                                             ? make_replay(*options.choices)
                                             : make_strategy(options.strategy, options.seed);
    if (strategy == nullptr) {
        throw UsageError("--strategy is first, random or pct");
    }
    std::unique_ptr<Backend> backend =
        options.backend == "fibers" ? make_fiber_backend() : make_thread_backend();
    if (backend == nullptr) {
        throw UsageError("--backend fibers is not available in this build");
    }
    auto scheduler =
        std::make_unique<Scheduler>(std::move(backend), std::move(strategy),
                                    options.choices.has_value(), kStepLimits, end_livelock);
    watch_for_hangs(*scheduler, std::chrono::seconds(options.hang_limit));
    set_engine(std::move(scheduler));
}

// Lines of standard input, read on a thread of their own so that the end of input is seen while
// a command runs.
class Input {
  public:
    void start() {
        std::thread([this] { read(); }).detach();
    }

    // The next line, or nothing at the end of input.
    std::optional<std::string> next() {
        std::unique_lock guard(mutex_);
        is_running_ = false;
        changed_.wait(guard, [this] { return !lines_.empty() || ended_; });
        is_running_ = !lines_.empty();
        if (lines_.empty()) {
            return std::nullopt;
        }
        std::string line = std::move(lines_.front());
        lines_.pop_front();
        return line;
    }

  private:
    void read() {
        while (std::optional<std::string> line = read_from_driver()) {
            const std::lock_guard guard(mutex_);
            lines_.push_back(*std::move(line));
            changed_.notify_one();
        }
        {
            const std::lock_guard guard(mutex_);
            ended_ = true;
            changed_.notify_one();
        }
        // Nobody is left to wait for a library that does not come back.
        std::this_thread::sleep_for(kPatience);
        const std::lock_guard guard(mutex_);
        if (is_running_ || !lines_.empty()) {
            write_last_record("lost", "\"reason\":\"input ended before its commands had run\"");
            exit_now(kExitLost);
        }
        exit_now(0);
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> lines_;
    bool ended_ = false;
    bool is_running_ = false;  // a command was taken, and the next one not asked for yet
};

void answer(const Json& id, bool ok, Json rest) {
    Json fields = Json::object();
    fields.set("id", id).set("ok", Json(ok));
    fields.set(ok ? "result" : "error", std::move(rest));
    write_record("done", fields);
}

// False for the command that ends the host.
bool serve(const std::string& line) {
    Json id;
    try {
        const Json command = Json::parse(line);
        if (const Json* const given = command.find("id")) {
            id = *given;
        }
        if (command.at("command").as_string() == "quit") {
            std::thread([] {
                std::this_thread::sleep_for(kPatience);
                write_last_record("lost", "\"reason\":\"the libraries did not unload in time\"");
                exit_now(kExitLost);
            }).detach();
            shut_down();
            answer(id, true, Json::object());
            return false;
        }
        answer(id, true, execute(command));
    } catch (const JsonError& error) {
        engine().settle();
        answer(id, false, Json(error.what()));
    }
    return true;
}

[[noreturn]] void serve_input() {
    Input input;
    input.start();
    for (;;) {
        const std::optional<std::string> line = input.next();
        if (!line.has_value()) {
            shut_down();
            exit_now(0);
        }
        const bool is_blank = line->find_first_not_of(" \t\r") == std::string::npos;
        if (!is_blank && !serve(*line)) {
            exit_now(0);
        }
    }
}

[[noreturn]] void run(const Options& options) {
    start_engine(options);
    for (const auto& [policy, value] : options.policies) {
        rhs().policies.set(policy, value);
    }
    observe_database();
    install_crash_handlers();
    try {
        serve_input();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "resforge_rhs: %s\n", error.what());
        write_last_record("lost", "\"reason\":\"an error of the host itself\"");
        exit_now(kExitLost);
    }
}

}  // namespace
}  // namespace resforge::rhs

int main(int count, char** arguments) {
    using namespace resforge::rhs;
    take_standard_streams();
    try {
        run(parse_options(std::vector<std::string>(arguments + 1, arguments + count)));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "resforge_rhs: %s (PROTOCOL.md lists the options)\n", error.what());
        return kExitUsage;
    }
}
