// Resource identifiers: numbers that are never used twice, not pointers.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "resforge/cluster_abi.h"
#include "resforge/sync.h"

namespace resforge {

// Maps RESIDs to instances. A stale or made-up RESID finds nothing; an instance found stays alive
// as long as the finder keeps it, also beside Close.
template <class Item>
class HandleTable {
  public:
    constexpr HandleTable() = default;

    RESID insert(std::shared_ptr<Item> item) {
        const std::scoped_lock guard(lock_);
        std::size_t slot = 0;
        while (slot < slots_.size() && slots_[slot].item != nullptr) {
            ++slot;
        }
        if (slot == slots_.size()) {
            slots_.emplace_back();
        }
        slots_[slot] = {++generation_, std::move(item)};
        ++live_;
        return to_resid((generation_ << kSlotBits) | (slot + 1));
    }

    std::shared_ptr<Item> find(RESID resid) noexcept {
        const std::scoped_lock guard(lock_);
        const Slot* slot = slot_of(resid);
        return slot == nullptr ? nullptr : slot->item;
    }

    std::shared_ptr<Item> remove(RESID resid) noexcept {
        const std::scoped_lock guard(lock_);
        Slot* slot = slot_of(resid);
        if (slot == nullptr) {
            return nullptr;
        }
        std::shared_ptr<Item> item = std::exchange(slot->item, nullptr);
        if (--live_ == 0) {
            std::vector<Slot>().swap(slots_);
        }
        return item;
    }

  private:
    struct Slot {
        std::uintptr_t generation = 0;
        std::shared_ptr<Item> item;
    };

    static constexpr unsigned kSlotBits = 24;

    static RESID to_resid(std::uintptr_t number) noexcept {
        return reinterpret_cast<RESID>(number);
    }

    Slot* slot_of(RESID resid) noexcept {
        const auto number = reinterpret_cast<std::uintptr_t>(resid);
        const std::uintptr_t index = (number & ((std::uintptr_t{1} << kSlotBits) - 1)) - 1;
        if (index >= slots_.size() || slots_[index].item == nullptr ||
            slots_[index].generation != number >> kSlotBits) {
            return nullptr;
        }
        return &slots_[index];
    }

    Lock lock_;
    std::vector<Slot> slots_;
    std::uintptr_t generation_ = 0;
    std::size_t live_ = 0;
};

}  // namespace resforge
