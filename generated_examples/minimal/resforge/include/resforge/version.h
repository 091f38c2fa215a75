// Version of the runtime headers; generated code asserts the one it was written for.
#pragma once

#define RESFORGE_RUNTIME_VERSION 1
