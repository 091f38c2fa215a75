// What the runtime keeps about one resource for its hooks: name, log, property blocks, failure.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "resforge/barrier.h"
#include "resforge/property_store.h"
#include "resforge/settings.h"

namespace resforge {

// An online period: what its health thread or monitor says about it.
class Period {
  public:
    StopSource& stop() noexcept { return stop_; }
    // The thread of the period starts its work when Online has been reported, or to end at once.
    void begin() noexcept { begun_.set(); }
    bool wait_for_begin() const noexcept { return begun_.wait(INFINITE) && !stop_.requested(); }
    void end() noexcept {
        stop_.request();
        begun_.set();
    }
    void fail() noexcept { failed_.store(true); }
    bool failed() const noexcept { return failed_.load(); }
    void set_health(bool healthy) noexcept {
        healthy_.store(healthy);
        checked_at_.store(::GetTickCount64());
    }
    // A check that does not come back within the limit counts as failed. One that ends right now
    // may be younger than the time of an earlier look at the clock, so the clock comes last.
    bool healthy(DWORD limit) const noexcept {
        const ULONGLONG checked_at = checked_at_.load();
        return healthy_.load() && ::GetTickCount64() - checked_at <= limit;
    }

  private:
    StopSource stop_;
    Event begun_;
    std::atomic<bool> failed_{false};
    std::atomic<bool> healthy_{true};
    std::atomic<ULONGLONG> checked_at_{::GetTickCount64()};
};

// All members may be called from any thread. Two blocks of properties are kept: `stored` is what
// the database has (and what lives in memory only), `in force` is what Online read, plus every
// later change that takes effect immediately.
template <class Properties>
class Resource {
  public:
    using Block = std::shared_ptr<const Properties>;

    // A new value of one property, in canonical bytes.
    struct Change {
        const Property<Properties>* property;
        ByteView value;
    };

    Resource(TextView name, const Settings& type_settings, PropertyTable<Properties> property_table,
             std::shared_ptr<ResourceMonitor> resource_monitor)
        : log(resource_monitor),
          monitor(std::move(resource_monitor)),
          settings(type_settings),
          table(property_table),
          name_(std::make_shared<const Text>(name)),
          in_force_(std::make_shared<const Properties>()),
          published_(table.size()),
          unwritten_(table.size()) {}

    const Log log;
    const std::shared_ptr<ResourceMonitor> monitor;
    const Settings& settings;
    const PropertyTable<Properties> table;
    PropertyStore store;

    std::shared_ptr<const Text> name() const {
        const std::scoped_lock guard(lock_);
        return name_;
    }

    void rename(TextView name) {
        auto renamed = std::make_shared<const Text>(name);
        const std::scoped_lock guard(lock_);
        name_.swap(renamed);
    }

    Block in_force() const {
        const std::scoped_lock guard(lock_);
        return in_force_;
    }

    // Open only, before its hook runs: nobody else knows the resource yet, so no lock is needed.
    void begin_with(Block block) noexcept { in_force_ = std::move(block); }

    // The value of one property as a client reads it: from memory, the database, or the default.
    // `given` tells whether the database has it or shall have it, also when it is a wrong one.
    DWORD current_value(const Property<Properties>& property, Bytes& value, bool& given) {
        if (value_in_memory(property, value)) {
            given = !property.in_memory;
            return ERROR_SUCCESS;
        }
        StoredValue stored;
        const DWORD status = query_stored(property, stored);
        given = status == ERROR_SUCCESS;
        if (status == ERROR_FILE_NOT_FOUND) {
            value = encode_property(property, Properties{});
            return ERROR_SUCCESS;
        }
        if (status != ERROR_SUCCESS) {
            return status;
        }
        if (!accepts_stored_type(property.format, stored.type)) {
            return ERROR_INVALID_PARAMETER;
        }
        return canonical_value(property.format, stored.data, value);
    }

