# find_package(resforge): resforge_add_resource_dll(<target> SCHEMA <file> [HOOKS <source>...]) for
# projects that keep their generated code in the build folder. `resforge cmake-dir` prints where
# this file is, for CMAKE_PREFIX_PATH.

# The program that belongs to this package: <venv>/bin, or <venv>/Scripts on Windows.
set(RESFORGE_PROGRAM_DIRS
    ${CMAKE_CURRENT_LIST_DIR}/../../../../../bin ${CMAKE_CURRENT_LIST_DIR}/../../../../Scripts
    CACHE INTERNAL "Where the program resforge of the package is")
if(EXISTS ${CMAKE_CURRENT_LIST_DIR}/../_data/templates)
    include(${CMAKE_CURRENT_LIST_DIR}/../_data/templates/cmake/Resforge.cmake)
else()
    include(${CMAKE_CURRENT_LIST_DIR}/../../../templates/cmake/Resforge.cmake)
endif()
