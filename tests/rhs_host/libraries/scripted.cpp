// Asks the host what its one hook is to do, as the scripted variant of a generated DLL does.
#include <string>
#include <vector>

#include "plain.h"
#include "resforge/script_abi.h"

namespace {

const RESFORGE_SCRIPT_TABLE* script = nullptr;

DWORD WINAPI online(RESID resid, LPHANDLE) {
    const plain::Instance& instance = plain::instance_of(resid);
    const LPCWSTR name = instance.name.c_str();
    DWORD result = ERROR_SUCCESS;
    RESFORGE_SCRIPT_STEP step = {};
    script->report(name, "online", "enter", nullptr, 0);
    while (script->next_step(name, "online", &step) != FALSE) {
        if (step.kind == resforge::kStepReturn) {
            result = step.value;
            break;
        }
        if (step.kind == resforge::kStepSleep) {
            Sleep(step.value);
        }
        if (step.kind == resforge::kStepLog) {
            std::basic_string<WCHAR> text(step.size / sizeof(WCHAR), WCHAR{});
            for (DWORD index = 0; index < text.size(); ++index) {
                text[index] =
                    static_cast<WCHAR>(step.bytes[2 * index] | (step.bytes[2 * index + 1] << 8));
            }
            plain::log(instance.handle, LOG_INFORMATION, RESFORGE_TEXT("%1"), text.c_str());
        }
    }
    script->report(name, "online", "leave", nullptr, 0);
    return result;
}

}  // namespace

PLAIN_EXPORT VOID WINAPI ResforgeSetScript(const RESFORGE_SCRIPT_TABLE* table) {
    script = table;
}

PLAIN_STARTUP(plain::table.V1Functions.Online = online)
