# Builds a resource DLL and its scripted twin from the generated code of one resource type.
#
#   resforge_add_resource_dll(<type> [SCHEMA <file>] [HOOKS <source>...])
#
# defines two targets from generated/<type>.g.cpp:
#   <type>           the DLL that ships, with the hooks in HOOKS, else in src/<type>_hooks.cpp
#   <type>_scripted  the same code with hooks that the simulated RHS steers, for `resforge verify`
# The file is named as the LIBRARY statement of generated/<type>.def says. Add sources and
# libraries of your own to <type> with target_sources and target_link_libraries.
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
# component <type>, to the folder RESFORGE_INSTALL_DIR (<type>).
#
# With RESFORGE_BUILD_RHS=ON the build also makes the simulated RHS, resforge_rhs.

include_guard(DIRECTORY)

option(RESFORGE_BUILD_RHS "Build the simulated RHS as well" OFF)
option(RESFORGE_INSTALL "Install the resource DLL with its script and page" ON)
set(RESFORGE_COMMAND "" CACHE STRING "What runs resforge, as a list of words")
set(RESFORGE_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH RESFORGE_DIR)
# This file of a project lies beside its runtime, that of the package beside the templates.
set(RESFORGE_PACKAGE ON)
if(EXISTS ${RESFORGE_DIR}/include)
    set(RESFORGE_PACKAGE OFF)
endif()

if(WIN32)
    enable_language(RC)
endif()

function(resforge_add_resource_dll type)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "SCHEMA" "HOOKS")
    if(DEFINED arg_UNPARSED_ARGUMENTS OR DEFINED arg_KEYWORDS_MISSING_VALUES)
        message(
            FATAL_ERROR "resforge_add_resource_dll(<type> [SCHEMA <file>] [HOOKS <source>...]) "
                        "cannot take: ${arg_UNPARSED_ARGUMENTS} ${arg_KEYWORDS_MISSING_VALUES}")
    endif()
    set(code ${CMAKE_CURRENT_SOURCE_DIR})
    if(RESFORGE_PACKAGE)
        set(code ${CMAKE_CURRENT_BINARY_DIR}/${type}_code)
        set(RESFORGE_DIR ${code}/resforge)
    endif()
    if(DEFINED arg_SCHEMA)
        _resforge_generate(${type} "${arg_SCHEMA}" "${code}")
    elseif(RESFORGE_PACKAGE)
        message(FATAL_ERROR "resforge_add_resource_dll(${type}) needs SCHEMA <file>")
    endif()
    if(NOT DEFINED arg_HOOKS)
        set(arg_HOOKS src/${type}_hooks.cpp)
    endif()

    set(generated ${code}/generated)
    set(exports ${generated}/${type}.def)
    _resforge_library_name(${exports} name)

    add_library(${type} MODULE ${generated}/${type}.g.cpp ${arg_HOOKS})
    _resforge_include_hooks(${type} ${arg_HOOKS})
    set_target_properties(${type} PROPERTIES OUTPUT_NAME ${name})
    _resforge_configure(${type})
    _resforge_export(${type} ${exports} Startup)

    set(scripted ${type}_scripted)
    add_library(${scripted} MODULE ${generated}/${type}.g.cpp)
    target_compile_definitions(${scripted} PRIVATE RESFORGE_SCRIPTED_HOOKS)
    set_target_properties(${scripted} PROPERTIES OUTPUT_NAME ${name}_scripted)
    _resforge_configure(${scripted})
    _resforge_export(${scripted} ${RESFORGE_CMAKE_DIR}/scripted.def Startup ResforgeSetScript)

    if(WIN32)
        target_sources(${type} PRIVATE ${generated}/${type}.rc)
        target_sources(${scripted} PRIVATE ${generated}/${type}.rc)
    endif()
    if(RESFORGE_BUILD_RHS AND NOT TARGET resforge_rhs)
        add_subdirectory(${RESFORGE_DIR}/rhs resforge_rhs)
    endif()
    if(RESFORGE_INSTALL)
        _resforge_install(${type} ${generated})
    endif()
    # Tells the tool where the files are, wherever the project puts them.
    set(place ${CMAKE_CURRENT_BINARY_DIR})
    if(RESFORGE_PACKAGE)
        set(place ${code})
    endif()
    file(
        GENERATE
        OUTPUT ${place}/resforge.json
        CONTENT "{\"dll\": \"$<TARGET_FILE:${type}>\", \"scripted_dll\": \"$<TARGET_FILE:${scripted}>\"}\n")
endfunction()

