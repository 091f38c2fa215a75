// Crash handlers. They allocate nothing: the heap may be what is broken.
#include "crash.h"

#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <thread>

#ifdef _WIN32
#include "resforge/win32.h"
#else
#include <unistd.h>
#endif

#include "engine.h"
#include "json.h"
#include "record.h"
#include "rhs.h"

namespace resforge::rhs {
namespace {

// A buffer of fixed size that builds the members of the crash record.
class Members {
  public:
    void add(std::string_view name, std::string_view text) {
        append(size_ == 0 ? "\"" : ",\"");
        append(name);
        append("\":\"");
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t length = utf8_length(text, at);
            const char character = text[at];
            const bool is_plain = length != 0 && static_cast<unsigned char>(character) >= 0x20 &&
                                  character != '"' && character != '\\';
            append(is_plain ? text.substr(at, length) : "?");
            at += is_plain ? length : 1;
        }
        append("\"");
    }

    void add(std::string_view name, std::uint64_t number) {
        std::array<char, 20> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        append(",\"");
        append(name);
        append("\":");
        append({digits.data(), static_cast<std::size_t>(end - digits.data())});
    }

    std::string_view text() const { return {text_.data(), size_}; }

  private:
    void append(std::string_view text) {
        for (const char character : text) {
            if (size_ < text_.size()) {
                text_[size_++] = character;
            }
        }
    }

    std::array<char, 1600> text_{};
    std::size_t size_ = 0;
};

// The state of the resource that a thread of the DLL serves; only entry points know theirs.
std::string_view state_of(const CallContext& context) {
    if (!context.rhs_state.empty()) {
        return context.rhs_state;
    }
    const ResourcePointer resource = rhs().find_resource(context.resource);
    return resource != nullptr ? name_of(resource->state) : "";
}

// Where a thread is that the host has never seen.
const CallContext foreign = [] {
    CallContext context;
    context.thread = "foreign";
    context.is_worker = true;
    return context;
}();

const CallContext& context_of_crash() noexcept {
    const Task* const task = engine().known();
    return task != nullptr ? task->context : foreign;
}

// The beginning of a text, without half a character at its end.
std::string_view beginning(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) {
        return text;
    }
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) {
        --limit;
    }
    return text.substr(0, limit);
}

// The first thread to end the process goes on. Another one waits for it, but not for ever; one that
// comes back has crashed while it wrote the record.
void take_the_end() noexcept {
    static std::atomic<std::thread::id> ending;
    std::thread::id other;
    if (ending.compare_exchange_strong(other, std::this_thread::get_id())) {
        return;
    }
    if (other != std::this_thread::get_id()) {
        std::this_thread::sleep_for(std::chrono::seconds(10));
    }
    exit_now(kExitCrash);
}

[[noreturn]] void write_crash(const CallContext& context, std::string_view signal,
                              std::string_view text) noexcept {
    take_the_end();
    // Static, since the stack may be what is used up.
    static Members members;
    members.add("signal", signal);
    members.add("thread", context.thread);
    members.add("call", context.call);
    members.add("entry", context.is_worker ? std::string_view("worker") : context.entry);
    members.add("resource", beginning(context.resource, 200));
    members.add("rhs", state_of(context));
    members.add("transition", "T-63");
    if (!text.empty()) {
        members.add("text", beginning(text, 600));
    }
    write_last_record("crash", members.text());
    exit_now(kExitCrash);
}

struct NamedSignal {
    int number;
    const char* name;
};

constexpr NamedSignal kSignals[] = {
    {SIGABRT, "SIGABRT"}, {SIGFPE, "SIGFPE"},   {SIGILL, "SIGILL"}, {SIGSEGV, "SIGSEGV"},
#ifndef _WIN32
    {SIGBUS, "SIGBUS"},   {SIGTRAP, "SIGTRAP"}, {SIGSYS, "SIGSYS"},
#endif
};

std::string_view signal_name(int number) {
    for (const NamedSignal& signal : kSignals) {
        if (signal.number == number) {
            return signal.name;
        }
    }
    return "signal";
}

#ifdef _WIN32

bool is_child() {
    return false;
}

#else

pid_t host_process = 0;

// A child that the DLL forked shares the streams; how it ends is not the end of the host.
bool is_child() {
    return ::getpid() != host_process;
}

#endif

extern "C" void resforge_on_signal(int number) {
    if (is_child()) {
        std::signal(number, SIG_DFL);
        std::raise(number);
        return;
    }
    report_crash(signal_name(number));
}

extern "C" void resforge_on_exit() {
    if (!is_child()) {
        report_exit();
    }
}

#ifdef _WIN32
struct NamedException {
    DWORD code;
    const char* name;
};

