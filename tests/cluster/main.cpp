// Runs all tests, or the one named; prints "ok NAME" for each.
#include <cstdio>
#include <cstring>

#include "tests.h"

int main(int count, char** arguments) {
    resforge::rhs::Tests tests;
    resforge::rhs::add_list_tests(tests);
    resforge::rhs::add_property_tests(tests);
    resforge::rhs::add_value_tests(tests);
    resforge::rhs::add_database_tests(tests);
    resforge::rhs::add_object_tests(tests);
    resforge::rhs::add_worker_tests(tests);
    for (const auto& [name, test] : tests) {
        if (count < 2 || name == arguments[1]) {
            std::printf("run %s\n", name.c_str());
            std::fflush(stdout);
            test();
            std::printf("ok %s\n", name.c_str());
        }
    }
    return 0;
}
