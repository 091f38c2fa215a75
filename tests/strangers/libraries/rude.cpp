// A resource DLL that ends or stops its process; the name of a resource says how Online does it.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include "resforge/cluster_api.h"

#ifdef _WIN32
#define EXPORTED extern "C" __declspec(dllexport)
#else
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <thread>
#define EXPORTED extern "C" __attribute__((visibility("default")))
#endif

namespace {

struct Instance {
    char name[64];
    RESOURCE_HANDLE handle;
    HANDLE worker;
    SRWLOCK first;
    SRWLOCK second;
};

volatile int zero = 0;
int* volatile nowhere = nullptr;

int recurse(int depth) {
    volatile char waste[4096];
    waste[0] = static_cast<char>(depth);
    return zero == 0 ? recurse(depth + 1) + waste[0] : 0;
}

void spin() {
    while (zero == 0) {
    }
}

DWORD WINAPI rude_worker(LPVOID parameter) {
    auto* const instance = static_cast<Instance*>(parameter);
    const std::string_view name = instance->name;
    if (name == "worker spins") {
        spin();
    } else if (name == "worker crashes") {
        *nowhere = 1;
    } else if (name == "deadlock") {
        AcquireSRWLockExclusive(&instance->second);
        Sleep(10);
        AcquireSRWLockExclusive(&instance->first);
    } else if (name == "polls forever") {
        const HANDLE never = CreateEventW(nullptr, TRUE, FALSE, nullptr);
        while (WaitForSingleObject(never, 0) != WAIT_OBJECT_0) {
            Sleep(0);
        }
    }
    return 0;
}

RESID WINAPI open(LPCWSTR name, HKEY, RESOURCE_HANDLE handle) {
    auto* const instance = static_cast<Instance*>(std::calloc(1, sizeof(Instance)));
    for (int index = 0; index < 63 && name[index] != 0; ++index) {
        instance->name[index] = static_cast<char>(name[index]);
    }
    instance->handle = handle;
    return instance;
}

VOID WINAPI terminate(RESID resid) {
    auto* const instance = static_cast<Instance*>(resid);
    if (std::string_view(instance->name) == "terminate hangs") {
        Sleep(INFINITE);
    }
}

VOID WINAPI close(RESID resid) {
    auto* const instance = static_cast<Instance*>(resid);
    if (std::string_view(instance->name) == "close spins") {
        spin();
    }
    std::free(instance);
}

#ifndef _WIN32
// What only POSIX offers: processes that share the streams, threads behind the host's back.
void misbehave_natively(std::string_view name) {
    if (name == "own thread crashes") {
        std::thread([] { *nowhere = 1; }).join();
    } else if (name == "own thread exits") {
        std::thread([] { std::exit(0); }).join();
    } else if (name == "child exits" || name == "child crashes") {
        const pid_t child = fork();
        if (child == 0 && name == "child exits") {
            std::exit(5);
        } else if (child == 0) {
            *nowhere = 1;
        }
        int status = 0;
        waitpid(child, &status, 0);
        std::fprintf(stderr, "child ended with %d\n", status);
    } else if (name.starts_with("smashes the heap")) {
        for (int block = 0; block < 64; ++block) {  // what is left over for small blocks
            nowhere = static_cast<int*>(std::malloc(200));
        }
        for (int round = 0; round < 4; ++round) {
            std::memset(std::malloc(2'000), 0x7F, 2'200 + static_cast<std::size_t>(zero));
        }
    }
}
#endif

void misbehave(Instance& instance) {
    const std::string_view name = instance.name;
#ifndef _WIN32
    misbehave_natively(name);
#endif
    if (name == "prints") {
        std::printf("{\"event\":\"done\",\"id\":1,\"ok\":true}\nhello from the DLL\n");
        std::fflush(stdout);
#ifdef _WIN32
        DWORD written = 0;
        WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), "raw\n", 4, &written, nullptr);
#else
        static_cast<void>(!write(1, "raw\n", 4));
#endif
    } else if (name == "reads") {
        std::printf("read %d\n", std::getchar());
    } else if (name == "closes output") {
        std::fclose(stdout);
#ifdef _WIN32
        CloseHandle(GetStdHandle(STD_OUTPUT_HANDLE));
#else
        ::close(1);
#endif
    } else if (name == "exits") {
        std::exit(0);
    } else if (name == "exits at once") {
#ifdef _WIN32
        ExitProcess(3);
#else
        _exit(3);
#endif
    } else if (name == "terminates") {
#ifdef _WIN32
        TerminateProcess(GetCurrentProcess(), 4);
#else
        kill(getpid(), SIGTERM);
#endif
    } else if (name == "aborts") {
        std::abort();
    } else if (name == "overflows") {
        recurse(zero);
    } else if (name == "spins") {
        spin();
    } else if (name == "divides") {
        instance.name[0] = static_cast<char>(100 / zero);
    } else if (name == "throws") {
        throw 7;
    } else if (name == "throws bytes") {
        throw std::runtime_error("caf\xE9 \xC3\xA9");
    } else if (name == "raises") {
#ifdef _WIN32
        RaiseException(0xE0000001, 0, 0, nullptr);
#else
        raise(SIGTRAP);
#endif
    }
}