    // Reads a whole block for Online. ERROR_FILE_NOT_FOUND: a required property has no value that
    // can be used; when the database cannot be read, its own error.
    DWORD read_block(Properties& block) {
        for (const Property<Properties>& property : table) {
            Bytes value;
            bool given = false;
            DWORD status = current_value(property, value, given);
            const bool was_read = status == ERROR_SUCCESS || given;
            if (property.required && was_read &&
                (status != ERROR_SUCCESS || !given || is_empty_value(property.format, value))) {
                status = ERROR_FILE_NOT_FOUND;
            }
            if (status == ERROR_SUCCESS && !fits(property, value, given)) {
                status = ERROR_INVALID_PARAMETER;
            }
            if (status != ERROR_SUCCESS) {
                log.error("the property ", property.name, " cannot be used (error ", status, ")");
                return status;
            }
            decode_property(property, value, block);
        }
        return ERROR_SUCCESS;
    }

    // As read_block, with the default in place of every value that cannot be used.
    Properties readable_block() {
        Properties block;
        for (const Property<Properties>& property : table) {
            Bytes value;
            bool given = false;
            if (current_value(property, value, given) == ERROR_SUCCESS &&
                fits(property, value, given)) {
                decode_property(property, value, block);
            }
        }
        return block;
    }

    // Online: puts the stored block in force, together with what is kept in memory by then.
    DWORD put_stored_in_force() {
        auto block = std::make_shared<Properties>();
        const std::scoped_lock changing(change_lock_);
        if (const DWORD status = read_block(*block); status != ERROR_SUCCESS) {
            return status;
        }
        const std::scoped_lock guard(lock_);
        for (const Property<Properties>& property : table) {
            if (is_in_memory(property)) {
                decode_property(property, encode_property(property, stored_), *block);
            }
        }
        in_force_ = std::move(block);
        return ERROR_SUCCESS;
    }

    // Keeps the value of an in-memory property.
    void keep(const Property<Properties>& property, ByteView value) {
        const std::scoped_lock guard(lock_);
        decode_property(property, value, stored_);
    }

    // Replaces values of the block in force, all at once.
    void put_in_force(std::span<const Change> changes) {
        auto changed = std::make_shared<Properties>();
        const std::scoped_lock guard(lock_);
        *changed = *in_force_;
        for (const Change& change : changes) {
            decode_property(*change.property, change.value, *changed);
        }
        in_force_ = std::move(changed);
    }

    // To be held from a write to the database until the value is in force: Online must not read
    // the block before and put it in force after. Terminate and hooks never take it, for it is
    // held while the database works.
    Lock& change_lock() noexcept { return change_lock_; }

    // A hook publishes a read-only property. Kept in memory at once; written to the database only
    // where writing is allowed. What could not be written is left to the next flush_published().
    DWORD publish(const Property<Properties>& property, ByteView value, bool may_write) {
        if (!property.read_only) {
            return ERROR_INVALID_PARAMETER;
        }
        keep_published(property, value);
        return may_write && !property.in_memory ? write_published(property) : DWORD{ERROR_SUCCESS};
    }

    void flush_published() {
        store_former_values();
        for (const Property<Properties>& property : table) {
            if (write_published(property) != ERROR_SUCCESS) {
                log.warning("the value of ", property.name, " is not written yet");
            }
        }
    }

    // Copies values that the database still has under the former names of renamed properties.
    // Only where writing is allowed. The old values stay for nodes whose DLL is older.
    void store_former_values() {
        const std::scoped_lock guard(store_lock_);
        for (const Property<Properties>& property : table) {
            StoredValue stored;
            if (property.former_name != nullptr && !property.in_memory &&
                store.query(property.name, stored) == ERROR_FILE_NOT_FOUND &&
                store.query(property.former_name, stored) == ERROR_SUCCESS &&
                store.write(property.name, stored) != ERROR_SUCCESS) {
                log.warning("the value of ", property.name, " stays under the name ",
                            property.former_name);
            }
        }
    }

