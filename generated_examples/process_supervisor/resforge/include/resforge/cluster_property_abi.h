// Property lists, property tables and value lists of clusapi.h and resapi.h.
//
// The CLUSPROP structures describe one entry. Their sizes include tail padding, and 8-byte values
// are only 4-byte aligned inside a list: step through lists by cbLength and copy values bytewise.
#pragma once

#include "resforge/win32.h"

// ne-clusapi-cluster_property_format
enum CLUSTER_PROPERTY_FORMAT : int {
    CLUSPROP_FORMAT_UNKNOWN = 0,
    CLUSPROP_FORMAT_BINARY = 1,
    CLUSPROP_FORMAT_DWORD = 2,
    CLUSPROP_FORMAT_SZ = 3,
    CLUSPROP_FORMAT_EXPAND_SZ = 4,
    CLUSPROP_FORMAT_MULTI_SZ = 5,
    CLUSPROP_FORMAT_ULARGE_INTEGER = 6,
    CLUSPROP_FORMAT_LONG = 7,
    CLUSPROP_FORMAT_EXPANDED_SZ = 8,
    CLUSPROP_FORMAT_SECURITY_DESCRIPTOR = 9,
    CLUSPROP_FORMAT_LARGE_INTEGER = 10,
    CLUSPROP_FORMAT_WORD = 11,
    CLUSPROP_FORMAT_FILETIME = 12,
    CLUSPROP_FORMAT_VALUE_LIST = 13,
    CLUSPROP_FORMAT_PROPERTY_LIST = 14,
    CLUSPROP_FORMAT_USER = 0x8000,
};

// ne-clusapi-cluster_property_type
enum CLUSTER_PROPERTY_TYPE : int {
    CLUSPROP_TYPE_UNKNOWN = -1,
    CLUSPROP_TYPE_ENDMARK = 0,
    CLUSPROP_TYPE_LIST_VALUE = 1,
    CLUSPROP_TYPE_RESCLASS = 2,
    CLUSPROP_TYPE_NAME = 4,
    CLUSPROP_TYPE_USER = 0x8000,
};

// ne-clusapi-cluster_property_syntax: type in the high word, format in the low word.
enum CLUSTER_PROPERTY_SYNTAX : DWORD {
    CLUSPROP_SYNTAX_ENDMARK = 0,
    CLUSPROP_SYNTAX_NAME = 0x00040003,
    CLUSPROP_SYNTAX_RESCLASS = 0x00020002,
    CLUSPROP_SYNTAX_LIST_VALUE_BINARY = 0x00010001,
    CLUSPROP_SYNTAX_LIST_VALUE_DWORD = 0x00010002,
    CLUSPROP_SYNTAX_LIST_VALUE_SZ = 0x00010003,
    CLUSPROP_SYNTAX_LIST_VALUE_EXPAND_SZ = 0x00010004,
    CLUSPROP_SYNTAX_LIST_VALUE_MULTI_SZ = 0x00010005,
    CLUSPROP_SYNTAX_LIST_VALUE_ULARGE_INTEGER = 0x00010006,
    CLUSPROP_SYNTAX_LIST_VALUE_LONG = 0x00010007,
    CLUSPROP_SYNTAX_LIST_VALUE_EXPANDED_SZ = 0x00010008,
    CLUSPROP_SYNTAX_LIST_VALUE_SECURITY_DESCRIPTOR = 0x00010009,
    CLUSPROP_SYNTAX_LIST_VALUE_LARGE_INTEGER = 0x0001000A,
    CLUSPROP_SYNTAX_LIST_VALUE_WORD = 0x0001000B,
    CLUSPROP_SYNTAX_LIST_VALUE_FILETIME = 0x0001000C,
    CLUSPROP_SYNTAX_LIST_VALUE_PROPERTY_LIST = 0x0001000E,
};

