// One call of ResourceControl or ResourceTypeControl with its buffers.
#pragma once

#include "guarded_buffer.h"
#include "rhs.h"

namespace resforge::rhs {

struct Rhs::ControlJob {
    ResourcePointer resource;  // nullptr: resource type
    std::shared_ptr<ResourceType> type;
    ControlRequest request;
    std::function<void(const Json&)> done;
    RESID resid = nullptr;
    std::u16string type_name;
    GuardedInput input;
    GuardedBuffer output;
    DWORD bytes_returned = kUntouched;
    ControlCall call;
    DWORD result = 0;
    bool ended = false;  // a later end was announced and has come

    static constexpr DWORD kUntouched = 0xBADBADBA;
};

}  // namespace resforge::rhs
