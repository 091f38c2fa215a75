// What a test can ask of the stand-in host, and a few shorthands.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "call_context.h"
#include "cluster_database.h"
#include "cluster_functions.h"
#include "emulated_win32.h"

// The emulated functions as objects: argument-dependent lookup would also find the functions of
// the same names that Windows declares.
namespace resforge::rhs::calls {

#define RESFORGE_BIND(module, name) inline constexpr auto name = &emulated::name;
RESFORGE_CLUSTER_FUNCTIONS(RESFORGE_BIND)
#undef RESFORGE_BIND

using emulated::GetLastError;
using emulated::LocalFree;
using emulated::Sleep;

}  // namespace resforge::rhs::calls

namespace resforge::rhs::seam {

// Blocks of LocalAlloc that are not freed.
std::size_t open_blocks();

// The call-th allocation from now answers NULL.
void fail_allocation(int call);

// Ends the program with the place and the condition.
[[noreturn]] inline void fail(const char* file, int line, const std::string& text) {
    std::printf("%s:%d: %s\n", file, line, text.c_str());
    std::fflush(stdout);
    std::_Exit(1);
}

template <typename Left, typename Right>
void check_equal(const Left& left, const Right& right, const char* file, int line,
                 const char* text) {
    if (!(left == static_cast<Left>(right))) {
        std::string what = text;
        if constexpr (std::is_integral_v<Left>) {
            what += " (left side is " + std::to_string(left) + ")";
        }
        fail(file, line, what);
    }
}

#define CHECK(condition)                                                 \
    do {                                                                 \
        if (!(condition)) {                                              \
            ::resforge::rhs::seam::fail(__FILE__, __LINE__, #condition); \
        }                                                                \
    } while (false)
#define CHECK_EQUAL(left, right) \
    ::resforge::rhs::seam::check_equal(left, right, __FILE__, __LINE__, #left " == " #right)

// Remembers what the database tells.
class Recorder : public ClusterObserver {
  public:
    Recorder() { cluster_database().set_observer(this); }
    ~Recorder() override { cluster_database().set_observer(nullptr); }

    void database_changed(const DatabaseChange& change) override {
        const std::scoped_lock lock(mutex_);
        changes.push_back(change);
    }
    void violation(std::string_view rule, std::string_view text) override {
        const std::scoped_lock lock(mutex_);
        violations.emplace_back(rule, text);
    }
    // Whether exactly one violation of this rule was seen; forgets it.
    bool took(std::string_view rule) {
        const bool one = violations.size() == 1 && violations.front().first == rule;
        violations.clear();
        return one;
    }

    std::vector<DatabaseChange> changes;
    std::vector<std::pair<std::string, std::string>> violations;

  private:
    std::mutex mutex_;
};

// An empty cluster with one type and one resource, and the key of its private properties.
struct Fixture {
    Fixture() {
        cluster_database().clear();
        cluster_database().clear_faults();
        cluster_database().create_resource_type(u"Sample", {});
        cluster_database().create_resource(u"Sample 1", u"Sample", u"Group", {});
        path = *cluster_database().resource_path(u"Sample 1") + u"\\Parameters";
        handle = cluster_database().open_host_key(path);
        key = reinterpret_cast<HKEY>(handle);
        blocks = open_blocks();
    }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;
    ~Fixture() {
        cluster_database().close_host_key(handle);
        call_context() = CallContext();
        CHECK(recorder.violations.empty());
        CHECK_EQUAL(open_blocks(), blocks);
        CHECK(cluster_database().open_handles().empty());
    }

    Recorder recorder;
    std::u16string path;
    Handle handle = 0;
    HKEY key = nullptr;
    std::size_t blocks = 0;
};

inline std::u16string_view text(const WCHAR* units) {
    std::size_t length = 0;
    while (units[length] != 0) {
        ++length;
    }
    return {reinterpret_cast<const char16_t*>(units), length};
}

inline LPWSTR name(const WCHAR* units) {
    return const_cast<LPWSTR>(units);
}

}  // namespace resforge::rhs::seam

#define T(units) RESFORGE_TEXT(units)
