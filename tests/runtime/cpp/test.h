// The smallest test framework: named tests, checks that print, one test per process run.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>

namespace test {

inline std::map<std::string, std::function<void()>>& all() {
    static std::map<std::string, std::function<void()>> tests;
    return tests;
}

struct Registration {
    Registration(const char* name, std::function<void()> body) { all()[name] = std::move(body); }
};

inline void fail(const char* file, int line, const char* expression) {
    std::fprintf(stderr, "%s:%d: failed: %s\n", file, line, expression);
    std::fflush(stderr);
    std::_Exit(1);
}

}  // namespace test

#define TEST(name)                                                     \
    static void name();                                                \
    static const test::Registration registration_##name(#name, &name); \
    static void name()

#define CHECK(condition) \
    ((condition) ? static_cast<void>(0) : test::fail(__FILE__, __LINE__, #condition))
