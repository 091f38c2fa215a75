// At most one resource of a type per node: a named semaphore that Open takes and Close gives back.
#pragma once

#include <cstdint>

#include "resforge/settings.h"
#include "resforge/sync.h"
#include "resforge/text.h"

namespace resforge {

// A name that every process on the node derives alike from the type's name, whatever that holds.
inline Text semaphore_name(TextView type_name) {
    Text name = to_text("Global\\resforge.single-instance.");
    std::uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a, 64 bits
    for (const WCHAR unit : type_name) {
        const WCHAR upper = upper_case(unit);
        hash = (hash ^ (upper & 0xFFU)) * 0x100000001B3U;
        hash = (hash ^ (static_cast<std::uint64_t>(upper) >> 8)) * 0x100000001B3U;
        const bool plain = (upper >= 0x30 && upper <= 0x39) || (upper >= 0x41 && upper <= 0x5A);
        if (name.size() < 100) {
            name.push_back(plain ? upper : WCHAR{0x5F});
        }
    }
    name.push_back(0x2E);
    for (int shift = 60; shift >= 0; shift -= 4) {
        const auto digit = static_cast<unsigned>((hash >> shift) & 0xF);
        name.push_back(static_cast<WCHAR>(digit < 10 ? 0x30 + digit : 0x41 + digit - 10));
    }
    return name;
}

// Holds the place of the only instance until it is destroyed, on every path. A killed process
// loses its handle and with it the semaphore, so the next Open succeeds.
class SingleInstance {
  public:
    SingleInstance() = default;
    SingleInstance(const SingleInstance&) = delete;
    SingleInstance& operator=(const SingleInstance&) = delete;
    ~SingleInstance() {
        if (semaphore_) {
            ::ReleaseSemaphore(semaphore_.get(), 1, nullptr);
        }
    }

    // ERROR_OBJECT_ALREADY_EXISTS (5010) when another instance holds it (page implementing-open).
    DWORD take(const Settings& settings) {
        if (!settings.single_instance_per_node) {
            return ERROR_SUCCESS;
        }
        const Text name = semaphore_name(settings.type_name);
        Handle semaphore(::CreateSemaphoreW(nullptr, 1, 1, name.c_str()));
        if (!semaphore) {
            return last_error();
        }
        if (::WaitForSingleObject(semaphore.get(), 0) != WAIT_OBJECT_0) {
            return ERROR_OBJECT_ALREADY_EXISTS;
        }
        semaphore_ = std::move(semaphore);
        return ERROR_SUCCESS;
    }

  private:
    Handle semaphore_;
};

}  // namespace resforge
