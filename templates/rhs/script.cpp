// Serving script steps to hooks and recording what the hooks report.
#include "script.h"

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine.h"
#include "record.h"

namespace resforge::rhs {
namespace {

struct Step {
    DWORD kind = kStepReturn;
    DWORD value = 0;
    std::vector<std::uint8_t> bytes;
};

using Script = std::shared_ptr<const std::vector<Step>>;
using Key = std::pair<std::string, std::string>;  // resource, hook

struct Running {
    Script script;
    std::size_t next = 0;
};

struct Scripts {
    std::map<Key, std::deque<Script>> queued;
    std::map<Key, Script> repeated;
    // A hook may run on several threads, and several hooks on one.
    std::map<std::tuple<std::string, std::string, std::uint32_t>, Running> running;
};

Scripts& scripts() {
    static auto* const instance = new Scripts();
    return *instance;
}

struct StepName {
    std::string_view name;
    DWORD kind;
    std::string_view argument;  // member of the step's JSON object, "" for none; text may be absent
};

constexpr std::array<StepName, 30> kSteps = {{
    {"return", kStepReturn, "value"},
    {"wait", kStepWait, "ms"},
    {"sleep", kStepSleep, "ms"},
    {"hang", kStepHang, ""},
    {"progress", kStepProgress, ""},
    {"throw", kStepThrow, "text"},
    {"throw_unknown", kStepThrowUnknown, ""},
    {"out_of_memory", kStepOutOfMemory, ""},
    {"signal_failure", kStepSignalFailure, ""},
    {"log", kStepLog, "text"},
    {"report_properties", kStepReportProperties, ""},
    {"set_read_only", kStepSetReadOnly, "hex"},
    {"output", kStepOutput, "hex"},
    {"report_reason", kStepReportReason, ""},
    {"report_latest", kStepReportLatest, ""},
    {"wait_until", kStepWaitUntil, "ms"},
    {"wait_stop_event", kStepWaitEvent, "ms"},
    {"throw_system", kStepThrowSystem, "value"},
    {"log_later", kStepLogLater, "text"},
    {"full_texts", kStepFullTexts, ""},
    {"log_bytes", kStepLogBytes, "hex"},
    {"progress_beside", kStepProgressBeside, "ms"},
    {"split_texts", kStepSplitTexts, ""},
    {"log_parts", kStepLogParts, "text"},
    {"guarded", kStepGuarded, ""},
    {"checkpoint", kStepCheckpoint, "text"},
    {"cluster_name", kStepClusterName, ""},
    {"read_texts", kStepReadTexts, "text"},
    {"keep_name", kStepKeepName, "ms"},
    {"progress_often", kStepProgressOften, "value"},
}};

std::vector<std::uint8_t> utf16_bytes(const std::string& text) {
    std::vector<std::uint8_t> bytes;
    for (const char16_t unit : utf16_from_utf8(text)) {
        bytes.push_back(static_cast<std::uint8_t>(unit & 0xFF));
        bytes.push_back(static_cast<std::uint8_t>(unit >> 8));
    }
    return bytes;
}

DWORD step_value(const Json& value) {
    if (value.is_bool()) {
        return value.as_bool() ? 1 : 0;
    }
    return value.as_uint32();
}

Step step_from_json(const Json& json) {
    const std::string& name = json.at("step").as_string();
    for (const StepName& known : kSteps) {
        if (known.name != name) {
            continue;
        }
        Step step;
        step.kind = known.kind;
        if (known.argument == "text") {
            const Json* const text = json.find("text");
            const Json* const units = json.find("hex");
            step.bytes = utf16_bytes(text == nullptr ? std::string() : text->as_string());
            step.bytes = units == nullptr ? step.bytes : bytes_from_hex(units->as_string());
            const Json* const milliseconds = json.find("ms");
            step.value = milliseconds == nullptr ? 0 : milliseconds->as_uint32();
        } else if (known.argument == "hex") {
            step.bytes = bytes_from_hex(json.at("hex").as_string());
        } else if (!known.argument.empty()) {
            step.value = step_value(json.at(known.argument));
        }
        return step;
    }
    throw JsonError("unknown step \"" + name + "\"");
}

std::string utf8_name(LPCWSTR name) {
    std::u16string text;
    for (; name != nullptr && *name != 0; ++name) {
        text += static_cast<char16_t>(*name);
    }
    return utf8_from_utf16(text);
}

// The script that this call of the hook follows.
Script take_script(const Key& key) {
    const auto queued = scripts().queued.find(key);
    if (queued != scripts().queued.end() && !queued->second.empty()) {
        Script script = std::move(queued->second.front());
        queued->second.pop_front();
        return script;
    }
    const auto repeated = scripts().repeated.find(key);
    return repeated != scripts().repeated.end() ? repeated->second : nullptr;
}

BOOL WINAPI next_step(LPCWSTR resource_name, const char* hook, RESFORGE_SCRIPT_STEP* step) {
    yield_point();
    const Guard guard;
    const std::tuple key(utf8_name(resource_name), std::string(hook), engine().current().number);
    const auto found = scripts().running.find(key);
    if (found == scripts().running.end() || found->second.script == nullptr ||
        found->second.next >= found->second.script->size()) {
        return FALSE;
    }
    const Step& next = (*found->second.script)[found->second.next++];
    *step = {next.kind, next.value, next.bytes.empty() ? nullptr : next.bytes.data(),
             static_cast<DWORD>(next.bytes.size())};
    return TRUE;
}

VOID WINAPI report(LPCWSTR resource_name, const char* hook, const char* what, const BYTE* bytes,
                   DWORD size) {
    yield_point();
    const Guard guard;
    const std::string resource = utf8_name(resource_name);
    const std::tuple key(resource, std::string(hook), engine().current().number);
    if (std::string_view(what) == "enter") {
        scripts().running[key] = {take_script({resource, hook}), 0};
    } else if (std::string_view(what) == "leave") {
        scripts().running.erase(key);
    }
    Json fields = Json::object();
    fields.set("resource", Json(resource)).set("hook", Json(hook)).set("what", Json(what));
    if (bytes != nullptr) {
        fields.set("hex", Json(hex_from_bytes(bytes, size)));
    }
    write_record("hook", fields);
}

}  // namespace

void add_script(const std::string& resource, const std::string& hook, const Json& steps,
                bool repeat) {
    auto script = std::make_shared<std::vector<Step>>();
    for (const Json& step : steps.as_array()) {
        script->push_back(step_from_json(step));
    }
    if (repeat) {
        scripts().repeated[{resource, hook}] = std::move(script);
    } else {
        scripts().queued[{resource, hook}].push_back(std::move(script));
    }
}

void clear_scripts(const std::string& resource) {
    std::erase_if(scripts().queued, [&](const auto& item) { return item.first.first == resource; });
    std::erase_if(scripts().repeated,
                  [&](const auto& item) { return item.first.first == resource; });
}

const RESFORGE_SCRIPT_TABLE* script_table() {
    static const RESFORGE_SCRIPT_TABLE table = {sizeof(RESFORGE_SCRIPT_TABLE), next_step, report};
    return &table;
}

}  // namespace resforge::rhs
