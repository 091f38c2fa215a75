// ClusWorker threads and calls from several threads at once.
#include <atomic>
#include <thread>

#include "tests.h"

namespace resforge::rhs {
namespace workers_tests {

using namespace calls;
using seam::Fixture;

std::atomic<int> rounds{0};

DWORD WINAPI until_asked(PCLUS_WORKER worker, LPVOID) {
    while (!ClusWorkerCheckTerminate(worker)) {
        ++rounds;
        Sleep(1);
    }
    return 0;
}

DWORD WINAPI at_once(PCLUS_WORKER, LPVOID parameter) {
    *static_cast<std::atomic<bool>*>(parameter) = true;
    return 0;
}

void life() {
    CLUS_WORKER worker{};
    CHECK(!ClusWorkerCheckTerminate(&worker));
    ClusWorkerTerminate(&worker);  // nothing runs: nothing happens
    CHECK_EQUAL(worker.Terminate, FALSE);
    CHECK_EQUAL(ClusWorkerCreate(&worker, until_asked, nullptr), 0u);
    CHECK(worker.hThread != nullptr);
    CHECK_EQUAL(ClusWorkerCreate(&worker, until_asked, nullptr), 4307u);
    ClusWorkerTerminate(&worker);
    CHECK(worker.hThread == nullptr && worker.Terminate == TRUE);
    ClusWorkerTerminate(&worker);
    std::atomic<bool> ran{false};
    CHECK_EQUAL(ClusWorkerCreate(&worker, at_once, &ran), 0u);
    ClusWorkerTerminate(&worker);
    CHECK(ran);
    CHECK_EQUAL(ClusWorkerCreate(nullptr, at_once, nullptr), DWORD{ERROR_INVALID_PARAMETER});
    CHECK(!ClusWorkerCheckTerminate(nullptr));
    ClusWorkerTerminate(nullptr);
}

void bounded() {
    CLUS_WORKER workers[2]{};
    CHECK_EQUAL(ClusWorkerCreate(&workers[0], until_asked, nullptr), 0u);
    CHECK_EQUAL(ClusWorkerCreate(&workers[1], until_asked, nullptr), 0u);
    CHECK_EQUAL(ClusWorkerTerminateEx(&workers[0], 5, TRUE), DWORD{WAIT_TIMEOUT});
    CHECK_EQUAL(workers[0].Terminate, FALSE);
    PCLUS_WORKER both[2] = {&workers[0], &workers[1]};
    CHECK_EQUAL(ClusWorkersTerminate(both, 2, 5, TRUE), DWORD{WAIT_TIMEOUT});
    CHECK_EQUAL(ClusWorkersTerminate(both, 2, INFINITE, FALSE), 0u);
    CHECK(workers[0].hThread == nullptr && workers[1].hThread == nullptr);
    CHECK_EQUAL(ClusWorkerTerminateEx(&workers[0], 5, FALSE), 0u);
}

void many_threads() {
    const Fixture fixture;
    std::vector<std::thread> threads;
    std::atomic<int> failures{0};
    for (int index = 0; index < 4; ++index) {
        threads.emplace_back([&fixture, &failures, index] {
            for (DWORD round = 0; round < 200; ++round) {
                const WCHAR name[2] = {static_cast<WCHAR>('a' + index), 0};
                DWORD value = 0;
                HKEY key = nullptr;
                failures += ClusterRegOpenKey(fixture.key, T(""), KEY_ALL_ACCESS, &key) != 0;
                failures += ResUtilSetDwordValue(key, name, round, nullptr) != 0;
                failures += ResUtilGetDwordValue(key, name, &value, 0) != 0 || value != round;
                failures += ClusterRegCloseKey(key) != 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK_EQUAL(failures.load(), 0);
    CHECK_EQUAL(cluster_database().values(fixture.path)->size(), 4u);
}

}  // namespace workers_tests

void add_worker_tests(Tests& tests) {
    using namespace workers_tests;
    tests.emplace_back("worker life", life);
    tests.emplace_back("bounded termination", bounded);
    tests.emplace_back("many threads", many_threads);
}

}  // namespace resforge::rhs