    // Stores a value of the table.
    DWORD write(const Property<Properties>& property, ByteView value) {
        const std::scoped_lock guard(store_lock_);
        return write_value(property, value);
    }

    // The online period that signals of hooks belong to, nullptr outside Online.
    void set_period(std::shared_ptr<Period> period) {
        const std::scoped_lock guard(lock_);
        period_.swap(period);
    }

    std::shared_ptr<Period> period() const {
        const std::scoped_lock guard(lock_);
        return period_;
    }

    // Reports a failure of the period: IsAlive answers FALSE until Terminate, and with the
    // detection event_handle the monitor is woken. A period that is over signals nothing.
    void signal_failure(const std::shared_ptr<Period>& period) noexcept {
        const std::scoped_lock guard(lock_);
        if (period == nullptr || period != period_) {
            return;
        }
        period->fail();
        if (failure_event != nullptr) {
            failure_event->set();
        }
    }

    // Manual reset, one per resource; only with the detection event_handle. Set up during Open.
    std::unique_ptr<Event> failure_event;

    // Why the next Offline or Terminate comes (page clusctl-resource-state-change-reason).
    std::atomic<DWORD> state_change_reason{0};

  private:
    // What nobody has set may lie outside the limits: a default that marks just that.
    static bool fits(const Property<Properties>& property, ByteView value, bool given) noexcept {
        return !given || in_range(property, value);
    }

    std::size_t index_of(const Property<Properties>& property) const noexcept {
        return static_cast<std::size_t>(&property - table.data());
    }

    void keep_published(const Property<Properties>& property, ByteView value) {
        auto changed = std::make_shared<Properties>();
        const std::scoped_lock guard(lock_);
        *changed = *in_force_;
        decode_property(property, value, *changed);
        decode_property(property, value, stored_);
        published_[index_of(property)] = true;
        unwritten_[index_of(property)] = !property.in_memory;
        in_force_ = std::move(changed);
    }

    // Writes the latest value that was published and not written yet, so that of two hooks that
    // publish at once the database has what is in force. What another node stores later stays.
    DWORD write_published(const Property<Properties>& property) {
        const std::scoped_lock storing(store_lock_);
        Bytes value;
        {
            const std::scoped_lock guard(lock_);
            if (!unwritten_[index_of(property)]) {
                return ERROR_SUCCESS;
            }
            value = encode_property(property, stored_);
        }
        const DWORD status = write_value(property, value);
        if (status == ERROR_SUCCESS) {
            const std::scoped_lock guard(lock_);
            unwritten_[index_of(property)] = encode_property(property, stored_) != value;
        }
        return status;
    }

    // With the store lock held.
    DWORD write_value(const Property<Properties>& property, ByteView value) {
        const DWORD type = *registry_type(static_cast<DWORD>(property.format));
        return store.write_changed(property.name, {type, Bytes(value.begin(), value.end())});
    }

    // With the lock held.
    bool is_in_memory(const Property<Properties>& property) const noexcept {
        return property.in_memory || published_[index_of(property)];
    }

    bool value_in_memory(const Property<Properties>& property, Bytes& value) const {
        const std::scoped_lock guard(lock_);
        if (!is_in_memory(property)) {
            return false;
        }
        value = encode_property(property, stored_);
        return true;
    }

    // What the database has for a property, under its name or else under its former one.
    DWORD query_stored(const Property<Properties>& property, StoredValue& stored) {
        const DWORD status = store.query(property.name, stored);
        return status == ERROR_FILE_NOT_FOUND && property.former_name != nullptr
                   ? store.query(property.former_name, stored)
                   : status;
    }

    Lock change_lock_;
    Lock store_lock_;  // no value of Online's worker may follow one that an administrator stores
    mutable Lock lock_;
    std::shared_ptr<const Text> name_;
    Properties stored_;
    Block in_force_;
    std::shared_ptr<Period> period_;
    std::vector<bool> published_;
    std::vector<bool> unwritten_;
};

}  // namespace resforge
