// Short names for driving one resource through the entry points.
#pragma once

#include <chrono>
#include <optional>

#include "host.h"
#include "test.h"

using host::Bytes;
using host::Text;

// The Startup of each resource type under test, renamed when it is compiled.
extern "C" {
DWORD WINAPI Startup_pending(LPCWSTR, DWORD, DWORD, PSET_RESOURCE_STATUS_ROUTINE,
                             PLOG_EVENT_ROUTINE, PCLRES_FUNCTION_TABLE*);
DWORD WINAPI Startup_cached(LPCWSTR, DWORD, DWORD, PSET_RESOURCE_STATUS_ROUTINE, PLOG_EVENT_ROUTINE,
                            PCLRES_FUNCTION_TABLE*);
DWORD WINAPI Startup_everything(LPCWSTR, DWORD, DWORD, PSET_RESOURCE_STATUS_ROUTINE,
                                PLOG_EVENT_ROUTINE, PCLRES_FUNCTION_TABLE*);
VOID WINAPI SetScript_pending(const RESFORGE_SCRIPT_TABLE*);
}

inline constexpr DWORD kEnum = 0x01000079;
inline constexpr DWORD kGetReadOnly = 0x0100007D;
inline constexpr DWORD kGet = 0x01000081;
inline constexpr DWORD kValidate = 0x01000089;
inline constexpr DWORD kFormats = 0x0100008D;
inline constexpr DWORD kSet = 0x01400086;
inline constexpr DWORD kPing = 0x01200005;

inline const Text kEverything = u"Every \"Thing\" %s ?\?/ \u00e9 \U0001d518";

inline long long milliseconds(const std::function<void()>& body) {
    const auto start = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 start)
        .count();
}

// Whether any log entry so far holds the text.
inline bool logged(const char* part) {
    const std::scoped_lock guard(host::world().mutex);
    for (const host::Entry& entry : host::world().entries) {
        if (resforge::to_utf8(entry.text).find(part) != std::string::npos) {
            return true;
        }
    }
    return false;
}

// The value of one property in a list.
inline std::optional<Bytes> value_in(const Bytes& list, const Text& name) {
    resforge::PropertyListReader reader(list);
    CHECK(reader.open() == 0);
    resforge::ListedProperty listed;
    while (!reader.at_end()) {
        CHECK(reader.next(listed) == 0);
        if (listed.name == name) {
            return Bytes(listed.data.begin(), listed.data.end());
        }
    }
    return std::nullopt;
}

struct Result {
    DWORD status;
    DWORD returned;
    Bytes output;
};

// Opens a resource and closes it at the end; checks then that nothing stays open.
class Driver {
  public:
    explicit Driver(const PSTARTUP_ROUTINE startup, const Text& type, bool open_now = true) {
        host::reset();
        SetScript_pending(host::script_table());  // the table is shared by all types of a program
        set(u"Command", u"run");
        PCLRES_FUNCTION_TABLE found = nullptr;
        CHECK(startup(type.c_str(), 0x100, 0x400, &host::set_resource_status, &host::log_event,
                      &found) == 0);
        table = &found->V1Functions;
        if (open_now) {
            CHECK(open() == 0);
        }
    }
    ~Driver() {
        if (id != nullptr) {
            table->Close(id);
        }
        CHECK(host::eventually([] { return host::threads() == 0; }));
        CHECK(host::open_handles() == 0);
        CHECK(host::open_keys() == 0);
    }
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;

    // 0 or what GetLastError says.
    DWORD open() {
        Text name = u"disk";
        id = table->Open(name.c_str(), host::resource_key(), this);
        name.assign(name.size(), u'x');
        return id == nullptr ? GetLastError() : 0;
    }
    DWORD online() {
        event = nullptr;  // as RHS does (page nc-resapi-ponline_routine)
        return table->Online(id, &event);
    }
    DWORD offline() { return table->Offline(id); }
    void terminate() { table->Terminate(id); }
    bool is_alive() { return table->IsAlive(id) != FALSE; }
    bool looks_alive() { return table->LooksAlive(id) != FALSE; }
    void go_online() {
        const DWORD status = online();
        if (status == ERROR_IO_PENDING) {
            CHECK(host::eventually([] {
                return !host::reported_states().empty() && host::reported_states().back() == 2;
            }));
        } else {
            CHECK(status == 0);
        }
    }
    Result control(DWORD code, const Bytes& input = {}, DWORD room = 4096) {
        Bytes output(room);
        DWORD returned = 0xCCCCCCCC;
        Bytes copy = input;
        const DWORD status = table->ResourceControl(
            id, code, copy.data(), static_cast<DWORD>(copy.size()), output.data(), room, &returned);
        output.resize(status == 0 ? returned : 0);
        return {status, returned, output};
    }
    Result type_control(DWORD code, const Bytes& input = {}, DWORD room = 4096) {
        Bytes output(room);
        DWORD returned = 0xCCCCCCCC;
        Bytes copy = input;
        const DWORD status =
            table->ResourceTypeControl(u"any", code, copy.data(), static_cast<DWORD>(copy.size()),
                                       output.data(), room, &returned);
        output.resize(status == 0 ? returned : 0);
        return {status, returned, output};
    }
    static void set(const Text& name, const Text& text) {
        host::world().values[name] = {REG_SZ, resforge::encode_value(text)};
    }
    static void set(const Text& name, DWORD number) {
        host::world().values[name] = {REG_DWORD, resforge::encode_value(number)};
    }

    CLRES_V1_FUNCTIONS* table = nullptr;
    RESID id = nullptr;
    HANDLE event = nullptr;
};

struct Pending : Driver {
    Pending() : Driver(&Startup_pending, u"pending") {}
};
struct Cached : Driver {
    Cached() : Driver(&Startup_cached, u"CACHED") {}
};
struct Everything : Driver {
    explicit Everything(bool open_now = true) : Driver(&Startup_everything, kEverything, false) {
        set(u"Label", u"text");
        if (open_now) {
            CHECK(open() == 0);
        }
    }
};

// A property list.
class List {
  public:
    List& sz(const Text& name, const Text& value) {
        writer_.add(name, resforge::Format::sz, resforge::encode_value(value));
        return *this;
    }
    List& dword(const Text& name, DWORD value) {
        writer_.add(name, resforge::Format::dword, resforge::encode_value(value));
        return *this;
    }
    List& any(const Text& name, resforge::Format format, const Bytes& value) {
        writer_.add(name, format, value);
        return *this;
    }
    Bytes bytes() { return writer_.take(); }

  private:
    resforge::PropertyListWriter writer_;
};
