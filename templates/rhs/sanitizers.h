// RESFORGE_SANITIZED: whether AddressSanitizer or ThreadSanitizer watches this build.
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RESFORGE_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define RESFORGE_SANITIZED
#endif
#endif