struct RESFORGE_CLUSPROP_SYNTAX_PARTS {
    WORD wFormat;
    WORD wType;
};
union CLUSPROP_SYNTAX {
    DWORD dw;
    RESFORGE_CLUSPROP_SYNTAX_PARTS parts;
};
struct CLUSPROP_VALUE {
    CLUSPROP_SYNTAX Syntax;
    DWORD cbLength;
};
struct CLUSPROP_SZ : CLUSPROP_VALUE {
    WCHAR sz[1];
};
struct CLUSPROP_DWORD : CLUSPROP_VALUE {
    DWORD dw;
};
struct CLUSPROP_LONG : CLUSPROP_VALUE {
    LONG l;
};
struct CLUSPROP_WORD : CLUSPROP_VALUE {
    WORD w;
};
struct CLUSPROP_BINARY : CLUSPROP_VALUE {
    BYTE rgb[1];
};
struct CLUSPROP_ULARGE_INTEGER : CLUSPROP_VALUE {
    ULARGE_INTEGER li;
};
struct CLUSPROP_LARGE_INTEGER : CLUSPROP_VALUE {
    LARGE_INTEGER li;
};
struct CLUSPROP_FILETIME : CLUSPROP_VALUE {
    FILETIME ft;
};
using PCLUSPROP_SZ = CLUSPROP_SZ*;
using PCLUSPROP_MULTI_SZ = CLUSPROP_SZ*;
using PCLUSPROP_DWORD = CLUSPROP_DWORD*;
using PCLUSPROP_LONG = CLUSPROP_LONG*;
using PCLUSPROP_BINARY = CLUSPROP_BINARY*;
using PCLUSPROP_FILETIME = CLUSPROP_FILETIME*;

// ns-resapi-resutil_property_item and its three data structures.
struct RESUTIL_LARGEINT_DATA {
    LARGE_INTEGER Default;
    LARGE_INTEGER Minimum;
    LARGE_INTEGER Maximum;
};
struct RESUTIL_ULARGEINT_DATA {
    ULARGE_INTEGER Default;
    ULARGE_INTEGER Minimum;
    ULARGE_INTEGER Maximum;
};
struct RESUTIL_FILETIME_DATA {
    FILETIME Default;
    FILETIME Minimum;
    FILETIME Maximum;
};
struct RESUTIL_PROPERTY_ITEM {
    LPWSTR Name;
    LPWSTR KeyName;
    DWORD Format;
    union {
        DWORD_PTR DefaultPtr;
        DWORD Default;
        LPVOID lpDefault;
        RESUTIL_LARGEINT_DATA* LargeIntData;
        RESUTIL_ULARGEINT_DATA* ULargeIntData;
        RESUTIL_FILETIME_DATA* FileTimeData;
    };
    DWORD Minimum;
    DWORD Maximum;
    DWORD Flags;
    DWORD Offset;
};
using PRESUTIL_PROPERTY_ITEM = RESUTIL_PROPERTY_ITEM*;

inline constexpr DWORD RESUTIL_PROPITEM_READ_ONLY = 0x1;
inline constexpr DWORD RESUTIL_PROPITEM_REQUIRED = 0x2;
inline constexpr DWORD RESUTIL_PROPITEM_SIGNED = 0x4;
inline constexpr DWORD RESUTIL_PROPITEM_IN_MEMORY = 0x8;

constexpr DWORD ALIGN_CLUSPROP(DWORD size) {
    return (size + 3U) & ~3U;
}

static_assert(sizeof(CLUSPROP_SYNTAX) == 4 && sizeof(CLUSPROP_VALUE) == 8);
static_assert(sizeof(CLUSPROP_SZ) == 12 && sizeof(CLUSPROP_DWORD) == 12);
static_assert(sizeof(CLUSPROP_LONG) == 12 && sizeof(CLUSPROP_WORD) == 12);
static_assert(sizeof(CLUSPROP_BINARY) == 12 && sizeof(CLUSPROP_FILETIME) == 16);
static_assert(sizeof(CLUSPROP_LARGE_INTEGER) == 16 && sizeof(CLUSPROP_ULARGE_INTEGER) == 16);
static_assert(sizeof(RESUTIL_LARGEINT_DATA) == 24 && sizeof(RESUTIL_FILETIME_DATA) == 24);
static_assert(sizeof(RESUTIL_PROPERTY_ITEM) == 48);
static_assert(offsetof(RESUTIL_PROPERTY_ITEM, KeyName) == 8);
static_assert(offsetof(RESUTIL_PROPERTY_ITEM, Format) == 16);
static_assert(offsetof(RESUTIL_PROPERTY_ITEM, DefaultPtr) == 24);
static_assert(offsetof(RESUTIL_PROPERTY_ITEM, Minimum) == 32);
static_assert(offsetof(RESUTIL_PROPERTY_ITEM, Maximum) == 36);
static_assert(offsetof(RESUTIL_PROPERTY_ITEM, Flags) == 40);
static_assert(offsetof(RESUTIL_PROPERTY_ITEM, Offset) == 44);