# Brings the code in the folder `code` up to date and makes the next build look again at all that
# decides it, which resforge lists in a depfile with one path on each line.
function(_resforge_generate type schema code)
    cmake_path(ABSOLUTE_PATH schema NORMALIZE)
    _resforge_find_command(command)
    if(NOT command AND EXISTS ${code}/generated/${type}.g.cpp)
        message(STATUS "resforge was not found: ${type} is built from the code that is there")
        return()
    elseif(NOT command)
        message(FATAL_ERROR "resforge was not found, and ${type} has no generated code: run "
                            "`python -m pip install resforge`, or set RESFORGE_COMMAND")
    endif()
    set(stamp ${CMAKE_CURRENT_BINARY_DIR}/${type}.generated)
    set(options -o ${code} --stamp ${stamp} --depfile ${stamp}.d)
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
        message(FATAL_ERROR "resforge could not generate ${type} from ${schema} (${result})")
    endif()
    if(NOT said MATCHES "nothing to do")
        message(STATUS "${said}")
    endif()
    file(READ ${stamp}.d inputs)
    string(STRIP "${inputs}" inputs)
    string(REPLACE " \\\n  " ";" inputs "${inputs}")
    list(POP_FRONT inputs)
    string(REPLACE "\\ " " " inputs "${inputs}")
    string(REPLACE "\\#" "#" inputs "${inputs}")
    string(REPLACE "$$" "$" inputs "${inputs}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${inputs})
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

# Generated code includes the header of the hooks by its name alone.
function(_resforge_include_hooks target)
    foreach(source IN LISTS ARGN)
        get_source_file_property(comes_later ${source} GENERATED)
        cmake_path(ABSOLUTE_PATH source NORMALIZE)
        if(NOT comes_later AND NOT EXISTS ${source})
            message(FATAL_ERROR "there is no file ${source}; HOOKS names the sources of the hooks, "
                                "and `resforge hooks` lists what they have to define")
        endif()
        cmake_path(GET source PARENT_PATH folder)
        target_include_directories(${target} PRIVATE ${folder})
    endforeach()
endfunction()

function(_resforge_install type generated)
    set(folder ${type})
    if(RESFORGE_INSTALL_DIR)
        set(folder ${RESFORGE_INSTALL_DIR})
    endif()
    install(TARGETS ${type} LIBRARY DESTINATION ${folder} COMPONENT ${type})
    install(
        FILES ${generated}/register_${type}.ps1 ${generated}/${type}.md
        DESTINATION ${folder}
        COMPONENT ${type})
endfunction()

# Reads the name of the DLL, without its ending, from the LIBRARY statement of a .def file.
function(_resforge_library_name def_file result)
    file(STRINGS ${def_file} statement REGEX "^LIBRARY[ \t]")
    if(NOT statement MATCHES "^LIBRARY[ \t]+\"?([^\"]+)")
        message(FATAL_ERROR "${def_file} has no LIBRARY statement")
    endif()
    string(STRIP "${CMAKE_MATCH_1}" name)
    string(REGEX REPLACE "[.][Dd][Ll][Ll]$" "" name "${name}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${def_file})
    set(${result} ${name} PARENT_SCOPE)
endfunction()

# Settings that both DLLs share: language, include path, warnings, libraries, hardening.
function(_resforge_configure target)
    target_compile_features(${target} PRIVATE cxx_std_20)
    target_include_directories(
        ${target} PRIVATE ${RESFORGE_DIR}/include ${generated})
    set_target_properties(${target} PROPERTIES PREFIX "" CXX_EXTENSIONS OFF)
    resforge_enable_warnings(${target})
    if(WIN32)
        target_link_libraries(${target} PRIVATE clusapi resutils)
        _resforge_harden(${target})
    else()
        find_package(Threads REQUIRED)
        target_link_libraries(${target} PRIVATE Threads::Threads)
    endif()
endfunction()

# The level at which the generated code is free of warnings.
function(resforge_enable_warnings target)
    if(MSVC)
        set(warnings /W4 /permissive- /utf-8 /Zc:__cplusplus)
    else()
        set(warnings -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
    endif()
    target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${warnings}>")
endfunction()

# Address space randomisation with high entropy, no execution of data, no runtime DLL to ship.
function(_resforge_harden target)
    if(MSVC)
        set_target_properties(
            ${target} PROPERTIES MSVC_RUNTIME_LIBRARY "MultiThreaded$<$<CONFIG:Debug>:Debug>")
        target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:/guard:cf>)
        target_link_options(${target} PRIVATE /guard:cf /DYNAMICBASE /HIGHENTROPYVA /NXCOMPAT)
    elseif(NOT RESFORGE_ZIG)
        # zig's linker sets these flags unasked and links its C++ library statically.
        target_link_options(
            ${target} PRIVATE -static -Wl,--dynamicbase -Wl,--high-entropy-va -Wl,--nxcompat)
    endif()
    if(NOT MSVC)
        target_link_options(${target} PRIVATE $<$<CONFIG:Release>:-s>)
    endif()
endfunction()

# Exports exactly the names given: through the .def file on Windows, else through a version
# script. The functions of Win32 stay undefined in the native build; the simulated RHS has them.
function(_resforge_export target def_file)
    if(WIN32)
        target_sources(${target} PRIVATE ${def_file})
        return()
    endif()
    list(JOIN ARGN "; " names)
    set(script ${CMAKE_CURRENT_BINARY_DIR}/${target}.map)
    file(CONFIGURE OUTPUT ${script} CONTENT "{ global: ${names}; local: *; };\n")
    target_link_options(${target} PRIVATE -Wl,--version-script=${script})
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${script})
endfunction()