DWORD WINAPI online(RESID resid, LPHANDLE) {
    auto* const instance = static_cast<Instance*>(resid);
    misbehave(*instance);
    const std::string_view name = instance->name;
    if (name.starts_with("worker") || name == "deadlock" || name == "polls forever") {
        instance->worker = CreateThread(nullptr, 0, rude_worker, instance, 0, nullptr);
    }
    if (name == "deadlock") {
        AcquireSRWLockExclusive(&instance->first);
        Sleep(10);
        AcquireSRWLockExclusive(&instance->second);
    }
    return instance->worker != nullptr ? DWORD{ERROR_IO_PENDING} : DWORD{ERROR_SUCCESS};
}

DWORD WINAPI offline(RESID) {
    return ERROR_SUCCESS;
}

BOOL WINAPI is_alive(RESID) {
    return TRUE;
}

CLRES_FUNCTION_TABLE table = {
    CLRES_V1_FUNCTION_SIZE,
    CLRES_VERSION_V1_00,
    {{open, close, online, offline, terminate, is_alive, is_alive, nullptr, nullptr, nullptr,
      nullptr}},
};

}  // namespace

EXPORTED DWORD WINAPI Startup(LPCWSTR type, DWORD, DWORD, PSET_RESOURCE_STATUS_ROUTINE,
                              PLOG_EVENT_ROUTINE, PCLRES_FUNCTION_TABLE* functions) {
    if (type[0] == 'S') {  // "Slow"
        spin();
    } else if (type[0] == 'H') {  // "Hanging"
        Sleep(INFINITE);
    }
    *functions = &table;
    return ERROR_SUCCESS;
}

#if DEFECT == 1  // DllMain refuses
#ifdef _WIN32
extern "C" BOOL WINAPI DllMain(HINSTANCE, DWORD reason, LPVOID) {
    return reason == DLL_PROCESS_ATTACH ? FALSE : TRUE;
}
#endif
#elif DEFECT == 2  // DllMain never returns
#ifdef _WIN32
extern "C" BOOL WINAPI DllMain(HINSTANCE, DWORD, LPVOID) {
    spin();
    return TRUE;
}
#else
__attribute__((constructor)) void never_loads() {
    spin();
}
#endif
#elif DEFECT == 3  // DllMain crashes
#ifdef _WIN32
extern "C" BOOL WINAPI DllMain(HINSTANCE, DWORD, LPVOID) {
    *nowhere = 1;
    return TRUE;
}
#else
__attribute__((constructor)) void crashes() {
    *nowhere = 1;
}
#endif
#endif
