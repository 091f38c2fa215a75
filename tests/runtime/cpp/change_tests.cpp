// Properties that change, fail or are hostile: what is in force, what is listed, what it costs.
#include <thread>

#include "drive.h"

using host::count_hook;
using host::eventually;
using host::script;
using host::step;
using host::world;
using namespace resforge;

namespace {

// Runs body() inside the n-th next read of the database.
void at_query(int number, std::function<void()> body) {
    if (number == 1) {
        world().on_query = std::move(body);
        return;
    }
    world().on_query = [number, body = std::move(body)] { at_query(number - 1, body); };
}

Bytes in_force(Driver& resource) {
    world().inputs.clear();
    script("is_alive", {step(kStepReportProperties)});
    resource.is_alive();
    CHECK(world().inputs.size() == 1);
    return world().inputs.back();
}

}  // namespace

TEST(a_change_beside_the_start_of_online_is_not_lost) {
    // Command, Port and Limit have two reads each or one; the last read is that of ProcessId.
    for (int read = 1; read <= 5; ++read) {
        Pending resource;
        std::thread setter;
        at_query(read, [&] {
            setter = std::thread([&] {
                CHECK(resource.control(kSet, List().dword(u"Limit", 9).bytes()).status == 0);
            });
            Sleep(50);
        });
        resource.go_online();
        CHECK(setter.joinable());
        setter.join();
        CHECK(*value_in(in_force(resource), u"Limit") == encode_value(DWORD{9}));
    }
}

TEST(a_published_value_beside_the_start_of_online_is_not_lost) {
    const Bytes list = List().sz(u"Status", u"up").bytes();
    for (int read = 1; read <= 14; ++read) {
        Everything resource;
        bool published = false;
        at_query(read, [&] {
            script("validate",
                   {{kStepSetReadOnly, 0, list.data(), static_cast<DWORD>(list.size())}});
            std::thread([&] { resource.control(kValidate, List().bytes()); }).join();
            published = true;
        });
        resource.go_online();
        CHECK(published);
        CHECK(*value_in(in_force(resource), u"Status") == encode_value(TextView(u"up")));
    }
}

TEST(immediate_changes_of_one_list_take_effect_together) {
    const std::vector<Text> lines = {u"x"};
    // The hook validate is given all properties, so the reads of SET itself are the last ones.
    for (int read = 12; read <= 17; ++read) {
        Everything resource;
        resource.go_online();
        const Bytes before = in_force(resource);
        Bytes between;
        at_query(read, [&] { std::thread([&] { between = in_force(resource); }).join(); });
        const Bytes both = List()
                               .any(u"Lines", Format::multi_sz, encode_value(lines))
                               .dword(u"Enabled", 0)
                               .bytes();
        CHECK(resource.control(kSet, both).status == 0);
        CHECK((world().writes == std::vector<std::string>{"Lines", "Enabled"}));
        CHECK(between == before);
        const Bytes after = in_force(resource);
        CHECK(*value_in(after, u"Lines") == encode_value(lines));
        CHECK(*value_in(after, u"Enabled") == encode_value(false));
    }
}

TEST(an_immediate_change_takes_effect_also_when_a_later_write_fails) {
    Everything resource;
    resource.go_online();
    world().faults["ClusterRegSetValue"] = 2;
    const Bytes both = List().dword(u"Enabled", 0).dword(u"Count", 7).bytes();
    CHECK(resource.control(kSet, both).status == ERROR_NOT_ENOUGH_MEMORY);
    CHECK(*value_in(in_force(resource), u"Enabled") == encode_value(false));
    CHECK(*value_in(in_force(resource), u"Count") == encode_value(DWORD{0xFFFFFFFF}));
}

TEST(an_error_of_the_database_is_not_a_missing_value) {
    Pending resource;
    world().faults["ClusterRegQueryValue"] = 1;
    CHECK(resource.online() == ERROR_NOT_ENOUGH_MEMORY);
    CHECK(logged("the property Command cannot be used (error 8)"));
    world().values.erase(u"Command");
    CHECK(resource.online() == ERROR_FILE_NOT_FOUND);
    Driver::set(u"Command", u"run");
    resource.go_online();
}

