# Cross-compiles to 64-bit Windows with zig.

set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(RESFORGE_ZIG_TARGET x86_64-windows-gnu)
include(${CMAKE_CURRENT_LIST_DIR}/zig-common.cmake)

# `zig rc` takes the options of Microsoft's resource compiler.
set(CMAKE_RC_COMPILER ${RESFORGE_ZIG})
set(CMAKE_RC_COMPILE_OBJECT
    "<CMAKE_RC_COMPILER> rc <DEFINES> <INCLUDES> <FLAGS> /:auto-includes gnu /fo <OBJECT> -- <SOURCE>")
