// The hooks of a resource type: what the author of a resource DLL writes.
//
// A class named Hooks, in the namespace of the type, in src/<type>_hooks.h. One object of it lives
// from Open to Close of one resource. The names below without `resforge::` are aliases in the
// generated header; Properties is the generated struct.
//
//   class Hooks {
//     public:
//       // Required.
//       DWORD online(OnlineContext& context);        // 0 or a Win32 error
//       DWORD offline(OfflineContext& context);      // graceful stop; 0 or a Win32 error
//       void terminate(TerminateContext& context);   // forced stop, at once
//       bool is_alive(HealthContext& context);       // detection polling and event_handle
//       bool check_health(HealthContext& context);   // detection cached_health, instead
//       void monitor(MonitorContext& context);       // detection event_handle, in addition
//
//       // One for each control code, as its schema entry says; without an input or an output
//       // that parameter is absent. Codes of the resource type are static and take a
//       // TypeControlContext. Raw input is a resforge::ByteView, raw output a resforge::Bytes.
//       DWORD rotate_log(ControlContext& context, const RotateLogInput& input,
//                        RotateLogOutput& output);
//
//       // Optional.
//       DWORD open(OpenContext& context);            // stop what a killed process left behind
//       void close(CloseContext& context);
//       bool looks_alive(HealthContext& context);    // cheap check; default: alive
//       DWORD validate(ControlContext& context, const Properties& proposed);
//       void properties_changed(ControlContext& context, const Properties& stored);
//       void notified(ControlContext& context, const resforge::Notification& notification);
//   };
//
// Where hooks run
//   online, offline    on a worker thread when the type pends, else inside the entry point. A long
//                      wait belongs into context.wait_for or wait_until: they send the heartbeats
//                      of a pending operation and end as soon as the resource is terminated.
//   terminate          beside any other hook, after the runtime asked all of them to stop and gave
//                      them the budget of the entry point. It may run a second time when a hook
//                      came back too late. Members that it shares with others need
//                      resforge::Guarded or resforge::Lock (not std::mutex: the simulated RHS can
//                      neither see nor schedule it).
//   close              when every other hook has returned; on the thread of the last of them when
//                      that came back too late.
//   check_health       on a thread of its own, every health interval; polls get the last answer.
//   monitor            on a thread of its own while online. Returning before stop_requested() of
//                      the context means that the resource has failed.
//   looks_alive, is_alive, control codes
//                      on a thread of the Resource Monitor; return within 300 ms.
//
// Which cluster functions a hook may call (resforge/deadlock_list.h has Microsoft's list)
//   Most of them as ever. What can deadlock in an entry point wants to know that it is not in one:
//   GetClusterResourceState(context.worker(), ...) on a worker thread, which monitor and
//   check_health have, and online and offline that pend; ClusterRegSetValue(context.writer(), ...)
//   there and in control codes, looks_alive and is_alive. FailClusterResource and 21 more do not
//   compile; the message says what to do instead.
//
// What the runtime does by itself
//   Exceptions end in an error code and a log entry: std::bad_alloc is ERROR_NOT_ENOUGH_MEMORY (8),
//   resforge::SystemError its own code, anything else ERROR_UNHANDLED_EXCEPTION (574); in a health
//   hook they mean "not alive". Checkpoints, heartbeats, late reports, property lists, buffer
//   sizes, handles and locks of the runtime cannot be got wrong from here.
#pragma once

#include <concepts>
#include <type_traits>

#include "resforge/contexts.h"
#include "resforge/deadlock_list.h"

