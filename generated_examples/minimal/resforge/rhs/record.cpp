// Writing records. Each goes out with one write, so that a killed host leaves whole lines.
#include "record.h"

#include <array>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <mutex>
#include <string>

#ifdef _WIN32
#include "resforge/win32.h"
#else
#include <unistd.h>
#endif

#include "engine.h"
#include "standard_streams.h"

namespace resforge::rhs {
namespace {

std::mutex& output_mutex() {
    static auto* const mutex = new std::mutex();
    return *mutex;
}

std::atomic<std::uint64_t> sequence{0};
std::atomic<std::uint64_t> violation_count{0};
std::atomic<std::uint64_t> last_time{0};

void write_all(std::string_view text) noexcept {
    if (!write_to_driver(text)) {
        // Nobody reads any more: the driver is gone.
        exit_now(0);
    }
}

}  // namespace

void write_record(std::string_view event, const Json& fields) {
    write_record(event, fields, call_context().thread);
}

void write_record(std::string_view event, const Json& fields, const std::string& thread) {
    const std::lock_guard guard(output_mutex());
    last_time = engine().now();
    Json record = Json::object();
    record.set("seq", Json(++sequence));
    record.set("time", Json(last_time.load()));
    record.set("thread", Json(thread));
    record.set("event", Json(event));
    std::string line = record.dump();
    const std::string rest = fields.is_null() ? "{}" : fields.dump();
    line.pop_back();
    if (rest.size() > 2) {
        line += ',';
    }
    line.append(rest, 1);
    line += '\n';
    write_all(line);
}

void violation(std::string_view rule, std::string_view text) {
    violation(rule, text, call_context().resource);
}

void violation(std::string_view rule, std::string_view text, std::string_view resource) {
    ++violation_count;
    Json fields = Json::object();
    if (!resource.empty()) {
        fields.set("resource", Json(resource));
    }
    fields.set("rule", Json(rule)).set("text", Json(text));
    write_record("violation", fields);
}

std::uint64_t violations() {
    return violation_count;
}

void write_last_record(std::string_view event, std::string_view members) noexcept {
    // Static, since the stack may be what is used up.
    static std::array<char, 2048> line{};
    std::size_t size = 0;
    const auto append = [&size](std::string_view text) {
        for (const char character : text) {
            if (size < line.size()) {
                line[size++] = character;
            }
        }
    };
    const auto append_number = [&append](std::uint64_t number) {
        std::array<char, 20> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        append({digits.data(), static_cast<std::size_t>(end - digits.data())});
    };
    append("{\"seq\":");
    append_number(++sequence);
    append(",\"time\":");
    append_number(last_time.load());
    append(",\"event\":\"");
    append(event);
    append("\",");
    append(members);
    append("}\n");
    write_all({line.data(), size});
}

void exit_now(int code) noexcept {
#ifdef _WIN32
    ::TerminateProcess(::GetCurrentProcess(), static_cast<UINT>(code));
    std::abort();
#else
    ::_exit(code);
#endif
}

}  // namespace resforge::rhs
