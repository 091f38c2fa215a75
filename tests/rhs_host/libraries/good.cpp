// Follows the contract.
#include "plain.h"

PLAIN_STARTUP((void)0)