TEST(an_error_opening_the_parameters_key_is_not_a_missing_value) {
    {
        Everything resource(false);
        world().has_parameters = false;
        CHECK(resource.open() == 0);
        world().faults["ClusterRegOpenKey"] = 1;
        CHECK(resource.online() == ERROR_NOT_ENOUGH_MEMORY);
        world().faults["ClusterRegOpenKey"] = 1;
        CHECK(resource.control(kGet).status == ERROR_NOT_ENOUGH_MEMORY);
        CHECK(world().calls["ClusterRegCreateKey"] == 0);
    }
    Everything resource(false);
    world().has_parameters = false;
    world().faults["ClusterRegOpenKey"] = 2;
    CHECK(resource.open() == ERROR_NOT_ENOUGH_MEMORY);
    CHECK(resource.open() == 0);
}

TEST(damaged_unknown_values_are_left_out) {
    Pending resource;
    world().values[u"odd"] = {REG_SZ, Bytes(3)};
    world().values[u"open"] = {REG_SZ, Bytes{'a', 0}};
    world().values[u"short"] = {REG_DWORD, Bytes(3)};
    world().values[u"wide"] = {REG_QWORD, Bytes(9)};
    world().values[u"empty"] = {REG_MULTI_SZ, Bytes()};
    world().values[u""] = {REG_SZ, Bytes{'a', 0, 0, 0}};
    world().values[u"good"] = {REG_SZ, Bytes{'a', 0, 0, 0}};
    world().values[u"raw"] = {REG_BINARY, Bytes{}};
    const Result result = resource.control(kGet);
    CHECK(result.status == 0);
    for (const char16_t* name : {u"odd", u"open", u"short", u"wide", u"empty", u""}) {
        CHECK(!value_in(result.output, name));
    }
    CHECK((*value_in(result.output, u"good") == Bytes{'a', 0, 0, 0}));
    CHECK(*value_in(result.output, u"raw") == Bytes{});
    // What is listed can be given back as it is.
    CHECK(resource.control(kValidate, result.output).status == 0);
}

TEST(a_list_of_a_hundred_thousand_names_takes_no_time) {
    Pending resource;
    List list;
    for (int i = 0; i < 100000; ++i) {
        Text name = u"abcdef";
        for (int digit = 0, rest = i; digit < 6; ++digit, rest /= 10) {
            name[static_cast<std::size_t>(digit)] = static_cast<char16_t>(u'a' + rest % 10);
        }
        list.dword(name, 1);
    }
    const Bytes bytes = list.bytes();
    CHECK(bytes.size() > 3000000);
    CHECK(milliseconds([&] { CHECK(resource.control(kValidate, bytes).status == 0); }) < 60000);
}

TEST(the_last_of_equal_names_wins_whatever_their_case) {
    Pending resource;
    const Bytes list = List().sz(u"\u00e9a", u"1").sz(u"b", u"2").sz(u"\u00c9A", u"3").bytes();
    world().writes.clear();
    CHECK(resource.control(kSet, list).status == 0);
    CHECK((world().writes == std::vector<std::string>{"\u00c9A", "b"}));
    CHECK(*value_in(resource.control(kGet).output, u"\u00c9A") == encode_value(TextView(u"3")));
}

TEST(a_control_code_reads_what_is_in_force_during_a_change) {
    Pending resource;
    resource.go_online();
    script("properties_changed", {step(kStepReportProperties)});
    world().inputs.clear();
    CHECK(resource.control(kSet, List().dword(u"Limit", 3).bytes()).status == 0);
    CHECK(*value_in(world().inputs.back(), u"Limit") == encode_value(DWORD{3}));
    CHECK(resource.control(kPing).status == 0);
    CHECK(count_hook("control_ping:leave") == 1);
}
