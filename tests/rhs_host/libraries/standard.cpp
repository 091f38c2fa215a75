// Uses the threads of the C++ library, as a user's own hooks may.
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "plain.h"

namespace {

std::mutex mutex;
std::condition_variable changed;
bool done = false;

DWORD WINAPI online(RESID resid, LPHANDLE) {
    std::thread helper([] {
        std::this_thread::sleep_for(std::chrono::minutes(2));
        const std::lock_guard guard(mutex);
        done = true;
        changed.notify_all();
    });
    {
        std::unique_lock guard(mutex);
        changed.wait(guard, [] { return done; });
    }
    helper.join();
    plain::instance_of(resid).state = ClusterResourceOnline;
    return ERROR_SUCCESS;
}

}  // namespace

PLAIN_STARTUP(plain::table.V1Functions.Online = online)
