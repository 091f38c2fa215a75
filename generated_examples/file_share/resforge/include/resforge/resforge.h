// Everything that generated code of a resource DLL needs.
#pragma once

#include "resforge/control_buffer.h"
#include "resforge/hooks.h"
#include "resforge/resource_dll.h"
#include "resforge/version.h"
