// What this build of the host is: RESFORGE_SANITIZED when AddressSanitizer or ThreadSanitizer
// watches it, RESFORGE_OWN_NEW when its operator new serves the DLLs, too.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RESFORGE_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define RESFORGE_SANITIZED
#endif
#endif

#if defined(__linux__) && defined(__GLIBCXX__) && !defined(RESFORGE_SANITIZED)
#define RESFORGE_OWN_NEW
#endif
