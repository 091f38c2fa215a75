// Win32 error codes that the cluster emulation answers with (header winerror.h).
#pragma once

#include <cstdint>

namespace resforge::rhs::error {

constexpr std::uint32_t kSuccess = 0;
constexpr std::uint32_t kInvalidFunction = 1;
constexpr std::uint32_t kFileNotFound = 2;
constexpr std::uint32_t kAccessDenied = 5;
constexpr std::uint32_t kInvalidHandle = 6;
constexpr std::uint32_t kNotEnoughMemory = 8;
constexpr std::uint32_t kInvalidData = 13;
constexpr std::uint32_t kInvalidParameter = 87;
constexpr std::uint32_t kInsufficientBuffer = 122;
constexpr std::uint32_t kDirectoryNotEmpty = 145;
constexpr std::uint32_t kBadArguments = 160;
constexpr std::uint32_t kBadPathname = 161;
constexpr std::uint32_t kAlreadyExists = 183;
constexpr std::uint32_t kMoreData = 234;
constexpr std::uint32_t kWaitTimeout = 258;
constexpr std::uint32_t kNoMoreItems = 259;
constexpr std::uint32_t kKeyDeleted = 1018;
constexpr std::uint32_t kServiceRequestTimeout = 1053;
constexpr std::uint32_t kServiceAlreadyRunning = 1056;
constexpr std::uint32_t kServiceDoesNotExist = 1060;
constexpr std::uint32_t kServiceNotActive = 1062;
constexpr std::uint32_t kServiceNeverStarted = 1077;
constexpr std::uint32_t kTimeout = 1460;
constexpr std::uint32_t kNotEmpty = 4307;
constexpr std::uint32_t kDependencyNotFound = 5002;
constexpr std::uint32_t kResourceNotAvailable = 5006;
constexpr std::uint32_t kResourceNotFound = 5007;
constexpr std::uint32_t kCircularDependency = 5059;
constexpr std::uint32_t kGroupNotFound = 5013;
constexpr std::uint32_t kNodeNotFound = 5042;
constexpr std::uint32_t kClusterInvalidRequest = 5048;
constexpr std::uint32_t kResourceTypeNotFound = 5078;

// A fault that the function keeps to itself: it fails, and GetLastError says 0.
constexpr std::uint32_t kUntold = 0xFFFFFFFF;

constexpr std::uint32_t told(std::uint32_t error) noexcept {
    return error == kUntold ? kSuccess : error;
}

}  // namespace resforge::rhs::error
