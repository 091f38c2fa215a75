// Parts of the runtime on their own: lists of hostile bytes, text, log entries, handles.
#include <chrono>
#include <random>

#include "drive.h"
#include "resforge/control_buffer.h"
#include "resforge/handle_table.h"
#include "resforge/log.h"
#include "resforge/property_table.h"
#include "resforge/resource.h"
#include "resforge/single_instance.h"

using host::world;
using namespace resforge;

namespace {

// A second reading of the rules, byte by byte and without any cleverness.
DWORD naive_check(const Bytes& list, std::vector<std::pair<Text, Bytes>>& found) {
    const auto byte = [&](unsigned long long at) { return std::uint64_t{list[at]}; };
    const auto dword = [&](unsigned long long at) {
        return byte(at) | byte(at + 1) << 8 | byte(at + 2) << 16 | byte(at + 3) << 24;
    };
    const unsigned long long end = list.size();
    if (end < 4) {
        return 122;
    }
    unsigned long long at = 4;
    for (unsigned long long i = 0; i < dword(0); ++i) {
        Text name;
        for (int entry = 0; entry < 2; ++entry) {
            if (entry == 1 && at + 4 <= end && dword(at) == 0) {
                return 87;
            }
            if (at + 8 > end || at + 8 + dword(at + 4) > end) {
                return 122;
            }
            const auto syntax = dword(at);
            const auto size = dword(at + 4);
            const Bytes data(list.begin() + static_cast<long>(at + 8),
                             list.begin() + static_cast<long>(at + 8 + size));
            at += 8 + size;
            while (at % 4 != 0 && at < end) {
                ++at;
            }
            if (entry == 1) {
                found.emplace_back(name, data);
                continue;
            }
            if (syntax != 0x40003) {
                return 87;
            }
            bool terminated = false;
            for (std::size_t unit = 0; unit + 1 < data.size() && !terminated; unit += 2) {
                const auto value = static_cast<char16_t>(data[unit] | data[unit + 1] << 8);
                terminated = value == 0;
                if (!terminated) {
                    name.push_back(value);
                }
            }
            if (name.empty() || !terminated) {
                return 13;
            }
        }
        if (at + 4 > end || dword(at) != 0) {
            return 13;
        }
        at += 4;
    }
    return 0;
}

DWORD read_all(const Bytes& list, std::vector<std::pair<Text, Bytes>>& found) {
    PropertyListReader reader(list);
    DWORD status = reader.open();
    ListedProperty listed;
    while (status == 0 && !reader.at_end()) {
        status = reader.next(listed);
        if (status == 0) {
            found.emplace_back(listed.name, Bytes(listed.data.begin(), listed.data.end()));
        }
    }
    return status;
}

void compare(const Bytes& list) {
    // An exact copy on the heap, so that reading one byte too far is seen.
    const Bytes exact(list.begin(), list.end());
    std::vector<std::pair<Text, Bytes>> left;
    std::vector<std::pair<Text, Bytes>> right;
    const DWORD status = read_all(exact, left);
    CHECK(status == naive_check(exact, right));
    CHECK(status != 0 || left == right);
}

}  // namespace

TEST(random_bytes_are_read_like_a_naive_reader_reads_them) {
    std::mt19937 random(12345);
    const Bytes good = List().dword(u"Port", 1).sz(u"Host", u"abc").sz(u"P", u"").bytes();
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    int rounds = 0;
    for (; std::chrono::steady_clock::now() < end; ++rounds) {
        Bytes list = good;
        for (unsigned i = random() % 4; i > 0; --i) {
            list[random() % list.size()] = static_cast<BYTE>(random());
        }
        if (random() % 2 == 0) {
            list.resize(random() % (list.size() + 8));
        }
        if (random() % 8 == 0) {
            list.resize(random() % 40);
            for (BYTE& byte : list) {
                byte = static_cast<BYTE>(random() % 5);
            }
        }
        compare(list);
    }
    CHECK(rounds > 1000);
}

TEST(every_cut_of_a_list_is_refused_without_reading_on) {
    const Bytes good = List().dword(u"Port", 1).sz(u"Host", u"abc").bytes();
    for (std::size_t size = 0; size <= good.size(); ++size) {
        compare(Bytes(good.begin(), good.begin() + static_cast<long>(size)));
    }
    Bytes huge = good;
    for (std::size_t i = 8; i < 12; ++i) {
        huge[i] = 0xFF;
    }
    compare(huge);
    Bytes many = good;
    many[3] = 0xFF;
    compare(many);
}

TEST(names_compare_without_case_in_every_script) {
    CHECK(equal_names(u"Port", u"pORT") && !equal_names(u"Port", u"Ports"));
    CHECK(equal_names(u"\u00e4\u0434\u03b1\u0101\u00ff", u"\u00c4\u0414\u0391\u0100\u0178"));
    CHECK(!equal_names(u"\u00df", u"ss") && !equal_names(u"i", u"\u0131"));
    CHECK(upper_case(u'\u00b5') == u'\u00b5' && upper_case(0xD835) == 0xD835);
}

