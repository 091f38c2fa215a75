// The Parameters key of one resource in the cluster database.
#pragma once

#include <algorithm>
#include <utility>

#include "resforge/cluster_abi.h"
#include "resforge/property_table.h"
#include "resforge/sync.h"

namespace resforge {

// Owner of a key of the cluster database.
class ClusterKey {
  public:
    ClusterKey() = default;
    explicit ClusterKey(HKEY key) noexcept : key_(key) {}
    ClusterKey(ClusterKey&& other) noexcept : key_(std::exchange(other.key_, nullptr)) {}
    ClusterKey& operator=(ClusterKey&& other) noexcept {
        std::swap(key_, other.key_);
        return *this;
    }
    ~ClusterKey() {
        if (key_ != nullptr) {
            ::ClusterRegCloseKey(key_);
        }
    }
    HKEY get() const noexcept { return key_; }
    explicit operator bool() const noexcept { return key_ != nullptr; }

  private:
    HKEY key_ = nullptr;
};

struct StoredValue {
    DWORD type = REG_NONE;
    Bytes data;
    bool operator==(const StoredValue&) const = default;
};

struct NamedValue {
    Text name;
    StoredValue value;
};

// Reads are allowed everywhere; writes are not allowed in Open, Close, Online, Offline and
// Terminate (page function-calls-to-avoid-in-resource-dlls).
class PropertyStore {
  public:
    // Opens what is there. A resource that has no Parameters key yet keeps a key of its own
    // through which the first write creates it; the key given to Open is valid during Open only.
    DWORD open(HKEY resource_key) noexcept {
        HKEY key = nullptr;
        const DWORD status = open_key(resource_key, kParameters, kValueAccess, key);
        parameters_ = ClusterKey(key);
        if (status != ERROR_FILE_NOT_FOUND) {
            return status;
        }
        const DWORD own =
            open_key(resource_key, RESFORGE_TEXT(""), KEY_READ | KEY_CREATE_SUB_KEY, key);
        resource_ = ClusterKey(key);
        return own;
    }

    // ERROR_FILE_NOT_FOUND when there is no such value.
    DWORD query(LPCWSTR name, StoredValue& value) {
        HKEY key = nullptr;
        if (const DWORD status = parameters(key); status != ERROR_SUCCESS) {
            return status;
        }
        // Another node may store a longer value between the two calls.
        for (;;) {
            DWORD size = 0;
            DWORD status = read(key, name, value.type, nullptr, size);
            if (status != ERROR_SUCCESS && status != ERROR_MORE_DATA) {
                return status;
            }
            value.data.resize(size == 0 ? 1 : size);
            status = read(key, name, value.type, value.data.data(), size);
            if (status != ERROR_MORE_DATA) {
                value.data.resize(size);
                return status;
            }
        }
    }

    DWORD write(LPCWSTR name, const StoredValue& value) {
        HKEY key = nullptr;
        if (const DWORD status = create(key); status != ERROR_SUCCESS) {
            return status;
        }
        return ::ClusterRegSetValue(key, name, value.type, value.data.data(),
                                    static_cast<DWORD>(value.data.size()));
    }

    // Writes a value unless the database has exactly it already.
    DWORD write_changed(LPCWSTR name, const StoredValue& value) {
        StoredValue stored;
        const bool same = query(name, stored) == ERROR_SUCCESS && stored == value;
        return same ? DWORD{ERROR_SUCCESS} : write(name, value);
    }

    // All values in the order of the database.
    DWORD enumerate(std::vector<NamedValue>& values) {
        HKEY key = nullptr;
        DWORD status = parameters(key);
        if (status == ERROR_FILE_NOT_FOUND) {
            return ERROR_SUCCESS;
        }
        for (DWORD index = 0; status == ERROR_SUCCESS; ++index) {
            NamedValue item;
            status = enumerate_one(key, index, item);
            if (status == ERROR_SUCCESS) {
                values.push_back(std::move(item));
            }
        }
        return status == ERROR_NO_MORE_ITEMS ? DWORD{ERROR_SUCCESS} : status;
    }

  private:
    static constexpr LPCWSTR kParameters = RESFORGE_TEXT("Parameters");
    static constexpr REGSAM kValueAccess = KEY_QUERY_VALUE | KEY_SET_VALUE;

    static DWORD open_key(HKEY parent, LPCWSTR name, REGSAM access, HKEY& key) noexcept {
        key = nullptr;
        const auto status = static_cast<DWORD>(::ClusterRegOpenKey(parent, name, access, &key));
        if (status != ERROR_SUCCESS) {
            key = nullptr;
        }
        return status;
    }

    static DWORD read(HKEY key, LPCWSTR name, DWORD& type, BYTE* data, DWORD& size) noexcept {
        return static_cast<DWORD>(::ClusterRegQueryValue(key, name, &type, data, &size));
    }

    // Grows both buffers until the value fits.
    static DWORD enumerate_one(HKEY key, DWORD index, NamedValue& item) {
        DWORD name_room = 64;
        DWORD data_room = 256;
        for (;;) {
            item.name.resize(name_room);
            item.value.data.resize(data_room);
            DWORD name_length = name_room;
            DWORD size = data_room;
            const DWORD status =
                ::ClusterRegEnumValue(key, index, item.name.data(), &name_length, &item.value.type,
                                      item.value.data.data(), &size);
            if (status != ERROR_MORE_DATA) {
                item.name.resize(std::min(name_length, name_room));
                item.value.data.resize(std::min(size, data_room));
                return status;
            }
            name_room = std::max(name_room * 2, name_length + 1);
            data_room = std::max(data_room * 2, size);
        }
    }

    // The key of a resource may appear after Open, when somebody else stores the first value;
    // ERROR_FILE_NOT_FOUND until then.
    DWORD parameters(HKEY& key) noexcept {
        key = adopt(nullptr);
        if (key != nullptr) {
            return ERROR_SUCCESS;
        }
        if (!resource_) {
            return ERROR_FILE_NOT_FOUND;
        }
        const DWORD status = open_key(resource_.get(), kParameters, kValueAccess, key);
        if (status == ERROR_SUCCESS) {
            key = adopt(key);
        }
        return status;
    }

    // As parameters(), but makes the key when it is not there.
    DWORD create(HKEY& key) noexcept {
        const DWORD found = parameters(key);
        if (found != ERROR_FILE_NOT_FOUND || !resource_) {
            return found;
        }
        DWORD disposition = 0;
        const auto status = static_cast<DWORD>(::ClusterRegCreateKey(
            resource_.get(), kParameters, 0, kValueAccess, nullptr, &key, &disposition));
        if (status == ERROR_SUCCESS) {
            key = adopt(key);
        }
        return status;
    }

    // Keeps the first of two keys that two threads opened at once, and closes the other.
    HKEY adopt(HKEY key) noexcept {
        ClusterKey opened(key);
        const std::scoped_lock guard(lock_);
        if (!parameters_ && opened) {
            std::swap(parameters_, opened);
        }
        return parameters_.get();
    }

    Lock lock_;
    ClusterKey parameters_;
    ClusterKey resource_;
};

}  // namespace resforge
