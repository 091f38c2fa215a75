# Fails when the native library `library` leaves a member of the class `type`::Hooks undefined: a hook
# that is declared and nowhere defined. The linker cannot say so, since it has to leave the functions
# of Win32 undefined as well; `nm` is the program that lists what is.
#
#   cmake -Dnm=<program> -Dlibrary=<file> -Dtype=<identifier> -P Undefined.cmake

execute_process(
    COMMAND ${nm} -DCu "${library}"
    OUTPUT_VARIABLE listing
    ERROR_QUIET)
string(REGEX MATCHALL "[^\n]* U ${type}::Hooks::[^\n]*" missing "${listing}")
list(TRANSFORM missing REPLACE "^.* U (${type}::.*)$" "  undefined reference to `\\1'")
list(JOIN missing "\n" lines)
if(lines)
    message(FATAL_ERROR "${lines}\n  `resforge hooks` shows where they are declared.")
endif()
