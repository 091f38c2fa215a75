// Exports nothing that RHS looks for.
#include "plain.h"

PLAIN_EXPORT int nothing() {
    return 0;
}
