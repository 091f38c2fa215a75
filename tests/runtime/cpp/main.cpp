// Runs the named tests, or lists them.
#include "test.h"

int main(int count, char** names) {
    if (count < 2) {
        for (const auto& [name, body] : test::all()) {
            std::puts(name.c_str());
        }
        return 0;
    }
    for (int i = 1; i < count; ++i) {
        test::all().at(names[i])();
    }
    return 0;
}
