// The entry points of a resource DLL: validate, lock, call, translate; nothing gets past them.
#pragma once

#include <memory>
#include <mutex>

#include "resforge/controls.h"
#include "resforge/handle_table.h"

// The one export of a resource DLL (page nc-resapi-pstartup_routine); generated code defines it.
extern "C" DWORD WINAPI Startup(LPCWSTR type_name, DWORD minimum_version, DWORD maximum_version,
                                PSET_RESOURCE_STATUS_ROUTINE set_resource_status,
                                PLOG_EVENT_ROUTINE log_event, PCLRES_FUNCTION_TABLE* table);

namespace resforge {

// Logs an entry point that took longer than its budget.
class BudgetWatch {
  public:
    BudgetWatch(const Log& log, const char* entry, DWORD budget) noexcept
        : log_(log), entry_(entry), budget_(budget), start_(::GetTickCount64()) {}
    BudgetWatch(const BudgetWatch&) = delete;
    BudgetWatch& operator=(const BudgetWatch&) = delete;
    ~BudgetWatch() {
        const ULONGLONG taken = ::GetTickCount64() - start_;
        if (taken > budget_) {
            log_.warning(entry_, " took ", taken, " ms, its budget is ", budget_, " ms");
        }
    }

  private:
    const Log& log_;
    const char* entry_;
    DWORD budget_;
    ULONGLONG start_;
};

// All functions of one resource type; static, because the monitor knows functions only.
template <class Type>
class ResourceDll {
  public:
    // Page nc-resapi-pstartup_routine. The version is looked at before the name, so that the two
    // errors can be told apart; nothing is stored unless all is well. The code for an argument that
    // is missing is inferred.
    static DWORD startup(LPCWSTR type_name, DWORD minimum_version, DWORD maximum_version,
                         PSET_RESOURCE_STATUS_ROUTINE set_resource_status,
                         PLOG_EVENT_ROUTINE log_event, PCLRES_FUNCTION_TABLE* table) noexcept {
        if (minimum_version > CLRES_VERSION_V1_00 || maximum_version < CLRES_VERSION_V1_00) {
            return ERROR_REVISION_MISMATCH;
        }
        if (type_name == nullptr || !equal_names(type_name, Type::kSettings.type_name)) {
            return ERROR_CLUSTER_RESNAME_NOT_FOUND;
        }
        if (set_resource_status == nullptr || log_event == nullptr || table == nullptr) {
            return ERROR_INVALID_PARAMETER;
        }
        {
            const std::scoped_lock guard(callbacks_lock_);
            callbacks_ = {set_resource_status, log_event};
        }
        *table = &function_table_;
        return ERROR_SUCCESS;
    }

  private:
    using ThisInstance = Instance<Type>;
    static constexpr const Budgets& kBudgets = Type::kSettings.timeouts.budgets;

    static RESID WINAPI open(LPCWSTR name, HKEY key, RESOURCE_HANDLE handle) noexcept {
        RESID resid = nullptr;
        DWORD status = ERROR_INVALID_PARAMETER;
        if (name != nullptr) {
            status = try_open(name, key, handle, resid);
        }
        if (status != ERROR_SUCCESS) {
            ::SetLastError(status);
            return nullptr;
        }
        return resid;
    }

    static DWORD try_open(LPCWSTR name, HKEY key, RESOURCE_HANDLE handle, RESID& resid) noexcept {
        std::shared_ptr<ResourceMonitor> monitor;
        const Caught caught =
            run_guarded([&] { monitor = std::make_shared<ResourceMonitor>(handle, callbacks()); });
        if (caught.code != ERROR_SUCCESS) {
            return caught.code;
        }
        const Log log(monitor);
        std::shared_ptr<ThisInstance> instance;
        DWORD status = guarded_operation(log, "Open", [&] {
            const BudgetWatch watch(log, "Open", kBudgets.open);
            instance = std::make_shared<ThisInstance>(name, monitor);
            return instance->open(key);
        });
        if (status != ERROR_SUCCESS) {
            // The handle of the monitor is dead when this Open returns.
            monitor->close(kBudgets.close);
            return status;
        }
        status = guarded(log, "Open", [&] {
            resid = instances().insert(instance);
            return DWORD{ERROR_SUCCESS};
        });
        if (status != ERROR_SUCCESS) {
            instance->close();
        }
        return status;
    }

    static VOID WINAPI close(RESID resid) noexcept {
        if (const std::shared_ptr<ThisInstance> instance = instances().remove(resid)) {
            instance->close();
        }
    }

