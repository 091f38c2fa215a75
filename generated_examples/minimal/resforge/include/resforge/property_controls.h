// The control codes of private properties: enumerate, formats, get, validate, set.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "resforge/control_buffer.h"
#include "resforge/resource.h"

namespace resforge {

// A property list that has passed every check: values of the table and values unknown to it.
template <class Properties>
struct VerifiedList {
    struct Item {
        const Property<Properties>* property = nullptr;  // null: unknown to the table
        Text name;
        DWORD format = 0;
        Bytes value;
    };
    std::vector<Item> items;

    // The last value of a name that comes twice wins, in the place of the first.
    void add(Item item) {
        const auto [place, is_new] = places_.try_emplace(upper_case(item.name), items.size());
        if (is_new) {
            items.push_back(std::move(item));
        } else {
            items[place->second] = std::move(item);
        }
    }

  private:
    std::map<Text, std::size_t> places_;  // by name in capitals: a list may hold 100 000 names
};

// Checks the whole list before anything is done with it.
template <class Properties>
DWORD verify_list(PropertyTable<Properties> table, const ControlCall& call,
                  VerifiedList<Properties>& list) {
    if (!call.has_input()) {
        return ERROR_INVALID_DATA;
    }
    PropertyListReader reader(call.input());
    DWORD status = reader.open();
    while (status == ERROR_SUCCESS && !reader.at_end()) {
        ListedProperty listed;
        typename VerifiedList<Properties>::Item item;
        status = reader.next(listed);
        if (status == ERROR_SUCCESS) {
            item.property = find_property(table, listed.name);
            status = item.property == nullptr ? verify_unknown(listed, item.value)
                                              : verify_listed(*item.property, listed, item.value);
        }
        item.name = std::move(listed.name);
        item.format = listed.syntax & 0xFFFF;
        if (status == ERROR_SUCCESS) {
            list.add(std::move(item));
        }
    }
    return status;
}

// The stored block as it would be with the list's values.
template <class Properties>
Properties proposed_block(Resource<Properties>& resource, const VerifiedList<Properties>& list) {
    Properties proposed = resource.readable_block();
    for (const auto& item : list.items) {
        if (item.property != nullptr) {
            decode_property(*item.property, item.value, proposed);
        }
    }
    return proposed;
}

// GET_PRIVATE_PROPERTIES or GET_RO_PRIVATE_PROPERTIES for the rows of the table.
template <class Properties>
DWORD add_known_values(Resource<Properties>& resource, bool read_only, PropertyListWriter& list) {
    for (const Property<Properties>& property : resource.table) {
        if (property.read_only != read_only) {
            continue;
        }
        Bytes value;
        bool given = false;
        if (const DWORD status = resource.current_value(property, value, given);
            status != ERROR_SUCCESS) {
            return status;
        }
        list.add(property.name, property.format, value);
    }
    return ERROR_SUCCESS;
}

// Values of the database that the table does not know. What a property list cannot carry is left
// out, so that one damaged value hides no other: a value without a name, a type without a format,
// or bytes that are no value of their type.
template <class Properties>
DWORD add_unknown_values(PropertyStore& store, PropertyTable<Properties> table,
                         PropertyListWriter& list) {
    std::vector<NamedValue> values;
    if (const DWORD status = store.enumerate(values); status != ERROR_SUCCESS) {
        return status;
    }
    for (const NamedValue& item : values) {
        const std::optional<Format> format = format_of_stored(item.value.type);
        Bytes canonical;
        if (!item.name.empty() && format && find_property(table, item.name) == nullptr &&
            canonical_value(*format, item.value.data, canonical) == ERROR_SUCCESS) {
            list.add(item.name, *format, item.value.data);
        }
    }
    return ERROR_SUCCESS;
}

template <class Properties>
DWORD get_properties(Resource<Properties>& resource, ControlCall& call) {
    PropertyListWriter list;
    DWORD status = add_known_values(resource, false, list);
    if (status == ERROR_SUCCESS) {
        status = add_unknown_values(resource.store, resource.table, list);
    }
    return status == ERROR_SUCCESS ? call.answer(list.take()) : status;
}

template <class Properties>
DWORD get_read_only_properties(Resource<Properties>& resource, ControlCall& call) {
    resource.flush_published();
    PropertyListWriter list;
    const DWORD status = add_known_values(resource, true, list);
    return status == ERROR_SUCCESS ? call.answer(list.take()) : status;
}

// What SET did.
struct SetOutcome {
    DWORD status = ERROR_SUCCESS;
    bool changed = false;       // a property of the table has another value now
    bool waits_online = false;  // one of them takes effect at the next Online only
};

template <class Properties>
DWORD set_property(Resource<Properties>& resource, const Property<Properties>& property,
                   ByteView value, SetOutcome& outcome,
                   std::vector<typename Resource<Properties>::Change>& effective) {
    Bytes old;
    bool given = false;
    const DWORD read = resource.current_value(property, old, given);
    const bool same = read == ERROR_SUCCESS && std::ranges::equal(old, value);
    if (property.in_memory) {
        resource.keep(property, value);
    } else if (const DWORD status = resource.write(property, value); status != ERROR_SUCCESS) {
        return status;
    }
    const bool immediate = property.takes_effect == TakesEffect::immediately;
    if (immediate) {
        // Also a value that was stored before: an earlier SET may have failed behind its write.
        effective.push_back({&property, value});
    }
    outcome.changed = outcome.changed || !same;
    outcome.waits_online = outcome.waits_online || (!same && !immediate);
    return ERROR_SUCCESS;
}

// Writes what differs. The database has no transactions here: a write that fails leaves the
// earlier ones done (page multiple-and-simultaneous-property-updates).
template <class Properties>
SetOutcome set_properties(Resource<Properties>& resource, const VerifiedList<Properties>& list) {
    SetOutcome outcome;
    std::vector<typename Resource<Properties>::Change> effective;
    effective.reserve(list.items.size());
    const std::scoped_lock changing(resource.change_lock());
    for (const auto& item : list.items) {
        outcome.status =
            item.property != nullptr
                ? set_property(resource, *item.property, item.value, outcome, effective)
                : resource.store.write_changed(item.name.c_str(),
                                               {*registry_type(item.format), item.value});
        if (outcome.status != ERROR_SUCCESS) {
            resource.log.error("storing the property ", item.name, " failed with error ",
                               outcome.status);
            break;
        }
    }
    if (!effective.empty()) {
        resource.put_in_force(effective);
    }
    return outcome;
}

}  // namespace resforge
