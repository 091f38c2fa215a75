// The list of emulated cluster functions.
#include "cluster_exports.h"

#include "cluster_functions.h"

namespace resforge::rhs {

std::span<const EmulatedFunction> cluster_exports() {
#define RESFORGE_EXPORT(module, name)                                   \
    {                                                                   \
        #module ".dll", #name, reinterpret_cast<void*>(&emulated::name) \
    }                                                                   \
    ,
    static const EmulatedFunction kExports[] = {RESFORGE_CLUSTER_FUNCTIONS(RESFORGE_EXPORT)};
#undef RESFORGE_EXPORT
    return kExports;
}

}  // namespace resforge::rhs
