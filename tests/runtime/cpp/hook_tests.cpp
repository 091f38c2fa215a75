// Hooks that no generator would write: what their constructors and exceptions do to an entry point.
#include <new>
#include <stdexcept>
#include <typeinfo>

#include "drive.h"
#include "resforge/resource_dll.h"

using host::world;
using namespace resforge;

namespace {

struct NoProperties {};

// What the generated class of a resource type says, in short.
template <class H>
struct OddType {
    using Hooks = H;
    using Properties = NoProperties;
    static constexpr Settings kSettings = {
        .type_name = u"odd",
        .characteristics = 0,
        .resource_class = 0,
        .subclass = 0,
        .dependencies = {},
        .single_instance_per_node = false,
        .online_pends = false,
        .offline_pends = false,
        .detection = Detection::polling,
        .timeouts = {.looks_alive_interval = 5000,
                     .is_alive_interval = 60000,
                     .pending_timeout = 180000,
                     .deadlock_timeout = 300000,
                     .heartbeat = 60000,
                     .health_interval = 0,
                     .budgets = {300, 300, 300, 300, 300, 50, 50, 300}},
    };
    static constexpr PropertyTable<Properties> property_table() noexcept { return {}; }
    static constexpr unsigned allowed_states(DWORD) noexcept { return 0; }
    static DWORD control(H&, ControlContext<Properties>&, ControlCall&) {
        return ERROR_INVALID_FUNCTION;
    }
    static DWORD type_control(TypeControlContext&, ControlCall&) { return ERROR_INVALID_FUNCTION; }
};

struct Plain {
    DWORD online(OnlineContext<NoProperties>&) { return 0; }
    DWORD offline(OfflineContext<NoProperties>&) { return 0; }
    void terminate(TerminateContext<NoProperties>&) {}
    bool is_alive(HealthContext<NoProperties>&) { return true; }
};

template <class H>
CLRES_V1_FUNCTIONS& functions() {
    host::reset();
    PCLRES_FUNCTION_TABLE table = nullptr;
    CHECK((startup<OddType<H>, true>(u"odd", 0x100, 0x100, &host::set_resource_status,
                                     &host::log_event, &table) == 0));
    return table->V1Functions;
}

// Opens a resource whose Open must fail; the error.
template <class H>
DWORD open_error() {
    SetLastError(0);
    CHECK(functions<H>().Open(u"disk", host::resource_key(), &world()) == nullptr);
    CHECK(host::open_handles() == 0 && host::open_keys() == 0);
    return GetLastError();
}

struct ThrowsText : Plain {
    ThrowsText() { throw std::runtime_error("no licence"); }
};
struct ThrowsNumber : Plain {
    ThrowsNumber() { throw 5; }
};
struct ThrowsError : Plain {
    ThrowsError() { throw SystemError(ERROR_ACCESS_DENIED); }
};
struct PromisesLater : Plain {
    DWORD open(OpenContext<NoProperties>&) { return ERROR_IO_PENDING; }
};

struct WithCode : SystemError, std::runtime_error {
    WithCode() : SystemError(ERROR_ACCESS_DENIED), std::runtime_error("twice") {}
};
// Has two std::exception, so that no catch of one takes it.
struct Ambiguous : std::runtime_error, std::bad_cast {
    Ambiguous() : std::runtime_error("twice") {}
};
struct Silent : std::exception {
    const char* what() const noexcept override { return nullptr; }
};
template <class Exception>
struct ThrowsInOnline : Plain {
    DWORD online(OnlineContext<NoProperties>&) { throw Exception(); }
};

template <class H>
DWORD online_error() {
    CLRES_V1_FUNCTIONS& type = functions<H>();
    const RESID id = type.Open(u"disk", host::resource_key(), &world());
    CHECK(id != nullptr);
    HANDLE event = nullptr;
    const DWORD status = type.Online(id, &event);
    type.Terminate(id);
    type.Close(id);
    CHECK(host::open_handles() == 0);
    return status;
}

}  // namespace

TEST(hooks_that_cannot_be_made_fail_open_and_say_why) {
    CHECK(open_error<ThrowsText>() == ERROR_UNHANDLED_EXCEPTION && logged("no licence"));
    CHECK(open_error<ThrowsNumber>() == ERROR_UNHANDLED_EXCEPTION && logged("unknown type"));
    CHECK(open_error<ThrowsError>() == ERROR_ACCESS_DENIED && logged("error 5"));
}

TEST(open_cannot_promise_a_later_answer) {
    CHECK(open_error<PromisesLater>() == ERROR_GEN_FAILURE && logged("ERROR_IO_PENDING"));
}

TEST(exceptions_of_any_type_become_codes) {
    CHECK(online_error<Plain>() == 0);
    CHECK(online_error<ThrowsInOnline<WithCode>>() == ERROR_ACCESS_DENIED);
    CHECK(online_error<ThrowsInOnline<Ambiguous>>() == ERROR_UNHANDLED_EXCEPTION);
    CHECK(online_error<ThrowsInOnline<Silent>>() == ERROR_UNHANDLED_EXCEPTION);
    CHECK(online_error<ThrowsInOnline<std::bad_array_new_length>>() == ERROR_NOT_ENOUGH_MEMORY);
}
