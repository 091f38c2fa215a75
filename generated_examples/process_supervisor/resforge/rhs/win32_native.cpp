// Away from Windows: the global names under which a resource DLL finds the emulated functions.
#include "emulated_win32.h"

#ifndef _WIN32

#include "module.h"

namespace emulated = resforge::rhs::emulated;

HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES attributes, BOOL manual_reset, BOOL initial_state,
                           LPCWSTR name) {
    return emulated::CreateEventW(attributes, manual_reset, initial_state, name);
}

BOOL WINAPI SetEvent(HANDLE event) {
    return emulated::SetEvent(event);
}

BOOL WINAPI ResetEvent(HANDLE event) {
    return emulated::ResetEvent(event);
}

HANDLE WINAPI CreateSemaphoreW(LPSECURITY_ATTRIBUTES attributes, LONG initial_count,
                               LONG maximum_count, LPCWSTR name) {
    return emulated::CreateSemaphoreW(attributes, initial_count, maximum_count, name);
}

BOOL WINAPI ReleaseSemaphore(HANDLE semaphore, LONG count, LPLONG previous_count) {
    return emulated::ReleaseSemaphore(semaphore, count, previous_count);
}

HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES attributes, SIZE_T stack_size,
                           LPTHREAD_START_ROUTINE start, LPVOID parameter, DWORD flags,
                           LPDWORD thread_id) {
    return emulated::CreateThread(attributes, stack_size, start, parameter, flags, thread_id);
}

DWORD WINAPI WaitForSingleObject(HANDLE handle, DWORD milliseconds) {
    return emulated::WaitForSingleObject(handle, milliseconds);
}

DWORD WINAPI WaitForMultipleObjects(DWORD count, const HANDLE* handles, BOOL wait_all,
                                    DWORD milliseconds) {
    return emulated::WaitForMultipleObjects(count, handles, wait_all, milliseconds);
}

BOOL WINAPI CloseHandle(HANDLE handle) {
    return emulated::CloseHandle(handle);
}

VOID WINAPI Sleep(DWORD milliseconds) {
    emulated::Sleep(milliseconds);
}

ULONGLONG WINAPI GetTickCount64() {
    return emulated::GetTickCount64();
}

DWORD WINAPI GetLastError() {
    return emulated::GetLastError();
}

VOID WINAPI SetLastError(DWORD error) {
    emulated::SetLastError(error);
}

BOOL WINAPI GetModuleHandleExW(DWORD flags, LPCWSTR address, HMODULE* module) {
    return resforge::rhs::get_module_handle(flags, address, module);
}

DWORD WINAPI GetCurrentThreadId() {
    return emulated::GetCurrentThreadId();
}

VOID WINAPI AcquireSRWLockExclusive(PSRWLOCK lock) {
    emulated::AcquireSRWLockExclusive(lock);
}

VOID WINAPI ReleaseSRWLockExclusive(PSRWLOCK lock) {
    emulated::ReleaseSRWLockExclusive(lock);
}

BOOLEAN WINAPI TryAcquireSRWLockExclusive(PSRWLOCK lock) {
    return emulated::TryAcquireSRWLockExclusive(lock);
}

HLOCAL WINAPI LocalAlloc(UINT flags, SIZE_T bytes) {
    return emulated::LocalAlloc(flags, bytes);
}

HLOCAL WINAPI LocalFree(HLOCAL memory) {
    return emulated::LocalFree(memory);
}

#endif