namespace resforge {

template <class Hooks, class Properties>
concept HasOnline = requires(Hooks& hooks, OnlineContext<Properties>& context) {
    { hooks.online(context) } -> std::same_as<DWORD>;
};

template <class Hooks, class Properties>
concept HasOffline = requires(Hooks& hooks, OfflineContext<Properties>& context) {
    { hooks.offline(context) } -> std::same_as<DWORD>;
};

template <class Hooks, class Properties>
concept HasTerminate = requires(Hooks& hooks, TerminateContext<Properties>& context) {
    { hooks.terminate(context) } -> std::same_as<void>;
};

template <class Hooks, class Properties>
concept HasIsAlive = requires(Hooks& hooks, HealthContext<Properties>& context) {
    { hooks.is_alive(context) } -> std::same_as<bool>;
};

template <class Hooks, class Properties>
concept HasCheckHealth = requires(Hooks& hooks, HealthContext<Properties>& context) {
    { hooks.check_health(context) } -> std::same_as<bool>;
};

template <class Hooks, class Properties>
concept HasMonitor = requires(Hooks& hooks, MonitorContext<Properties>& context) {
    { hooks.monitor(context) } -> std::same_as<void>;
};

template <class Hooks, class Properties>
concept HasOpen = requires(Hooks& hooks, OpenContext<Properties>& context) {
    { hooks.open(context) } -> std::same_as<DWORD>;
};

template <class Hooks, class Properties>
concept HasClose = requires(Hooks& hooks, CloseContext<Properties>& context) {
    { hooks.close(context) } -> std::same_as<void>;
};

template <class Hooks, class Properties>
concept HasLooksAlive = requires(Hooks& hooks, HealthContext<Properties>& context) {
    { hooks.looks_alive(context) } -> std::same_as<bool>;
};

template <class Hooks, class Properties>
concept HasValidate =
    requires(Hooks& hooks, ControlContext<Properties>& context, const Properties& proposed) {
        { hooks.validate(context, proposed) } -> std::same_as<DWORD>;
    };

template <class Hooks, class Properties>
concept HasPropertiesChanged =
    requires(Hooks& hooks, ControlContext<Properties>& context, const Properties& stored) {
        { hooks.properties_changed(context, stored) } -> std::same_as<void>;
    };

template <class Hooks, class Properties>
concept HasNotified =
    requires(Hooks& hooks, ControlContext<Properties>& context, const Notification& notification) {
        { hooks.notified(context, notification) } -> std::same_as<void>;
    };

namespace detail {

// A class names a member when that makes the name ambiguous beside another base with the name.
// It finds members of any signature, also overloaded and inherited ones.
template <class Hooks, class Other, bool = std::is_final_v<Hooks>>
struct Both : Hooks, Other {};
template <class Hooks, class Other>
struct Both<Hooks, Other, true> : Other {};

struct NamesOpen {
    int open;
};
struct NamesClose {
    int close;
};
struct NamesLooksAlive {
    int looks_alive;
};
struct NamesValidate {
    int validate;
};
struct NamesPropertiesChanged {
    int properties_changed;
};
struct NamesNotified {
    int notified;
};

template <class Hooks>
concept DeclaresOpen = !requires { &Both<Hooks, NamesOpen>::open; };
template <class Hooks>
concept DeclaresClose = !requires { &Both<Hooks, NamesClose>::close; };
template <class Hooks>
concept DeclaresLooksAlive = !requires { &Both<Hooks, NamesLooksAlive>::looks_alive; };
template <class Hooks>
concept DeclaresValidate = !requires { &Both<Hooks, NamesValidate>::validate; };
template <class Hooks>
concept DeclaresPropertiesChanged =
    !requires { &Both<Hooks, NamesPropertiesChanged>::properties_changed; };
template <class Hooks>
concept DeclaresNotified = !requires { &Both<Hooks, NamesNotified>::notified; };

}  // namespace detail

// Whether each optional hook is absent or right.
template <class Hooks, class Properties>
struct OptionalSignatures {
    static constexpr bool open = !detail::DeclaresOpen<Hooks> || HasOpen<Hooks, Properties>;
    static constexpr bool close = !detail::DeclaresClose<Hooks> || HasClose<Hooks, Properties>;
    static constexpr bool looks_alive =
        !detail::DeclaresLooksAlive<Hooks> || HasLooksAlive<Hooks, Properties>;
    static constexpr bool validate =
        !detail::DeclaresValidate<Hooks> || HasValidate<Hooks, Properties>;
    static constexpr bool properties_changed =
        !detail::DeclaresPropertiesChanged<Hooks> || HasPropertiesChanged<Hooks, Properties>;
    static constexpr bool notified =
        !detail::DeclaresNotified<Hooks> || HasNotified<Hooks, Properties>;
    static constexpr bool constructor = std::is_default_constructible_v<Hooks>;
    static constexpr bool destructor = std::is_nothrow_destructible_v<Hooks>;
    static constexpr bool all = open && close && looks_alive && validate && properties_changed &&
                                notified && constructor && destructor;
};

// An optional hook with a wrong signature would silently never be called; it is an error instead.
template <class Hooks, class Properties>
struct OptionalHooks : OptionalSignatures<Hooks, Properties> {
    using Right = OptionalSignatures<Hooks, Properties>;

    static_assert(!std::is_final_v<Hooks>,
                  "Hooks must not be final: what it declares is found through a derived class");
    static_assert(Right::constructor,
                  "Hooks needs a public constructor without parameters: the runtime makes one "
                  "object for each resource");
    static_assert(Right::destructor,
                  "the destructor of Hooks must be public and noexcept: Close has no error to "
                  "answer with");
    static_assert(Right::open, "optional hook mistyped: DWORD Hooks::open(OpenContext& context)");
    static_assert(Right::close, "optional hook mistyped: void Hooks::close(CloseContext& context)");
    static_assert(Right::looks_alive,
                  "optional hook mistyped: bool Hooks::looks_alive(HealthContext& context)");
    static_assert(Right::validate,
                  "optional hook mistyped: DWORD Hooks::validate(ControlContext& context, "
                  "const Properties& proposed)");
    static_assert(Right::properties_changed,
                  "optional hook mistyped: void Hooks::properties_changed(ControlContext& context, "
                  "const Properties& stored)");
    static_assert(Right::notified,
                  "optional hook mistyped: void Hooks::notified(ControlContext& context, "
                  "const resforge::Notification& notification)");
};

// What every resource type needs; generated code adds the health hooks and the control codes.
template <class Hooks, class Properties>
concept CoreHooks = HasOnline<Hooks, Properties> && HasOffline<Hooks, Properties> &&
                    HasTerminate<Hooks, Properties> && OptionalHooks<Hooks, Properties>::all;

}  // namespace resforge
