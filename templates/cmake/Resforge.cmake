# Builds a resource DLL and its scripted twin from the generated code of one resource type.
#
#   resforge_add_resource_dll(<target> [SCHEMA <file>] [HOOKS <source>...])
#
# defines two targets from generated/<type>.g.cpp:
#   <target>           the DLL that ships, with the hooks in HOOKS
#   <target>_scripted  the same code with hooks that the simulated RHS steers, for `resforge verify`
# A target named <type> may leave out HOOKS, if they are in src/<type>_hooks.cpp. The file of the
# DLL is named as the LIBRARY statement of generated/<type>.def says. Add sources and libraries of
# your own to <target> with target_sources and target_link_libraries.
#
# With SCHEMA the build brings the generated code up to date when the schema, the templates or
# resforge itself have changed, and does nothing otherwise. That happens when CMake configures,
# which the build then does by itself, and not in a build step: the name of the DLL and the list of
# files may change, and files of the project must not become outputs that `clean` deletes. resforge
# is RESFORGE_COMMAND, a list of words, else the program on the path; without it a project is built
# from the code that lies there.
#
# From find_package(resforge) the same function, with SCHEMA, keeps the generated code in the build
# folder, so that a project holds only the schema and the hooks.
#
# `cmake --install` and CPack take the DLL, its registration script and its reference page, as the
# component <target>, to the folder RESFORGE_INSTALL_DIR (<target>).
#
# With RESFORGE_BUILD_RHS=ON the build also makes the simulated RHS, resforge_rhs.

include_guard(DIRECTORY)

option(RESFORGE_BUILD_RHS "Build the simulated RHS as well" OFF)
option(RESFORGE_INSTALL "Install the resource DLL with its script and page" ON)
set(RESFORGE_COMMAND "" CACHE STRING "What runs resforge, as a list of words")
set(RESFORGE_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})

if(WIN32)
    enable_language(RC)
endif()

function(resforge_add_resource_dll target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "SCHEMA" "HOOKS")
    if(DEFINED arg_UNPARSED_ARGUMENTS OR DEFINED arg_KEYWORDS_MISSING_VALUES)
        message(
            FATAL_ERROR "resforge_add_resource_dll(<target> [SCHEMA <file>] [HOOKS <source>...]) "
                        "cannot take: ${arg_UNPARSED_ARGUMENTS} ${arg_KEYWORDS_MISSING_VALUES}")
    endif()
    if(NOT DEFINED RESFORGE_CMAKE_DIR)  # find_package has run in another folder
        set(RESFORGE_CMAKE_DIR ${CMAKE_CURRENT_FUNCTION_LIST_DIR})
    endif()
    cmake_path(GET RESFORGE_CMAKE_DIR PARENT_PATH RESFORGE_DIR)
    set(code ${CMAKE_CURRENT_SOURCE_DIR})
    # This file of a project lies beside its runtime, that of the package beside the templates.
    set(RESFORGE_PACKAGE OFF)
    if(NOT EXISTS ${RESFORGE_DIR}/include)
        set(RESFORGE_PACKAGE ON)
        set(code ${CMAKE_CURRENT_BINARY_DIR}/${target}_code)
        set(RESFORGE_DIR ${code}/resforge)
    endif()
    if(DEFINED arg_SCHEMA)
        _resforge_generate(${target} "${arg_SCHEMA}" "${code}")
    elseif(RESFORGE_PACKAGE)
        message(FATAL_ERROR "resforge_add_resource_dll(${target}) needs SCHEMA <file>")
    endif()
    _resforge_list_types("${code}" type)
    _resforge_check_type(${target} "${type}" "${arg_HOOKS}")
    if(NOT DEFINED arg_HOOKS)
        set(arg_HOOKS src/${type}_hooks.cpp)
    endif()
    # Now and not before: a newer resforge has just brought a newer one.
    include(${RESFORGE_CMAKE_DIR}/ResourceDll.cmake)
    _resforge_add_libraries(${target} ${type} ${code} ${arg_HOOKS})
endfunction()

