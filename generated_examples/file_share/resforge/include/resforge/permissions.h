// What a hook may call, as types: a token that only the contexts of some hooks hand out.
//
// The rules are those of Microsoft's page function-calls-to-avoid-in-resource-dlls. Functions that
// need a token take it as their first argument (resforge/deadlock_list.h). A helper function takes
// one too: void refresh(const resforge::WorkerToken& worker). Tokens can be neither made nor
// copied, and live as long as the hook runs.
#pragma once

namespace resforge {

// The thread on which a hook runs.
enum class RunsOn {
    life_cycle_call,  // Open, Close, Online, Offline and Terminate: no database writes
    other_call,       // LooksAlive, IsAlive and both control functions
    worker,           // a thread that the runtime started
};

// Which hooks of a resource type have a worker; the generated function threads_of() says so.
struct Threads {
    bool online = false;
    bool offline = false;
    bool check_health = false;
};

// For property blocks that no generator wrote.
constexpr Threads threads_of(const void*) noexcept {
    return {};
}

template <class Properties>
inline constexpr Threads kThreads = threads_of(static_cast<const Properties*>(nullptr));

constexpr RunsOn runs_on(bool worker, RunsOn otherwise) noexcept {
    return worker ? RunsOn::worker : otherwise;
}

template <RunsOn thread>
class Permissions;

// Proves that the caller may write to the cluster database.
class DatabaseWriteToken {
  public:
    DatabaseWriteToken(const DatabaseWriteToken&) = delete;
    DatabaseWriteToken& operator=(const DatabaseWriteToken&) = delete;
    void operator&() const = delete;  // a token that is kept outlives its hook

  private:
    DatabaseWriteToken() = default;
    friend class WorkerToken;
    template <RunsOn thread>
    friend class Permissions;
};

// Proves that the caller runs on a worker thread, where writing is allowed as well.
class WorkerToken : public DatabaseWriteToken {
    WorkerToken() = default;
    template <RunsOn thread>
    friend class Permissions;
};

// The part of a context that hands out tokens; only contexts can be made from it.
template <RunsOn thread>
class Permissions {
  public:
    Permissions(const Permissions&) = delete;
    Permissions& operator=(const Permissions&) = delete;

    static constexpr bool kMayWork = thread == RunsOn::worker;
    static constexpr bool kMayWrite = thread != RunsOn::life_cycle_call;

    const WorkerToken& worker() const noexcept {
        static_assert(
            kMayWork,
            "worker(): this hook runs inside an entry point, not on a worker thread "
            "(function-calls-to-avoid-in-resource-dlls). Worker threads run monitor, check_health, "
            "and online or offline when the schema has pending.online or pending.offline: true");
        return token_;
    }

    const DatabaseWriteToken& writer() const noexcept {
        static_assert(
            kMayWrite,
            "writer(): Open, Close, Terminate, and an Online or Offline that does not pend must "
            "not write to the cluster database (function-calls-to-avoid-in-resource-dlls). Use "
            "publish() for a read-only property; control codes, monitor, check_health, and online "
            "or offline when the schema has pending.online or pending.offline: true may write");
        return token_;
    }

  private:
    Permissions() = default;
    template <class Properties>
    friend class OpenContext;
    template <class Properties>
    friend class CloseContext;
    template <class Properties>
    friend class OnlineContext;
    template <class Properties>
    friend class OfflineContext;
    template <class Properties>
    friend class TerminateContext;
    template <class Properties>
    friend class HealthContext;
    template <class Properties>
    friend class MonitorContext;
    template <class Properties>
    friend class ControlContext;
    friend class TypeControlContext;

    WorkerToken token_;
};

}  // namespace resforge
