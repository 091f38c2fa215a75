// A program in a process group of its own, for native builds.
#ifndef _WIN32

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "program.h"

namespace process_supervisor {
namespace {

// Words as CreateProcess programs see them: white space separates, double quotes hold together.
std::vector<std::string> split(const std::string& command_line) {
    std::vector<std::string> words;
    bool quoted = false;
    bool open = false;
    for (const char c : command_line) {
        if (c == '"') {
            quoted = !quoted;
        }
        if (!quoted && (c == ' ' || c == '\t')) {
            open = false;
            continue;
        }
        if (!open) {
            words.emplace_back();
            open = true;
        }
        if (c != '"') {
            words.back().push_back(c);
        }
    }
    return words;
}

// The null-terminated array of pointers that the exec functions take.
std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> result;
    for (std::string& word : words) {
        result.push_back(word.data());
    }
    result.push_back(nullptr);
    return result;
}

std::vector<std::string> merged_environment(const std::vector<resforge::Text>& added) {
    std::vector<std::string> variables;
    for (const resforge::Text& variable : added) {
        variables.push_back(resforge::to_utf8(variable));
    }
    const std::size_t own = variables.size();
    for (char** inherited = environ; *inherited != nullptr; ++inherited) {
        const std::string variable = *inherited;
        const std::string name = variable.substr(0, variable.find('=') + 1);
        bool replaced = false;
        for (std::size_t i = 0; i < own; ++i) {
            replaced = replaced || variables[i].starts_with(name);
        }
        if (!replaced) {
            variables.push_back(variable);
        }
    }
    return variables;
}

DWORD win32_error(int error) {
    return error == ENOENT ? DWORD{ERROR_FILE_NOT_FOUND} : DWORD{ERROR_GEN_FAILURE};
}

// What posix_spawn needs beside the words; freed on every path.
class SpawnOptions {
  public:
    explicit SpawnOptions(const std::string& directory) {
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
        if (!directory.empty()) {
            posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
        }
        posix_spawnattr_init(&attributes);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
        posix_spawnattr_setpgroup(&attributes, 0);
    }
    SpawnOptions(const SpawnOptions&) = delete;
    SpawnOptions& operator=(const SpawnOptions&) = delete;
    ~SpawnOptions() {
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
    }

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
};

class PosixProgram : public Program {
  public:
    explicit PosixProgram(pid_t process) : process_(process) {}
    ~PosixProgram() override {
        kill();
        reap(0);
    }

    DWORD process_id() const noexcept override { return static_cast<DWORD>(process_); }

    bool running() noexcept override {
        reap(WNOHANG);
        return !ended_.load();
    }

    void ask_to_stop() noexcept override { signal_group(SIGTERM); }

    void kill() noexcept override { signal_group(SIGKILL); }

  private:
    // The group outlives its leader while descendants run.
    void signal_group(int signal) noexcept { ::kill(-process_, signal); }

    void reap(int options) noexcept {
        const std::scoped_lock guard(lock_);
        if (!ended_.load() && ::waitpid(process_, nullptr, options) != 0) {
            ended_.store(true);
        }
    }

    const pid_t process_;
    resforge::Lock lock_;
    std::atomic<bool> ended_{false};
};

}  // namespace

std::unique_ptr<Program> Program::start(const ProgramSettings& settings) {
    std::vector<std::string> words = split(resforge::to_utf8(settings.command_line));
    if (words.empty()) {
        throw resforge::SystemError(ERROR_INVALID_PARAMETER);
    }
    std::vector<std::string> variables = merged_environment(settings.environment);
    const SpawnOptions options(resforge::to_utf8(settings.directory));
    pid_t process = 0;
    const int error =
        posix_spawnp(&process, words.front().c_str(), &options.actions, &options.attributes,
                     pointers(words).data(), pointers(variables).data());
    if (error != 0) {
        throw resforge::SystemError(win32_error(error));
    }
    return std::make_unique<PosixProgram>(process);
}

}  // namespace process_supervisor

#endif
