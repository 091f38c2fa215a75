# Uses `zig c++` as the C++ compiler; RESFORGE_ZIG_TARGET, if set, names what to compile for.
#
# RESFORGE_ZIG is the path of the zig program: given, else found on PATH, else from the Python
# package `ziglang`.

list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES RESFORGE_ZIG)
find_program(RESFORGE_ZIG zig)
if(NOT RESFORGE_ZIG)
    find_program(RESFORGE_PYTHON NAMES python3 python REQUIRED)
    execute_process(
        COMMAND ${RESFORGE_PYTHON} -c "import ziglang; print(ziglang.__path__[0].replace(chr(92), '/'))"
        OUTPUT_VARIABLE package OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    find_program(RESFORGE_ZIG zig PATHS "${package}" NO_DEFAULT_PATH)
endif()
if(NOT RESFORGE_ZIG)
    message(FATAL_ERROR "zig was not found: python -m pip install ziglang")
endif()

# zig turns undefined behaviour into a bare trap by default; the native-asan preset, with another
# compiler, reports it properly.
set(CMAKE_CXX_COMPILER ${RESFORGE_ZIG} c++ -fno-sanitize=undefined)
if(RESFORGE_ZIG_TARGET)
    list(APPEND CMAKE_CXX_COMPILER -target ${RESFORGE_ZIG_TARGET})
endif()

# `zig ar` is two words, which CMAKE_AR cannot hold.
set(CMAKE_AR ${RESFORGE_ZIG})
set(CMAKE_RANLIB ${RESFORGE_ZIG})
set(CMAKE_CXX_ARCHIVE_CREATE "<CMAKE_AR> ar qc <TARGET> <LINK_FLAGS> <OBJECTS>")
set(CMAKE_CXX_ARCHIVE_FINISH "<CMAKE_RANLIB> ranlib <TARGET>")
