// Leaves a mandatory entry of its function table NULL.
#include "plain.h"

PLAIN_STARTUP(plain::table.V1Functions.IsAlive = nullptr)
