// Coroutines on fibers.
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "backend.h"
#include "sanitizers.h"

#ifdef RESFORGE_SANITIZED
#define RESFORGE_NO_FIBERS
#endif

#ifdef _WIN32
#include "resforge/win32.h"
#elif !defined(RESFORGE_NO_FIBERS)
#include <cxxabi.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

// Part of the Itanium C++ ABI, which libc++'s header leaves out.
namespace __cxxabiv1 {
struct __cxa_eh_globals;
extern "C" __cxa_eh_globals* __cxa_get_globals() noexcept;
}  // namespace __cxxabiv1
#endif

namespace resforge::rhs {

#ifdef RESFORGE_NO_FIBERS

std::unique_ptr<Backend> make_fiber_backend() {
    return nullptr;
}

#else

namespace {

constexpr std::size_t kStackSize = std::size_t{1} << 20;

#ifdef _WIN32

class Fiber : public Coroutine {
  public:
    explicit Fiber(std::function<void()> body)
        : body_(std::move(body)), fiber_(::CreateFiber(kStackSize, run, this)) {}
    ~Fiber() override { ::DeleteFiber(fiber_); }

    void resume() override {
        caller_ = ::GetCurrentFiber();
        ::SwitchToFiber(fiber_);
    }
    void suspend() override { ::SwitchToFiber(caller_); }

  private:
    static VOID CALLBACK run(LPVOID self) {
        auto& fiber = *static_cast<Fiber*>(self);
        fiber.body_();
        fiber.suspend();
    }

    std::function<void()> body_;
    LPVOID fiber_ = nullptr;
    LPVOID caller_ = nullptr;
};

void prepare_thread() {
    ::ConvertThreadToFiber(nullptr);
}

#else

// What the C++ runtime keeps for a thread: the exceptions being handled and how many fly.
struct ExceptionState {
    void* caught = nullptr;
    unsigned uncaught = 0;

    void swap_with_thread() {
        ExceptionState mine = *this;
        void* const thread = abi::__cxa_get_globals();
        std::memcpy(this, thread, sizeof *this);
        std::memcpy(thread, &mine, sizeof mine);
    }
};

class Fiber : public Coroutine {
  public:
    explicit Fiber(std::function<void()> body) : body_(std::move(body)) {
        guard_size_ = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        stack_ = ::mmap(nullptr, kStackSize + guard_size_, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (stack_ == MAP_FAILED) {
            std::abort();
        }
        ::mprotect(stack_, guard_size_, PROT_NONE);
        ::getcontext(&inside_);
        inside_.uc_stack.ss_sp = static_cast<std::byte*>(stack_) + guard_size_;
        inside_.uc_stack.ss_size = kStackSize;
        inside_.uc_link = nullptr;
        ::makecontext(&inside_, run, 0);
    }
    ~Fiber() override { ::munmap(stack_, kStackSize + guard_size_); }

    void resume() override {
        starting() = this;
        exceptions_.swap_with_thread();
        ::swapcontext(&outside_, &inside_);
        exceptions_.swap_with_thread();
    }
    void suspend() override { ::swapcontext(&inside_, &outside_); }

  private:
    static Fiber*& starting() {
        static Fiber* fiber = nullptr;
        return fiber;
    }

    static void run() {
        Fiber& fiber = *starting();
        fiber.body_();
        fiber.suspend();
    }

    std::function<void()> body_;
    void* stack_ = nullptr;
    std::size_t guard_size_ = 0;
    ucontext_t inside_{};
    ucontext_t outside_{};
    ExceptionState exceptions_;
};

void prepare_thread() {}

#endif

class FiberBackend : public Backend {
  public:
    FiberBackend() { prepare_thread(); }
    std::unique_ptr<Coroutine> create(std::function<void()> body) override {
        return std::make_unique<Fiber>(std::move(body));
    }
};

}  // namespace

std::unique_ptr<Backend> make_fiber_backend() {
    return std::make_unique<FiberBackend>();
}

#endif

}  // namespace resforge::rhs
