# The targets of a resource type, for resforge_add_resource_dll: both DLLs from the code in the folder
# `code`, with the sources of the hooks as the arguments that follow.

function(_resforge_add_libraries target type code)
    set(generated ${code}/generated)
    set(exports ${generated}/${type}.def)
    _resforge_library_name(${exports} name)

    # The file has the name that is registered, whatever the project around adds to others.
    foreach(config IN LISTS CMAKE_CONFIGURATION_TYPES CMAKE_BUILD_TYPE)
        string(TOUPPER ${config} config)
        set(CMAKE_${config}_POSTFIX "")
    endforeach()

    add_library(${target} MODULE ${generated}/${type}.g.cpp ${ARGN})
    _resforge_include_hooks(${target} ${ARGN})
    set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name})
    _resforge_configure(${target})
    _resforge_export(${target} ${exports} Startup)
    if(CMAKE_NM AND NOT WIN32)
        add_custom_command(
            TARGET ${target} POST_BUILD
            COMMAND
                ${CMAKE_COMMAND} -Dnm=${CMAKE_NM} -Dlibrary=$<TARGET_FILE:${target}> -Dtype=${type}
                -P ${RESFORGE_CMAKE_DIR}/Undefined.cmake
            VERBATIM)
    endif()

    set(scripted ${target}_scripted)
    add_library(${scripted} MODULE ${generated}/${type}.g.cpp)
    target_compile_definitions(${scripted} PRIVATE RESFORGE_SCRIPTED_HOOKS)
    set_target_properties(${scripted} PROPERTIES OUTPUT_NAME ${name}_scripted)
    _resforge_configure(${scripted})
    _resforge_watch_memory(${scripted})
    _resforge_export(${scripted} ${RESFORGE_CMAKE_DIR}/scripted.def Startup ResforgeSetScript)

    if(WIN32)
        target_sources(${target} PRIVATE ${generated}/${type}.rc)
        target_sources(${scripted} PRIVATE ${generated}/${type}.rc)
    endif()
    if(RESFORGE_BUILD_RHS AND NOT TARGET resforge_rhs)
        add_subdirectory(${RESFORGE_DIR}/rhs resforge_rhs)
    endif()
    if(RESFORGE_INSTALL)
        _resforge_install(${target} ${type} ${generated})
    endif()
    # Tells the tool where the files are, wherever the project puts them.
    set(place ${CMAKE_CURRENT_BINARY_DIR}/resforge)
    if(RESFORGE_PACKAGE)
        set(place ${code}/resforge)
    endif()
    if(CMAKE_CONFIGURATION_TYPES)
        string(APPEND place "-$<CONFIG>")
    endif()
    file(
        GENERATE
        OUTPUT ${place}.json
        CONTENT "{\"dll\": \"$<TARGET_FILE:${target}>\", \"scripted_dll\": \"$<TARGET_FILE:${scripted}>\"}\n")
endfunction()

# Generated code includes the header of the hooks by its name alone.
function(_resforge_include_hooks target)
    list(FILTER ARGN EXCLUDE REGEX "^[$]<")
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

function(_resforge_install target type generated)
    set(folder ${target})
    if(RESFORGE_INSTALL_DIR)
        set(folder ${RESFORGE_INSTALL_DIR})
    endif()
    install(TARGETS ${target} LIBRARY DESTINATION ${folder} COMPONENT ${target})
    install(
        FILES ${generated}/register_${type}.ps1 ${generated}/${type}.md
        DESTINATION ${folder}
        COMPONENT ${target})
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
    target_include_directories(${target} PRIVATE ${generated})
    # Its warnings are not for the flags of the project around to decide.
    target_include_directories(${target} SYSTEM PRIVATE ${RESFORGE_DIR}/include)
    set_target_properties(${target} PROPERTIES PREFIX "" CXX_EXTENSIONS OFF)
    _resforge_enable_warnings(${target})
    if(WIN32)
        target_link_libraries(${target} PRIVATE clusapi resutils)
        _resforge_harden(${target})
    else()
        find_package(Threads REQUIRED)
        target_link_libraries(${target} PRIVATE Threads::Threads)
        # The host is made of the same headers. On Windows a DLL has its own tables and templates; so
        # it has here.
        target_link_options(${target} PRIVATE $<$<NOT:$<PLATFORM_ID:Darwin>>:-Wl,-Bsymbolic>)
    endif()
endfunction()

# The level at which the generated code is free of warnings.
function(_resforge_enable_warnings target)
    if(MSVC)
        set(warnings /W4 /permissive- /utf-8 /Zc:__cplusplus)
    else()
        set(warnings -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
    endif()
    target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${warnings}>")
endfunction()

# Lets the simulated RHS see accesses to memory, and so data races, when `resforge verify` asks for
# it. It has the functions that instrumented code calls; ThreadSanitizer itself is not linked.
function(_resforge_watch_memory target)
    if(RESFORGE_WATCH_MEMORY)
        # A data race is told by its lines; more debug information would only cost time.
        target_compile_options(${target} PRIVATE -fsanitize=thread -g1)
    endif()
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
