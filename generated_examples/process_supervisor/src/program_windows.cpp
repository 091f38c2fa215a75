// A program in a job object, which ends the whole tree when its last handle is closed.
#ifdef _WIN32

#include "program.h"

namespace process_supervisor {
namespace {

using resforge::Handle;
using resforge::SystemError;
using resforge::Text;
using resforge::TextView;

TextView name_of(TextView variable) {
    return variable.substr(0, variable.find(L'=', 1));
}

// The inherited variables with the added ones in their place, as CreateProcess wants them:
// each with its NUL, one more NUL at the end (page nf-processthreadsapi-createprocessw).
Text environment_block(const std::vector<Text>& added) {
    Text block;
    LPWCH inherited = ::GetEnvironmentStringsW();
    for (LPCWSTR next = inherited; next != nullptr && *next != 0;) {
        const TextView variable = next;
        next += variable.size() + 1;
        bool replaced = false;
        for (const Text& replacement : added) {
            replaced = replaced || resforge::equal_names(name_of(replacement), name_of(variable));
        }
        if (!replaced) {
            block.append(variable).push_back(0);
        }
    }
    ::FreeEnvironmentStringsW(inherited);
    for (const Text& variable : added) {
        block.append(variable).push_back(0);
    }
    block.push_back(0);
    return block;
}

// A job whose processes end with it, also when the Resource Hosting Subsystem is killed.
Handle create_job() {
    Handle job(::CreateJobObjectW(nullptr, nullptr));
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    if (!job || ::SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &limits,
                                          sizeof limits) == FALSE) {
        throw SystemError(resforge::last_error());
    }
    return job;
}

class WindowsProgram : public Program {
  public:
    WindowsProgram(Handle job, Handle process, DWORD process_id)
        : job_(std::move(job)), process_(std::move(process)), process_id_(process_id) {}
    ~WindowsProgram() override { kill(); }

    DWORD process_id() const noexcept override { return process_id_; }

    bool running() noexcept override {
        return ::WaitForSingleObject(process_.get(), 0) == WAIT_TIMEOUT;
    }

    void ask_to_stop() noexcept override {
        ::GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, process_id_);
    }

    void kill() noexcept override { ::TerminateJobObject(job_.get(), ERROR_PROCESS_ABORTED); }

  private:
    Handle job_;
    Handle process_;
    DWORD process_id_;
};

}  // namespace

std::unique_ptr<Program> Program::start(const ProgramSettings& settings) {
    Handle job = create_job();
    Text command_line = settings.command_line;  // CreateProcessW writes to it
    Text environment = environment_block(settings.environment);
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION started{};
    if (::CreateProcessW(nullptr, command_line.data(), nullptr, nullptr, FALSE,
                         CREATE_SUSPENDED | CREATE_NEW_PROCESS_GROUP | CREATE_UNICODE_ENVIRONMENT,
                         environment.data(),
                         settings.directory.empty() ? nullptr : settings.directory.c_str(),
                         &startup, &started) == FALSE) {
        throw SystemError(resforge::last_error());
    }
    Handle process(started.hProcess);
    const Handle thread(started.hThread);
    if (::AssignProcessToJobObject(job.get(), process.get()) == FALSE) {
        const DWORD error = resforge::last_error();
        ::TerminateProcess(process.get(), error);
        throw SystemError(error);
    }
    ::ResumeThread(thread.get());
    return std::make_unique<WindowsProgram>(std::move(job), std::move(process),
                                            started.dwProcessId);
}

}  // namespace process_supervisor

#endif