constexpr NamedException kExceptions[] = {
    {0xC0000005, "EXCEPTION_ACCESS_VIOLATION"},    {0xC0000094, "EXCEPTION_INT_DIVIDE_BY_ZERO"},
    {0xC000001D, "EXCEPTION_ILLEGAL_INSTRUCTION"}, {0xC0000409, "STATUS_STACK_BUFFER_OVERRUN"},
    {0xC0000374, "STATUS_HEAP_CORRUPTION"},        {0x80000100, "EXCEPTION_UNIMPLEMENTED_IMPORT"},
};

// A thread that has used up its stack cannot even write: another one does it.
struct Overflow {
    HANDLE happened = nullptr;
    bool is_awaited = false;  // false: the system had no event or thread for it
    std::atomic<const CallContext*> context{nullptr};
};

Overflow overflow;

DWORD WINAPI report_overflow(LPVOID) {
    ::WaitForSingleObject(overflow.happened, INFINITE);
    write_crash(*overflow.context, "EXCEPTION_STACK_OVERFLOW", {});
}

LONG WINAPI on_exception(EXCEPTION_POINTERS* pointers) {
    const DWORD code = pointers->ExceptionRecord->ExceptionCode;
    if (code == EXCEPTION_STACK_OVERFLOW && overflow.is_awaited) {
        overflow.context = &context_of_crash();
        ::SetEvent(overflow.happened);
        ::Sleep(INFINITE);
    }
    for (const NamedException& exception : kExceptions) {
        if (exception.code == code) {
            report_crash(exception.name);
        }
    }
    report_crash("EXCEPTION");
}

// Page "AddVectoredExceptionHandler": called before any handler of the thread.
LONG WINAPI on_fault_of_dll_main(EXCEPTION_POINTERS* pointers) {
    const DWORD code = pointers->ExceptionRecord->ExceptionCode;
    for (const NamedException& exception : kExceptions) {
        if (exception.code == code) {
            report_crash(exception.name);
        }
    }
    return EXCEPTION_CONTINUE_SEARCH;
}
#endif

}  // namespace

void report_crash(std::string_view signal) noexcept {
    write_crash(context_of_crash(), signal, {});
}

void report_exit() noexcept {
    write_crash(context_of_crash(), "exit", "the DLL ended the process");
}

void report_hang(const CallContext& context, std::string_view text) noexcept {
    write_crash(context, "hang", text);
}

void report_escaped_exception() noexcept {
    try {
        throw;
    } catch (const std::exception& exception) {
        write_crash(context_of_crash(), "exception", exception.what());
    } catch (...) {
        write_crash(context_of_crash(), "exception", "not derived from std::exception");
    }
}

#ifdef _WIN32

void install_crash_handlers() {
    ::SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    ::SetUnhandledExceptionFilter(on_exception);
    overflow.happened = ::CreateEventW(nullptr, FALSE, FALSE, nullptr);
    const HANDLE thread = overflow.happened == nullptr
                              ? nullptr
                              : ::CreateThread(nullptr, 0, report_overflow, nullptr, 0, nullptr);
    if (thread != nullptr) {
        overflow.is_awaited = true;
        ::CloseHandle(thread);
    }
    std::signal(SIGABRT, resforge_on_signal);
    std::atexit(resforge_on_exit);
}

void unload_watched(void (*unload)(void*), void* handle) {
    void* const watching = ::AddVectoredExceptionHandler(1, on_fault_of_dll_main);
    unload(handle);
    ::RemoveVectoredExceptionHandler(watching);
}

void prepare_thread_for_crash() {
    ULONG reserve = 32 * 1024;
    ::SetThreadStackGuarantee(&reserve);
}

#else

void unload_watched(void (*unload)(void*), void* handle) {
    unload(handle);
}

void install_crash_handlers() {
    host_process = ::getpid();
    prepare_thread_for_crash();
    struct sigaction action{};
    action.sa_handler = resforge_on_signal;
    action.sa_flags = SA_ONSTACK;
    for (const NamedSignal& signal : kSignals) {
        ::sigaction(signal.number, &action, nullptr);
    }
    std::signal(SIGPIPE, SIG_IGN);
    std::atexit(resforge_on_exit);
}

namespace {

// The stack that a crash of this thread is reported on. What was there before comes back when the
// thread ends: a sanitizer gives every thread a stack of its own, and frees it.
class SignalStack {
  public:
    SignalStack() {
        stack_t description{};
        description.ss_sp = memory_.get();
        description.ss_size = kSize;
        ::sigaltstack(&description, &before_);
    }
    ~SignalStack() { ::sigaltstack(&before_, nullptr); }

    SignalStack(const SignalStack&) = delete;
    SignalStack& operator=(const SignalStack&) = delete;

  private:
    static constexpr std::size_t kSize = 64 * 1024;
    std::unique_ptr<char[]> memory_ = std::make_unique<char[]>(kSize);
    stack_t before_{};
};

}  // namespace

void prepare_thread_for_crash() {
    thread_local const SignalStack stack;
}

#endif

}  // namespace resforge::rhs