# Brings the code in the folder `code` up to date and makes the next build look again at all that
# decides it, which resforge lists in a depfile with one path on each line.
function(_resforge_generate target schema code)
    cmake_path(ABSOLUTE_PATH schema NORMALIZE)
    _resforge_check_path("${schema}")
    _resforge_check_path("${CMAKE_CURRENT_BINARY_DIR}")
    _resforge_find_command(command)
    _resforge_list_types("${code}" types)
    if(NOT command AND types)
        message(STATUS "resforge was not found: ${target} is built from the code that is there")
        _resforge_compare_with_lock(${code}/resforge.lock ${schema})
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${schema})
        return()
    elseif(NOT command)
        message(FATAL_ERROR "resforge was not found, and ${target} has no generated code: run "
                            "`python -m pip install resforge`, or set RESFORGE_COMMAND")
    endif()
    set(stamp ${CMAKE_CURRENT_BINARY_DIR}/${target}.generated)
    set(options -o "${code}" --stamp "${stamp}" --depfile "${stamp}.d")
    if(RESFORGE_PACKAGE)
        list(APPEND options --code-only)
    endif()
    execute_process(
        COMMAND ${command} generate ${schema} ${options}
        WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
        RESULT_VARIABLE result
        OUTPUT_VARIABLE said
        ERROR_VARIABLE complaint
        OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT result EQUAL 0)
        # As it is, so that an editor finds the place: FATAL_ERROR would wrap the lines.
        execute_process(COMMAND ${CMAKE_COMMAND} -E echo "${said}${complaint}")
        message(FATAL_ERROR "resforge could not generate ${target} from ${schema} (${result})")
    endif()
    if(NOT said MATCHES "nothing to do")
        message(STATUS "resforge has generated ${target}:\n${said}")
    endif()
    file(READ ${stamp}.d inputs)
    string(REGEX REPLACE "\n\n.*" "" inputs "${inputs}")
    string(STRIP "${inputs}" inputs)
    string(REPLACE " \\\n  " ";" inputs "${inputs}")
    list(POP_FRONT inputs)
    string(REPLACE "\\ " " " inputs "${inputs}")
    string(REPLACE "\\#" "#" inputs "${inputs}")
    string(REPLACE "$$" "$" inputs "${inputs}")
    # A file that somebody edited or deleted is looked at again, too.
    string(REGEX REPLACE "([[*?])" "[\\1]" pattern "${code}")
    file(GLOB_RECURSE outputs "${pattern}/generated/*" "${pattern}/resforge/*")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${inputs} ${outputs})
endfunction()

function(_resforge_check_type target type hooks)
    list(LENGTH type count)
    if(NOT count EQUAL 1)
        message(FATAL_ERROR "resforge_add_resource_dll(${target}) needs the generated code of one "
                            "resource type, and finds that of ${count}: ${type}")
    elseif(NOT hooks AND NOT target STREQUAL type)
        message(FATAL_ERROR "the resource type is named ${type}: write "
                            "resforge_add_resource_dll(${type} ...), or name the sources of its "
                            "hooks with HOOKS")
    endif()
endfunction()

# Lists the resource types whose generated code lies in the folder `code`: one, or none yet.
function(_resforge_list_types code result)
    string(REGEX REPLACE "([[*?])" "[\\1]" pattern "${code}")
    file(GLOB types RELATIVE ${code}/generated "${pattern}/generated/*.g.cpp")
    list(TRANSFORM types REPLACE "[.]g[.]cpp$" "")
    set(${result} ${types} PARENT_SCOPE)
endfunction()

# A list of CMake is split at semicolons, except between brackets.
function(_resforge_check_path path)
    string(REGEX REPLACE "[^[]" "" opening "${path}")
    string(REGEX REPLACE "[^]]" "" closing "${path}")
    string(LENGTH "${opening}" opening)
    string(LENGTH "${closing}" closing)
    if(path MATCHES ";" OR NOT opening EQUAL closing)
        message(FATAL_ERROR "CMake cannot keep the path ${path} in a list: it has a semicolon, or a "
                            "square bracket without its partner; choose another folder")
    endif()
endfunction()

# Warns when the schema is not the one that the code was generated from; line ends do not count.
function(_resforge_compare_with_lock lock schema)
    if(NOT EXISTS ${lock} OR NOT EXISTS ${schema})
        return()
    endif()
    file(READ ${lock} content)
    string(JSON expected ERROR_VARIABLE error GET "${content}" schema sha256)
    if(error)
        return()
    endif()
    file(SHA256 ${schema} found)
    file(READ ${schema} text)
    string(REPLACE "\r\n" "\n" text "${text}")
    string(SHA256 found_with_lf "${text}")
    if(NOT expected STREQUAL found AND NOT expected STREQUAL found_with_lf)
        message(WARNING "${schema} has changed since the code was generated, and resforge was not "
                        "found: the resource DLL will be that of the older schema")
    endif()
endfunction()

function(_resforge_find_command result)
    if(NOT RESFORGE_COMMAND)
        if(RESFORGE_EXECUTABLE AND NOT EXISTS "${RESFORGE_EXECUTABLE}")
            unset(RESFORGE_EXECUTABLE CACHE)
        endif()
        find_program(RESFORGE_EXECUTABLE resforge HINTS ${RESFORGE_PROGRAM_DIRS})
        mark_as_advanced(RESFORGE_EXECUTABLE)
    endif()
    if(RESFORGE_COMMAND)
        set(${result} ${RESFORGE_COMMAND} PARENT_SCOPE)
    elseif(RESFORGE_EXECUTABLE)
        set(${result} ${RESFORGE_EXECUTABLE} PARENT_SCOPE)
    else()
        set(${result} "" PARENT_SCOPE)
    endif()
endfunction()
