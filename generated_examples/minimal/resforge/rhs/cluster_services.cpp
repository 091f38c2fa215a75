// Emulated services: the ResUtil service functions and the service control functions under them.
#include "cluster_services.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "cluster_call.h"
#include "cluster_errors.h"
#include "cluster_names.h"
#include "cluster_objects.h"
#include "cluster_text.h"
#include "json.h"

namespace resforge::rhs {
namespace {

struct Service {
    ServiceBehaviour behaviour;
    bool running = false;
    bool has_environment = false;
};

struct Table {
    std::mutex mutex;
    std::map<std::u16string, Service, NameLess> services;
};

Table& table() {
    static Table* const instance = new Table;
    return *instance;
}

// Runs `use` on the service under the lock.
template <typename Use>
std::uint32_t with_service(std::u16string_view name, Use use) {
    const std::scoped_lock lock(table().mutex);
    const auto found = table().services.find(name);
    return found == table().services.end() ? error::kServiceDoesNotExist : use(found->second);
}

std::uint32_t start(std::u16string_view name) {
    return with_service(name, [](Service& service) -> std::uint32_t {
        if (service.behaviour.start_error != 0) {
            return service.behaviour.start_error;
        }
        if (service.running) {
            return error::kServiceAlreadyRunning;
        }
        service.running = true;
        return error::kSuccess;
    });
}

std::uint32_t stop(std::u16string_view name) {
    return with_service(name, [](Service& service) -> std::uint32_t {
        if (!service.running) {
            return error::kServiceNotActive;
        }
        service.running = service.behaviour.ignores_stop;
        return error::kSuccess;
    });
}

std::uint32_t verify(std::u16string_view name) {
    return with_service(name, [](const Service& service) {
        return service.running ? error::kSuccess : error::kResourceNotAvailable;
    });
}

// Stopping a stopped service succeeds; one that does not stop is waited for in vain.
std::uint32_t stop_and_wait(std::u16string_view name) {
    const std::uint32_t error = stop(name);
    if (error == error::kServiceNotActive) {
        return error::kSuccess;
    }
    if (error != error::kSuccess) {
        return error;
    }
    return verify(name) == error::kSuccess ? error::kTimeout : error::kSuccess;
}

SC_HANDLE open(std::u16string_view name) {
    HandleEntry entry;
    entry.kind = HandleKind::kService;
    entry.name = name;
    return reinterpret_cast<SC_HANDLE>(cluster_database().add_handle(std::move(entry)));
}

std::optional<std::u16string> service_name(std::string_view function, SC_HANDLE service) {
    const std::optional<HandleEntry> entry = cluster_database().use_handle(
        function, reinterpret_cast<Handle>(service), HandleKind::kService);
    return entry ? std::optional(entry->name) : std::nullopt;
}

std::uint32_t fill(std::u16string_view name, LPSERVICE_STATUS status) {
    constexpr DWORD kOwnProcess = 0x10;
    constexpr DWORD kAcceptStop = 1;
    if (status == nullptr) {
        return error::kInvalidParameter;
    }
    return with_service(name, [status](const Service& service) {
        *status = {};
        status->dwServiceType = kOwnProcess;
        status->dwCurrentState = service.running ? SERVICE_RUNNING : SERVICE_STOPPED;
        status->dwControlsAccepted = service.running ? kAcceptStop : 0;
        return error::kSuccess;
    });
}

std::uint32_t set_environment(LPCWSTR name, bool present) {
    if (name == nullptr) {
        return error::kInvalidParameter;
    }
    return with_service(view(name), [present](Service& service) {
        service.has_environment = present;
        return error::kSuccess;
    });
}

}  // namespace

void define_service(std::string_view name, const ServiceBehaviour& behaviour) {
    const std::scoped_lock lock(table().mutex);
    table().services.insert_or_assign(utf16_from_utf8(name), Service{behaviour, false, false});
}

void clear_services() {
    const std::scoped_lock lock(table().mutex);
    table().services.clear();
}

bool crash_service(std::string_view name) {
    return with_service(utf16_from_utf8(name), [](Service& service) {
               service.running = false;
               return error::kSuccess;
           }) == error::kSuccess;
}

bool is_service_running(std::string_view name) {
    return verify(utf16_from_utf8(name)) == error::kSuccess;
}

namespace emulated {

RESFORGE_EMULATED DWORD WINAPI ResUtilStartResourceService(LPCWSTR name, LPSC_HANDLE service) {
    return guarded("ResUtilStartResourceService", [&]() -> std::uint32_t {
        if (name == nullptr) {
            return error::kInvalidParameter;
        }
        const std::uint32_t error = start(view(name));
        if (error != error::kSuccess && error != error::kServiceAlreadyRunning) {
            return error;
        }
        if (service != nullptr) {
            *service = open(view(name));
        }
        return error::kSuccess;
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilVerifyResourceService(LPCWSTR name) {
    return guarded("ResUtilVerifyResourceService",
                   [&] { return name == nullptr ? error::kInvalidParameter : verify(view(name)); });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilStopResourceService(LPCWSTR name) {
    return guarded("ResUtilStopResourceService", [&] {
        return name == nullptr ? error::kInvalidParameter : stop_and_wait(view(name));
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilVerifyService(SC_HANDLE service) {
    return guarded("ResUtilVerifyService", [&] {
        const std::optional<std::u16string> name = service_name("ResUtilVerifyService", service);
        return name ? verify(*name) : error::kInvalidHandle;
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilStopService(SC_HANDLE service) {
    return guarded("ResUtilStopService", [&] {
        const std::optional<std::u16string> name = service_name("ResUtilStopService", service);
        if (!name) {
            return error::kInvalidHandle;
        }
        const std::uint32_t error = stop_and_wait(*name);
        cluster_database().close_handle("ResUtilStopService", reinterpret_cast<Handle>(service),
                                        HandleKind::kService);
        return error;
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilSetResourceServiceEnvironment(LPCWSTR name,
                                                                    HRESOURCE resource,
                                                                    PLOG_EVENT_ROUTINE,
                                                                    RESOURCE_HANDLE) {
    return guarded("ResUtilSetResourceServiceEnvironment", [&] {
        return resource_guid("ResUtilSetResourceServiceEnvironment", resource)
                   ? set_environment(name, true)
                   : error::kInvalidHandle;
    });
}

RESFORGE_EMULATED DWORD WINAPI ResUtilRemoveResourceServiceEnvironment(LPCWSTR name,
                                                                       PLOG_EVENT_ROUTINE,
                                                                       RESOURCE_HANDLE) {
    return guarded("ResUtilRemoveResourceServiceEnvironment",
                   [&] { return set_environment(name, false); });
}

RESFORGE_EMULATED SC_HANDLE WINAPI OpenSCManagerW(LPCWSTR, LPCWSTR, DWORD) {
    SC_HANDLE manager = nullptr;
    guarded_last_error("OpenSCManagerW", [&] {
        manager = open({});
        return error::kSuccess;
    });
    return manager;
}

RESFORGE_EMULATED SC_HANDLE WINAPI OpenServiceW(SC_HANDLE manager, LPCWSTR name, DWORD) {
    SC_HANDLE service = nullptr;
    guarded_last_error("OpenServiceW", [&]() -> std::uint32_t {
        if (!service_name("OpenServiceW", manager) || name == nullptr) {
            return error::kInvalidHandle;
        }
        const std::uint32_t error =
            with_service(view(name), [](const Service&) { return error::kSuccess; });
        service = error == error::kSuccess ? open(view(name)) : nullptr;
        return error;
    });
    return service;
}

RESFORGE_EMULATED BOOL WINAPI CloseServiceHandle(SC_HANDLE handle) {
    return guarded_last_error("CloseServiceHandle", [&] {
        return cluster_database().close_handle(
            "CloseServiceHandle", reinterpret_cast<Handle>(handle), HandleKind::kService);
    });
}

RESFORGE_EMULATED BOOL WINAPI QueryServiceStatus(SC_HANDLE service, LPSERVICE_STATUS status) {
    return guarded_last_error("QueryServiceStatus", [&] {
        const std::optional<std::u16string> name = service_name("QueryServiceStatus", service);
        return name ? fill(*name, status) : error::kInvalidHandle;
    });
}

RESFORGE_EMULATED BOOL WINAPI ControlService(SC_HANDLE service, DWORD control,
                                             LPSERVICE_STATUS status) {
    return guarded_last_error("ControlService", [&] {
        const std::optional<std::u16string> name = service_name("ControlService", service);
        if (!name || control != SERVICE_CONTROL_STOP) {
            return name ? error::kInvalidParameter : error::kInvalidHandle;
        }
        const std::uint32_t error = stop(*name);
        return error != error::kSuccess ? error : fill(*name, status);
    });
}

RESFORGE_EMULATED BOOL WINAPI StartServiceW(SC_HANDLE service, DWORD, LPCWSTR*) {
    return guarded_last_error("StartServiceW", [&] {
        const std::optional<std::u16string> name = service_name("StartServiceW", service);
        return name ? start(*name) : error::kInvalidHandle;
    });
}

}  // namespace emulated
}  // namespace resforge::rhs
