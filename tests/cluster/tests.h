// The list of tests of one program.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "seam.h"

namespace resforge::rhs {

using Tests = std::vector<std::pair<std::string, std::function<void()>>>;

void add_list_tests(Tests& tests);
void add_property_tests(Tests& tests);
void add_value_tests(Tests& tests);
void add_database_tests(Tests& tests);
void add_object_tests(Tests& tests);
void add_worker_tests(Tests& tests);

}  // namespace resforge::rhs