    static DWORD WINAPI online(RESID resid, LPHANDLE event_handle) noexcept {
        return call(resid, "Online", kBudgets.online,
                    [&](ThisInstance& instance) { return instance.online(event_handle); });
    }

    static DWORD WINAPI offline(RESID resid) noexcept {
        return call(resid, "Offline", kBudgets.offline,
                    [](ThisInstance& instance) { return instance.offline(); });
    }

    static VOID WINAPI terminate(RESID resid) noexcept {
        if (const std::shared_ptr<ThisInstance> instance = instances().find(resid)) {
            instance->terminate();
        }
    }

    static BOOL WINAPI looks_alive(RESID resid) noexcept {
        return poll(resid, "LooksAlive", kBudgets.looks_alive,
                    [](ThisInstance& instance) { return instance.looks_alive(); });
    }

    static BOOL WINAPI is_alive(RESID resid) noexcept {
        return poll(resid, "IsAlive", kBudgets.is_alive,
                    [](ThisInstance& instance) { return instance.is_alive(); });
    }

    static DWORD WINAPI resource_control(RESID resid, DWORD code, PVOID input, DWORD input_size,
                                         PVOID output, DWORD output_size,
                                         LPDWORD bytes_returned) noexcept {
        ControlCall control(code, input, input_size, output, output_size, bytes_returned);
        return control.checked(
            call(resid, "ResourceControl", kBudgets.control, [&](ThisInstance& instance) {
                return ResourceControls<Type>(instance, control).serve();
            }));
    }

    static DWORD WINAPI resource_type_control(LPCWSTR, DWORD code, PVOID input, DWORD input_size,
                                              PVOID output, DWORD output_size,
                                              LPDWORD bytes_returned) noexcept {
        ControlCall control(code, input, input_size, output, output_size, bytes_returned);
        DWORD status = ERROR_SUCCESS;
        const Caught caught = run_guarded([&] { status = serve_type_control<Type>(control); });
        return control.checked(caught.code == ERROR_SUCCESS ? status : caught.code);
    }

    template <class Function>
    static DWORD call(RESID resid, const char* entry, DWORD budget, Function function) noexcept {
        const std::shared_ptr<ThisInstance> instance = instances().find(resid);
        if (instance == nullptr) {
            return ERROR_RESOURCE_NOT_FOUND;
        }
        const BudgetWatch watch(instance->resource.log, entry, budget);
        return guarded(instance->resource.log, entry, [&] { return function(*instance); });
    }

    template <class Function>
    static BOOL poll(RESID resid, const char* entry, DWORD budget, Function function) noexcept {
        const std::shared_ptr<ThisInstance> instance = instances().find(resid);
        if (instance == nullptr) {
            return FALSE;
        }
        const BudgetWatch watch(instance->resource.log, entry, budget);
        return guarded_answer(instance->resource.log, entry, [&] { return function(*instance); })
                   ? TRUE
                   : FALSE;
    }

    static Callbacks callbacks() noexcept {
        const std::scoped_lock guard(callbacks_lock_);
        return callbacks_;
    }

    // Never destroyed: when a process ends, threads of the DLL have been killed already, and no
    // destructor may wait for them or close what they use.
    static HandleTable<ThisInstance>& instances() noexcept { return instances_.table; }

    union Immortal {
        HandleTable<ThisInstance> table;
        constexpr Immortal() : table() {}
        ~Immortal() {}
    };

    static inline Immortal instances_;
    static inline Lock callbacks_lock_;
    static inline Callbacks callbacks_;
    static inline CLRES_FUNCTION_TABLE function_table_ = {
        CLRES_V1_FUNCTION_SIZE,
        CLRES_VERSION_V1_00,
        {{&open, &close, &online, &offline, &terminate, &looks_alive, &is_alive, nullptr, nullptr,
          &resource_control, &resource_type_control}}};
};

// What the export Startup does. Without a complete set of hooks nothing is instantiated: the
// assertions of the generated code have said what is missing.
template <class Type, bool kComplete>
DWORD startup(LPCWSTR type_name, DWORD minimum_version, DWORD maximum_version,
              PSET_RESOURCE_STATUS_ROUTINE set_resource_status, PLOG_EVENT_ROUTINE log_event,
              PCLRES_FUNCTION_TABLE* table) noexcept {
    if constexpr (kComplete) {
        return ResourceDll<Type>::startup(type_name, minimum_version, maximum_version,
                                          set_resource_status, log_event, table);
    } else {
        return ERROR_INVALID_FUNCTION;
    }
}

}  // namespace resforge
