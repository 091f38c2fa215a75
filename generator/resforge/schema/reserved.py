"""Words that an identifier must not be, by the language or header that takes them."""

from __future__ import annotations

import keyword


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CPP = _words("""
alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t
char8_t class co_await co_return co_yield compl concept const const_cast consteval constexpr
constinit continue decltype default delete do double dynamic_cast else enum explicit export extern
false float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr
operator or or_eq private protected public register reinterpret_cast requires return short signed
sizeof static static_assert static_cast struct switch template this thread_local throw true try
typedef typeid typename union unsigned using virtual void volatile wchar_t while xor xor_eq final
import module override
""")

# Macros and keyword-like names of windows.h, rpcndr.h, minwindef.h, sal.h, winerror.h, and of the
# C libraries and compilers (environ: MinGW's stdlib.h; linux, unix: predefined with GNU dialects).
_MACROS = _words("""
min max near far small hyper interface pascal cdecl stdcall winapi callback IN OUT OPTIONAL ERROR
NO_ERROR TRUE FALSE NULL CONST VOID DELETE STRICT NEAR FAR INTERFACE environ errno stdin stdout
stderr assert offsetof linux unix i386 major minor makedev Yield GetFreeSpace IsMinimized
IsMaximized IsRestored DeleteFont s_addr h_addr h_errno st_atime st_mtime st_ctime
""")

# Names that generated Python uses in annotations.
_PYTHON_TYPES = _words("bytes dict list object property set str tuple type")

_NAMESPACES = _words("std resforge main")

_DEVICES = frozenset(
    name
    for device in (
        "con",
        "prn",
        "aux",
        "nul",
        *(f"{p}{n}" for p in ("com", "lpt") for n in range(10)),
    )
    for name in (device, device.capitalize())
)

RESERVED = _CPP | _MACROS | _PYTHON_TYPES | _NAMESPACES | _DEVICES | frozenset(keyword.kwlist)

# Functions and objects that C and POSIX headers declare globally: a namespace cannot share a name
# with one of them.
GLOBAL_NAMES = _words("""
abort abs accept access acos alarm asin atan atexit atof atoi atol bind brk bsearch calloc ceil
chdir chmod chown clock clone close closedir connect cos cosh creat ctime daemon daylight difftime
div dup dup2 erf erfc exec execl execv execve exit exp fabs fchmod fclose fcntl fdopen feof ferror
fflush fgetc fgets fileno flock floor fmod fopen fork fprintf fputc fputs fread free freopen frexp
fscanf fseek fstat fsync ftell ftruncate fwrite gamma getc getchar getcwd getenv gethostname
getopt getpid gets gmtime htonl htons hypot index ioctl isatty j0 j1 jn kill labs ldexp ldiv
lgamma link listen llabs localtime log log10 longjmp lrand48 lseek malloc mblen memchr memcmp
memcpy memmove memset mkdir mkfifo mknod mktime mmap modf mount munmap nice ntohl ntohs open
opendir optarg optind pause pclose perror pipe poll popen pow printf ptrace putc putchar putenv
puts qsort raise rand random read readdir readlink realloc reboot recv regcomp regexec remove
rename rewind rindex rint rmdir round sbrk scanf seed48 select semctl send setbuf setenv setjmp
settimeofday shutdown sigaction signal sigset sin sinh sleep socket splice sprintf sqrt srand
srandom sscanf stat statfs stime strcat strchr strcmp strcpy strdup strerror strlen strstr strtok
swab swapoff swapon symlink sync syscall sysinfo syslog system tan tanh tee tell tempnam time
timer times timezone tmpfile tmpnam tolower toupper trunc truncate tzname tzset umask umount uname
ungetc unlink usleep utime vfork vhangup wait waitpid write y0 y1 yn
""")

# Targets that CMake's generators, CTest, CPack and generated projects define themselves
# (https://cmake.org/cmake/help/latest/policy/CMP0037.html).
CMAKE_TARGETS = _words("""
all all_build clean depend edit_cache help install list_install_components package package_source
preinstall rebuild_cache resforge_rhs run_tests test zero_check
""")
