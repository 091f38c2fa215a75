// The simulated RHS: commands on standard input, the trace on standard output.
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#endif

#include "commands.h"
#include "crash.h"
#include "database_link.h"
#include "engine.h"
#include "real_engine.h"
#include "record.h"
#include "rhs.h"
#include "scheduler.h"

namespace resforge::rhs {
namespace {

constexpr int kExitUsage = 2;
constexpr std::uint64_t kStepLimit = 10'000'000;
constexpr std::chrono::seconds kPatience(4);

struct Options {
    bool is_real = false;
    std::uint64_t seed = 0;
    std::string strategy;
    std::string backend = "threads";
    std::optional<std::vector<std::size_t>> choices;
    std::vector<std::pair<std::string, std::string>> policies;
};

class UsageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

std::vector<std::size_t> parse_choices(const std::string& text) {
    std::vector<std::size_t> choices;
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t length = 0;
        choices.push_back(std::stoul(text.substr(at), &length));
        at += length + 1;
    }
    return choices;
}

void take_option(Options& options, const std::string& name, const std::string& value) {
    if (name == "--time" && (value == "virtual" || value == "real")) {
        options.is_real = value == "real";
    } else if (name == "--seed") {
        options.seed = std::stoull(value);
    } else if (name == "--strategy") {
        options.strategy = value;
    } else if (name == "--backend" && (value == "threads" || value == "fibers")) {
        options.backend = value;
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

[[noreturn]] void end_livelock() {
    violation("livelock",
              "a command took more than 10 million scheduler steps, or a million at one moment");
    rhs().kill(nullptr, "livelock", "T-62");
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
    set_engine(std::make_unique<Scheduler>(std::move(backend), std::move(strategy), kStepLimit,
                                           end_livelock));
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
        changed_.wait(guard, [this] { return !lines_.empty() || ended_; });
        if (lines_.empty()) {
            return std::nullopt;
        }
        std::string line = std::move(lines_.front());
        lines_.pop_front();
        return line;
    }

  private:
    void read() {
        std::string line;
        while (std::getline(std::cin, line)) {
            const std::lock_guard guard(mutex_);
            lines_.push_back(std::move(line));
            changed_.notify_one();
        }
        {
            const std::lock_guard guard(mutex_);
            ended_ = true;
            changed_.notify_one();
        }
        // Nobody is left to wait for a library that does not come back.
        std::this_thread::sleep_for(kPatience);
        exit_now(0);
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> lines_;
    bool ended_ = false;
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

int run(const Options& options) {
    start_engine(options);
    for (const auto& [policy, value] : options.policies) {
        rhs().policies.set(policy, value);
    }
    observe_database();
    install_crash_handlers();
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

}  // namespace
}  // namespace resforge::rhs

int main(int count, char** arguments) {
    using namespace resforge::rhs;
    std::ios::sync_with_stdio(false);
#ifdef _WIN32
    ::_setmode(0, _O_BINARY);
    ::_setmode(1, _O_BINARY);
#endif
    try {
        return run(parse_options(std::vector<std::string>(arguments + 1, arguments + count)));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "resforge_rhs: %s\n", error.what());
        return kExitUsage;
    }
}