TEST(text_survives_utf8_and_malformed_bytes_do_not) {
    const Text text = u"a\u00e9\u20ac\U0001d518";
    CHECK(to_text(to_utf8(text)) == text);
    CHECK(to_text("\xC0\x80"
                  "a\xED\xA0\x80\xF5") ==
          u"\ufffd\ufffd"
          u"a\ufffd\ufffd\ufffd\ufffd");
    CHECK(to_utf8(Text{0xD800}) == "\xEF\xBF\xBD");
}

TEST(log_messages_are_inserts_cut_at_500_units) {
    host::reset();
    const auto monitor = std::make_shared<ResourceMonitor>(
        nullptr, Callbacks{&host::set_resource_status, &host::log_event});
    const Log log(monitor);
    log.error("100%1 %n%s", u"\U0001d518", 7, std::string_view("\xC3\xA9"), true);
    CHECK(world().entries[0].format == u"%1!ws!");
    CHECK(world().entries[0].text ==
          u"100%1 %n%s\U0001d518"
          u"7\u00e9true");
    world().entries.clear();
    Text text(499, u'x');
    text += u"\U0001d518 y\nz";
    log.information(text);
    CHECK(world().entries.size() == 2);
    CHECK(world().entries[0].text == Text(499, u'x'));
    CHECK(world().entries[1].text == u"\U0001d518 y z");
    world().entries.clear();
    log.warning(Text(1500, u'y'));
    CHECK(world().entries.size() == 3 && world().entries[2].text.size() == 500);
    log.warning("a", static_cast<LPCWSTR>(nullptr), static_cast<const char*>(nullptr), "z");
    CHECK(world().entries.back().text == u"az");
    world().entries.resize(3);
    monitor->close(10);
    log.warning("late");
    CHECK(world().entries.size() == 3);
}

TEST(a_check_that_ends_while_a_poll_asks_for_it_is_no_failure) {
    host::reset();
    Period period;
    const auto check_again = [&] {
        world().on_tick = nullptr;
        Sleep(5);
        period.set_health(true);
    };
    world().on_tick = check_again;
    CHECK(period.healthy(1000));
}

TEST(handles_are_never_used_twice) {
    HandleTable<int> table;
    const RESID first = table.insert(std::make_shared<int>(1));
    CHECK(*table.find(first) == 1);
    CHECK(*table.remove(first) == 1 && table.remove(first) == nullptr);
    const RESID second = table.insert(std::make_shared<int>(2));
    CHECK(second != first && table.find(first) == nullptr && *table.find(second) == 2);
    const RESID third = table.insert(std::make_shared<int>(3));
    table.remove(second);
    CHECK(*table.find(third) == 3 && table.find(nullptr) == nullptr);
    table.remove(third);
}

TEST(semaphore_names_are_safe_and_distinct) {
    const Text odd = semaphore_name(u"A\\B/\u00e9");
    CHECK(odd.find(u'\\', 7) == Text::npos && odd.size() < 200);
    CHECK(semaphore_name(u"ab") == semaphore_name(u"AB"));
    CHECK(semaphore_name(u"a b") != semaphore_name(u"a_b"));
    CHECK(semaphore_name(Text(400, u'z')).size() < 200);
}

TEST(ranges_keep_their_sign) {
    struct P {
        DWORD d = 0;
        LONG l = 0;
        LONGLONG q = 0;
        ULONGLONG u = 0;
    };
    const auto check = [](const Property<P>& property, auto value) {
        return in_range(property, encode_value(value));
    };
    const Property<P> d{.name = u"",
                        .format = Format::dword,
                        .member = &P::d,
                        .range = range<DWORD>(1, 0xFFFFFFFF)};
    CHECK(!check(d, DWORD{0}) && check(d, DWORD{0xFFFFFFFF}));
    const Property<P> l{
        .name = u"", .format = Format::long_, .member = &P::l, .range = range<LONG>(-5, 5)};
    CHECK(check(l, LONG{-5}) && !check(l, LONG{-6}) && !check(l, LONG{6}));
    const Property<P> q{.name = u"",
                        .format = Format::large_integer,
                        .member = &P::q,
                        .range = range<LONGLONG>(-9223372036854775807 - 1, 0)};
    CHECK(check(q, LONGLONG{-1}) && !check(q, LONGLONG{1}));
    const Property<P> u{.name = u"",
                        .format = Format::ularge_integer,
                        .member = &P::u,
                        .range = range<ULONGLONG>(1, 18446744073709551615U)};
    CHECK(check(u, ULONGLONG{18446744073709551615U}) && !check(u, ULONGLONG{0}));
}

TEST(multi_strings_are_brought_to_their_shortest_form) {
    Bytes value;
    CHECK(canonical_value(Format::multi_sz, Bytes{0, 0, 0, 0}, value) == 0);
    CHECK((value == Bytes{0, 0}));
    CHECK(canonical_value(Format::multi_sz, encode_value(std::vector<Text>{u"a", u"b"}), value) ==
          0);
    CHECK(texts_of(value) == (std::vector<Text>{u"a", u"b"}));
    CHECK(canonical_value(Format::sz, Bytes{'a', 0, 0, 0, 'b', 0, 0, 0}, value) == 0);
    CHECK((value == Bytes{'a', 0, 0, 0}));
    CHECK(canonical_value(Format::sz, Bytes{'a', 0}, value) == ERROR_INVALID_DATA);
    CHECK(canonical_value(Format::sz, Bytes{}, value) == ERROR_INVALID_DATA);
}
