# Compiles for this machine with zig, where there is no other C++ compiler.

include(${CMAKE_CURRENT_LIST_DIR}/zig-common.cmake)
