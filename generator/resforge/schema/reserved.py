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

# Keywords of C or of its GNU dialect that compilers or clang-format take for one in C++ as well.
_DIALECTS = _words("foreach restrict typeof")

# Macros and keyword-like names of windows.h, rpcndr.h, minwindef.h, sal.h, winerror.h, and of the
# C libraries and compilers (environ: MinGW's stdlib.h; linux, unix: predefined with GNU dialects).
_MACROS = _words("""
min max near far small hyper interface pascal cdecl stdcall winapi callback IN OUT OPTIONAL ERROR
NO_ERROR TRUE FALSE NULL CONST VOID DELETE STRICT NEAR FAR INTERFACE environ errno stdin stdout
stderr assert offsetof linux unix i386 major minor makedev Yield GetFreeSpace IsMinimized
IsMaximized IsRestored DeleteFont s_addr h_addr h_errno st_atime st_mtime st_ctime
abnormal_termination alloca be16toh be32toh be64toh boolean_array_from_ndr boolean_from_ndr
byte_array_from_ndr byte_from_ndr exception_code exception_info finitef fstat64 gai_strerror htobe16
htobe32 htobe64 htole16 htole32 htole64 in_addr6 isascii iscsym iscsymf isnanf issubnormal le16toh
le32toh le64toh lstrcat lstrcmp lstrcmpi lstrcpy lstrcpyn lstrlen math_errhandling matherr
midl_user_allocate midl_user_free onexit_t pclose popen pthread_atfork pthread_attr_getguardsize
pthread_attr_setgaurdsize pthread_cleanup_pop pthread_cleanup_pop_restore_np pthread_cleanup_push
pthread_cleanup_push_defer_np pthread_getcpuclockid pthread_mutex_getprioceiling
pthread_mutex_setprioceiling pthread_sigmask rpc_binding_handle_t rpc_binding_vector_t s6_addr
s6_addr16 s6_addr32 s6_bytes s6_words s_host s_imp s_impno s_lh s_net sa_handler sa_sigaction
sched_priority si_addr si_addr_lsb si_arch si_band si_call_addr si_fd si_int si_lower si_overrun
si_pid si_pkey si_ptr si_status si_stime si_syscall si_timerid si_uid si_upper si_utime si_value
sigev_notify_attributes sigev_notify_function sigmask small_array_from_ndr small_from_ndr
small_from_ndr_temp stat64 strcasecmp strdupa strncasecmp strndupa sys_errlist sys_nerr timeradd
timerclear timercmp timerisset timersub toascii ua_lstrcmp ua_lstrcmpi ua_lstrlen ua_tcscpy uuid_t
uuid_vector_t d_fileno va_arg va_copy va_end va_start wcswcs wpopen wsprintf wvsprintf
""")

# Controls of the common dialogs, macros of dlgs.h, which windows.h includes when it is not lean.
_DIALOG_ITEMS = frozenset(
    f"{prefix}{number}"
    for prefix, last in (
        *(("ctl", 1), ("frm", 4), ("grp", 4), ("ico", 4), ("rct", 4), ("scr", 8), ("stc", 32)),
        *((prefix, 16) for prefix in ("chx", "cmb", "edt", "lst", "psh", "rad")),
    )
    for number in range(1, last + 1)
)

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

RESERVED = frozenset().union(
    _CPP, _DIALECTS, _MACROS, _DIALOG_ITEMS, _PYTHON_TYPES, _NAMESPACES, _DEVICES, keyword.kwlist
)

# Functions and objects that C and POSIX headers declare globally: a namespace cannot share a name
# with one of them.
GLOBAL_NAMES = _words("""
abort abs accept access acct acos acosh addrinfo adjtime alarm asctime asin asinh atan atanh atexit
atof atoi atol basename bcmp bcopy bind boolean brk bsearch byte bzero calloc canonicalize cbrt ceil
chdir chmod chown chroot chsize clearenv clock clog clone close closedir closefrom closesocket
confstr conj connect copysign cos cosh creat crypt ctermid ctime cuserid cwait daemon daylight
difftime dirname div drem dup dup2 dysize eaccess ecvt eof erf erfc euidaccess exec execl execv
execve exit exp explicit_bzero fabs fallocate fchmod fclose fcntl fd_set fdatasync fdopen feof
ferror fflush ffs fgetc fgets file_handle filelength fileno finite flock flockfile floor flushall
fma fmax fmin fmod fopen fork fprintf fputc fputs fread free freopen frexp fscanf fseek fstat fsync
ftell ftime ftruncate futimes fwrite gamma getc getchar getcpu getcwd getdate getdelim getenv getgid
getgroups gethostid gethostname getline getloadavg getlogin getopt getpagesize getpass getpid
getppid gets getsid gettid getuid getw getwc getwd gmtime grantpt group_filter group_member
group_req herror htonl htons hypot index initstate ioctl iovec isatty itoa j0 j1 jn keybd_event kill
killpg labs lchown lconv ldexp ldiv lgamma linger link listen llabs localeconv localtime lockf
locking log log10 logb longjmp lrand48 lrint lround lseek lstat malloc mblen memccpy memchr memcmp
memcpy memfrob memmem memmove mempcpy memset mkdir mkdtemp mkfifo mknod mkstemp mktemp mktime mmap
modf mount mouse_event msghdr munmap nan nanosleep netent nextafter nextdown nextup nice ntohl ntohs
obstack on_exit onexit open openat opendir optarg opterr optind optopt pathconf pause pclose perror
pipe poll pollfd popen pow pread printf profil protoent provider_info pselect ptrace ptsname putc
putchar putenv puts pwrite qsort quick_exit raise rand random random_data read readahead readdir
readlink realloc realpath reboot recv recvfrom regcomp regexec remainder remove rename revoke rewind
rindex rint rmdir rmtmp round rpmatch sbrk scalb scanf secure_getenv seed48 select semctl send
sendto servent setbuf setbuffer setenv setgid setjmp setlocale setns setsid setstate settimeofday
setuid setvbuf shutdown sigaction sigevent signal sigset sin sinh sleep snprintf sockaddr socket
sopen splice sprintf sqrt srand srandom sscanf stat statfs statx stime strcat strchr strcmp strcpy
strcspn strdup strerror strftime strlen strncat strncmp strncpy strnlen strpbrk strrchr strsep
strspn strstr strtod strtok strtol strtoul strxfrm swab swapoff swapon symlink sync sync_file_range
syncfs syscall sysconf sysinfo syslog system tan tanh tee tell tempnam textdomain time timeb timegm
timelocal timer times timespec timeval timex timezone tm tmpfile tmpnam tolower toupper towlower
towupper trunc truncate ttyname ttyslot tzname tzset ualarm ucred uint ulong umask umount uname
ungetc unlink unsetenv unshare ushort usleep utime utimes valloc vfork vhangup vprintf wait wait3
wait4 waitid waitpid wcscat wcscmp wcscpy wcslen wcsstr wcwidth wmemcpy wprintf write wscanf wstat
y0 y1 yn
""")

# Targets that CMake's generators, CTest, CPack and generated projects define themselves
# (https://cmake.org/cmake/help/latest/policy/CMP0037.html).
CMAKE_TARGETS = _words("""
all all_build clean depend edit_cache help install list_install_components package package_source
preinstall rebuild_cache resforge_rhs run_tests test zero_check
""")
