// Control codes: properties, the size protocol, typed buffers, notifications.
#include <optional>
#include <thread>

#include "drive.h"
#include "resforge/control_buffer.h"

using host::count_hook;
using host::eventually;
using host::script;
using host::step;
using host::world;
using namespace resforge;

namespace {

const Bytes kEmptyList = {0, 0, 0, 0};

RESFORGE_SCRIPT_STEP output(const Bytes& bytes) {
    return {kStepOutput, 0, bytes.data(), static_cast<DWORD>(bytes.size())};
}

}  // namespace

TEST(the_size_protocol_holds_for_every_answering_code) {
    Everything resource;
    for (const DWORD code :
         {0x01000005U, 0x0100000DU, 0x01000011U, kEnum, kGetReadOnly, kGet, kFormats}) {
        const Result full = resource.control(code);
        CHECK(full.status == 0 && !full.output.empty());
        const auto size = static_cast<DWORD>(full.output.size());
        const Result exact = resource.control(code, {}, size);
        CHECK(exact.status == 0 && exact.output == full.output);
        Bytes canary(size, 0xEE);
        DWORD returned = 9;
        CHECK(resource.table->ResourceControl(resource.id, code, nullptr, 0, canary.data(),
                                              size - 1, &returned) == ERROR_MORE_DATA);
        CHECK(returned == size && canary == Bytes(size, 0xEE));
        returned = 9;
        CHECK(resource.table->ResourceControl(resource.id, code, nullptr, 0, nullptr, 0,
                                              &returned) == ERROR_MORE_DATA);
        CHECK(returned == size);
        CHECK(resource.table->ResourceControl(resource.id, code, nullptr, 0, nullptr, 4096,
                                              nullptr) == ERROR_MORE_DATA);
        CHECK(resource.table->ResourceControl(resource.id, code, nullptr, 0, canary.data(), size,
                                              nullptr) == 0);
    }
}

TEST(standard_codes_answer_from_the_schema) {
    Everything resource;
    CHECK(resource.control(0x01000000).status == 0);
    CHECK((resource.control(0x01000005).output == Bytes{0x10, 0, 0, 0}));
    CHECK((resource.control(0x0100000D).output == Bytes{0x40, 0x9C, 0, 0, 0, 0, 0, 0x80}));
    const Result dependencies = resource.control(0x01000011);
    CHECK(dependencies.output.size() == 52 && dependencies.output[0] == 2);
    CHECK(resource.type_control(0x02000011).output == dependencies.output);
    CHECK((resource.type_control(0x02000005).output == Bytes{0x10, 0, 0, 0}));
    CHECK(resource.type_control(0x02000000).status == 0);
    CHECK((resource.type_control(0x02000079).output == Bytes{0, 0}));
    CHECK(resource.type_control(0x0200007D).output == kEmptyList);
    CHECK(resource.type_control(0x02000091).output == resource.control(kFormats).output);
    for (const DWORD code : {0x01000009U, 0x01000051U, 0x0140005EU, 0x01000029U, 0x012FFFFDU,
                             0x02000005U, 0x0200000DU, 0x02000011U}) {
        const Result result = resource.control(code);
        CHECK(result.status == ERROR_INVALID_FUNCTION && result.returned == 0);
    }
    for (const DWORD code : {0x02000009U, 0x0200008DU, 0x02500036U, 0x01000005U | 0x03000000U,
                             0x01000005U, 0x0100000DU, 0x01000011U}) {
        CHECK(resource.type_control(code).status == ERROR_INVALID_FUNCTION);
    }
}

TEST(notifications_reach_their_hook) {
    Everything resource;
    for (const DWORD code : {0x01500006U, 0x0150000AU, 0x01500056U}) {
        script("notified", {step(kStepReturn)});
        CHECK(resource.control(code).status == 0);
    }
    CHECK(count_hook("notified:enter") == 3);
}

TEST(lists_have_the_documented_bytes) {
    Pending resource;
    const auto texts = [](const std::vector<Text>& names) { return encode_value(names); };
    CHECK(resource.control(kEnum).output == texts({u"Command", u"Port", u"Limit", u"Note"}));
    PropertyListWriter formats;
    for (const auto& [name, number] : std::vector<std::pair<Text, WORD>>{
             {u"Command", 3}, {u"Port", 2}, {u"Limit", 2}, {u"Note", 3}, {u"ProcessId", 2}}) {
        formats.add(name, Format::word, encode_value(number));
    }
    CHECK(resource.control(kFormats).output == formats.take());
    CHECK(resource.control(kGet).output == List()
                                               .sz(u"Command", u"run")
                                               .dword(u"Port", 80)
                                               .dword(u"Limit", 5)
                                               .sz(u"Note", u"")
                                               .bytes());
    CHECK(resource.control(kGetReadOnly).output == List().dword(u"ProcessId", 0).bytes());
    // Worked example of the reference: name entry, value entry, endmark.
    CHECK((List().dword(u"Port", 8080).bytes() ==
           Bytes{1, 0, 0, 0, 3, 0, 4, 0, 10, 0, 0, 0, 'P',  0,    'o', 0, 'r', 0, 't', 0,
                 0, 0, 0, 0, 2, 0, 1, 0, 4,  0, 0, 0, 0x90, 0x1F, 0,   0, 0,   0, 0,   0}));
}

TEST(set_writes_changed_values_only_and_keeps_unknown_ones) {
    Pending resource;
    world().writes.clear();
    const Bytes list = List()
                           .sz(u"command", u"run")
                           .dword(u"PORT", 81)
                           .sz(u"Colour", u"red")
                           .dword(u"port", 82)
                           .bytes();
    const Result result = resource.control(kSet, list);
    CHECK(result.status == 0 && result.returned == 0);
    CHECK((world().writes == std::vector<std::string>{"Port", "Colour"}));
    CHECK(*value_in(resource.control(kGet).output, u"Port") == encode_value(DWORD{82}));
    CHECK(*value_in(resource.control(kGet).output, u"Colour") == encode_value(TextView(u"red")));
    CHECK(count_hook("properties_changed:leave") == 1 && count_hook("validate:leave") == 1);
    world().writes.clear();
    CHECK(resource.control(kSet, list).status == 0);
    CHECK(world().writes.empty() && count_hook("properties_changed:leave") == 1);
}

TEST(stored_means_online_and_next_online_only) {
    Pending resource;
    resource.go_online();
    CHECK(resource.control(kSet, List().dword(u"Limit", 9).bytes()).status == 0);
    CHECK(resource.control(kSet, List().dword(u"Port", 81).bytes()).status ==
          ERROR_RESOURCE_PROPERTIES_STORED);
    CHECK(resource.control(kSet, List().dword(u"Port", 81).bytes()).status == 0);
    CHECK(resource.control(kSet, List().sz(u"Other", u"x").bytes()).status == 0);
    script("control_ping", {step(kStepReportProperties)});
    world().inputs.clear();
    CHECK(resource.control(0x01200005).status == 0);
    const Bytes in_force = world().inputs.back();
    CHECK(*value_in(in_force, u"Port") == encode_value(DWORD{80}));
    CHECK(*value_in(in_force, u"Limit") == encode_value(DWORD{9}));
    resource.terminate();
    world().reports.clear();
    resource.go_online();
    script("control_ping", {step(kStepReportProperties)});
    CHECK(resource.control(0x01200005).status == 0);
    CHECK(*value_in(world().inputs.back(), u"Port") == encode_value(DWORD{81}));
}

TEST(nothing_is_written_when_any_property_is_wrong) {
    Pending resource;
    world().writes.clear();
    const auto both = [&](const Bytes& bad, DWORD expected) {
        CHECK(resource.control(kValidate, bad).status == expected);
        CHECK(resource.control(kSet, bad).status == expected);
        CHECK(world().writes.empty());
    };
    both(List().dword(u"Limit", 1).dword(u"Port", 0).bytes(), ERROR_INVALID_PARAMETER);
    both(List().dword(u"Limit", 1).dword(u"ProcessId", 3).bytes(), ERROR_INVALID_PARAMETER);
    both(List().sz(u"Port", u"80").bytes(), ERROR_INVALID_PARAMETER);
    both(List().any(u"Port", Format::dword, Bytes(3)).bytes(), ERROR_INVALID_DATA);
    both(List().sz(u"Command", u"").bytes(), ERROR_INVALID_PARAMETER);
    both(List().any(u"Command", Format::sz, Bytes(3)).bytes(), ERROR_INVALID_DATA);
    both(List().any(u"Free", Format::word, Bytes(2)).bytes(), ERROR_INVALID_PARAMETER);
    both(Bytes(3), ERROR_INSUFFICIENT_BUFFER);
    CHECK(resource.table->ResourceControl(resource.id, kSet, nullptr, 0, nullptr, 0, nullptr) ==
          ERROR_INVALID_DATA);
    script("validate", {step(kStepReturn, 1234)});
    CHECK(resource.control(kValidate, List().dword(u"Limit", 1).bytes()).status == 1234);
    script("validate", {step(kStepReturn, 1234)});
    CHECK(resource.control(kSet, List().dword(u"Limit", 1).bytes()).status == 1234);
    CHECK(world().writes.empty());
}

TEST(in_memory_properties_never_reach_the_database) {
    Pending resource;
    world().writes.clear();
    CHECK(resource.control(kSet, List().sz(u"Note", u"hello").bytes()).status == 0);
    CHECK(*value_in(resource.control(kGet).output, u"Note") == encode_value(TextView(u"hello")));
    CHECK(world().writes.empty());
}

TEST(published_values_are_written_where_writing_is_allowed) {
    const Bytes list = List().dword(u"ProcessId", 42).dword(u"Count", 1).bytes();
    const RESFORGE_SCRIPT_STEP publish = {kStepSetReadOnly, 0, list.data(),
                                          static_cast<DWORD>(list.size())};
    {
        Pending resource;
        script("online", {publish});
        world().writes.clear();
        resource.go_online();
        CHECK(*value_in(resource.control(kGetReadOnly).output, u"ProcessId") ==
              encode_value(DWORD{42}));
        CHECK(world().writes == std::vector<std::string>{"ProcessId"});
    }
    {
        Everything resource;
        script("online", {publish});
        world().writes.clear();
        resource.go_online();
        CHECK(world().writes.empty());
        CHECK(*value_in(resource.control(kGetReadOnly).output, u"ProcessId") ==
              encode_value(DWORD{42}));
        CHECK(world().writes == std::vector<std::string>{"ProcessId"});
    }
}

TEST(a_value_under_a_former_name_is_read_and_stored_once) {
    Pending resource;
    const auto limit = [&] { return *value_in(resource.control(kGet).output, u"Limit"); };
    world().writes.clear();
    CHECK(limit() == encode_value(DWORD{5}));
    Driver::set(u"old limit", 9);
    CHECK(limit() == encode_value(DWORD{9}));
    CHECK(world().writes.empty());  // Open and reading write nothing
    resource.go_online();
    CHECK(world().writes == std::vector<std::string>{"Limit"});
    CHECK(world().values[u"Limit"].data == encode_value(DWORD{9}));
    script("control_ping", {step(kStepReportProperties)});
    CHECK(resource.control(0x01200005).status == 0);
    CHECK(*value_in(world().inputs.back(), u"Limit") == encode_value(DWORD{9}));
    Driver::set(u"old limit", 11);
    CHECK(limit() == encode_value(DWORD{9}));
    CHECK(resource.control(kSet, List().dword(u"Limit", 12).bytes()).status == 0);
    CHECK(resource.control(kGetReadOnly).status == 0);
    CHECK(limit() == encode_value(DWORD{12}));
    CHECK(world().values[u"old limit"].data == encode_value(DWORD{11}));
}

TEST(a_former_name_is_stored_only_where_writing_is_allowed) {
    Everything resource;  // Online is synchronous and may not write
    world().values[u"A former name so \"long\" that it must be broken in the table, \u00e9"] = {
        REG_MULTI_SZ, encode_value(std::vector<Text>{u"x", u"y"})};
    world().writes.clear();
    resource.go_online();
    resource.terminate();
    CHECK(*value_in(resource.control(kGet).output, u"Lines") ==
          encode_value(std::vector<Text>{u"x", u"y"}));
    CHECK(world().writes.empty());
    world().faults["ClusterRegSetValue"] = 1;
    CHECK(resource.control(kGetReadOnly).status == 0);
    CHECK(world().writes.empty());
    CHECK(resource.control(kGetReadOnly).status == 0);
    CHECK(world().writes == std::vector<std::string>{"Lines"});
}

TEST(a_missing_parameters_key_is_created_by_the_first_write) {
    Everything resource(false);
    world().has_parameters = false;
    CHECK(resource.open() == 0);
    CHECK(resource.online() == ERROR_FILE_NOT_FOUND);
    CHECK(resource.control(kGet).status == 0);
    CHECK(resource.control(kSet, List().sz(u"Label", u"x").bytes()).status == 0);
    CHECK(world().calls["ClusterRegCreateKey"] == 1);
    CHECK(resource.online() == 0);
}

TEST(values_of_another_type_in_the_database_are_refused) {
    Pending resource;
    Driver::set(u"Port", u"text");
    CHECK(resource.control(kGet).status == ERROR_INVALID_PARAMETER);
    CHECK(resource.control(kSet, List().dword(u"Port", 80).bytes()).status == 0);
    CHECK(resource.control(kGet).status == 0);
    world().faults["ClusterRegSetValue"] = 1;
    CHECK(resource.control(kSet, List().dword(u"Port", 9).bytes()).status ==
          ERROR_NOT_ENOUGH_MEMORY);
    world().faults["ClusterRegEnumValue"] = 1;
    CHECK(resource.control(kGet).status == ERROR_NOT_ENOUGH_MEMORY);
}

TEST(long_unknown_values_are_listed_whole) {
    Pending resource;
    const Bytes big(70000, 7);
    world().values[Text(250, u'n')] = {REG_BINARY, big};
    world().values[u"qword"] = {REG_QWORD, Bytes(8)};
    world().values[u"none"] = {REG_NONE, Bytes(8)};
    const Result result = resource.control(kGet, {}, 100000);
    CHECK(result.status == 0 && *value_in(result.output, Text(250, u'n')) == big);
    CHECK(value_in(result.output, u"qword") && !value_in(result.output, u"none"));
}

TEST(typed_buffers_are_decoded_checked_and_encoded) {
    Everything resource;
    constexpr DWORD kExchange = 0x0120000D;
    Bytes input(36);
    input[0] = 5;
    input[4] = 'a';
    input[24] = 9;
    input[32] = 1;
    Bytes with_tail = input;
    append_text(with_tail, u"rest");
    CHECK(resource.control(kExchange, with_tail).status == ERROR_INVALID_STATE);
    resource.go_online();
    CHECK(resource.control(kExchange, input).status == ERROR_INVALID_DATA);
    CHECK(resource.control(kExchange, Bytes(20)).status == ERROR_INVALID_DATA);
    CHECK(resource.control(kExchange, {}).status == ERROR_INVALID_DATA);
    Bytes unterminated = with_tail;
    unterminated.resize(unterminated.size() - 2);
    CHECK(resource.control(kExchange, unterminated).status == ERROR_INVALID_DATA);
    for (std::size_t i = 4; i < 20; ++i) {
        unterminated[i] = 'x';
    }
    CHECK(resource.control(kExchange, unterminated).status == ERROR_INVALID_DATA);
    const Bytes answer = [] {
        Bytes bytes(32);
        bytes[0] = 1;
        bytes[8] = 0xFF;
        bytes[24] = 'N';
        return bytes;
    }();
    script("control_exchange", {output(answer), step(kStepReturn, 0)});
    const Result result = resource.control(kExchange, with_tail);
    CHECK(result.status == 0 && result.output == answer);
    CHECK(world().inputs.back() == with_tail);
    script("control_exchange", {output(answer)});
    const Result small = resource.control(kExchange, with_tail, 31);
    CHECK(small.status == ERROR_MORE_DATA && small.returned == 32);
    script("control_exchange", {step(kStepReturn, 55)});
    const Result failed = resource.control(kExchange, with_tail);
    CHECK(failed.status == 55 && failed.returned == 0);
}

TEST(raw_buffers_respect_their_limits) {
    Everything resource;
    constexpr DWORD kEcho = 0x01200011;
    CHECK(resource.control(kEcho, {}).status == ERROR_INVALID_DATA);
    CHECK(resource.control(kEcho, Bytes(17)).status == ERROR_INVALID_DATA);
    const Bytes answer = {1, 2, 3};
    script("control_echo", {output(answer)});
    CHECK(resource.control(kEcho, Bytes(16)).output == answer);
    const Bytes long_answer(17);
    script("control_echo", {output(long_answer)});
    CHECK(resource.control(kEcho, Bytes(16)).status == ERROR_INVALID_DATA);
    script("type_control_echo_all", {output(answer)});
    CHECK(resource.type_control(0x02200009, Bytes(4)).output == answer);
    CHECK(resource.type_control(0x02200009, Bytes(65)).status == ERROR_INVALID_DATA);
}

TEST(author_codes_follow_their_states) {
    Pending resource;
    CHECK(resource.control(0x01200005).status == ERROR_INVALID_STATE);
    CHECK(count_hook("control_ping:enter") == 0);
    resource.go_online();
    CHECK(resource.control(0x01200005).status == 0);
}

TEST(set_name_renames_and_the_reason_is_kept) {
    {
        Pending other;
        CHECK(other.control(0x0150004E, Bytes(12)).status == ERROR_INVALID_FUNCTION);
    }
    Everything resource;
    CHECK(resource.control(0x01500026, encode_value(TextView(u"new name"))).status == 0);
    CHECK(resource.control(0x01500026, Bytes(3, 'x')).status == 0);
    CHECK(resource.control(0x01500026).status == 0);
    CHECK(resource.control(0x0150004E, Bytes(11)).status == ERROR_INVALID_DATA);
    CHECK((resource.control(0x0150004E, Bytes{12, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0}).status == 0));
}

TEST(properties_of_the_type_are_read_and_written) {
    Everything resource;
    CHECK(resource.type_control(0x02000081).output == kEmptyList);
    CHECK(resource.type_control(0x02000089, List().sz(u"A", u"b").bytes()).status == 0);
    CHECK(resource.type_control(0x02000089, Bytes(2)).status == ERROR_INSUFFICIENT_BUFFER);
    CHECK(resource.type_control(0x02400086, List().sz(u"A", u"b").bytes()).status == 0);
    CHECK(resource.type_control(0x02000081).output == List().sz(u"A", u"b").bytes());
    world().faults["OpenCluster"] = 1;
    CHECK(resource.type_control(0x02000081).status != 0);
}

TEST(controls_wait_interruptibly_and_are_stopped_by_terminate) {
    Pending resource;
    resource.go_online();
    script("control_ping", {step(kStepWait, 60000)});
    std::thread caller(
        [&] { CHECK(resource.control(0x01200005).status == ERROR_OPERATION_ABORTED); });
    CHECK(eventually([] { return count_hook("control_ping:enter") == 1; }));
    resource.terminate();
    caller.join();
    world().reports.clear();
    resource.go_online();
    script("control_ping", {step(kStepWait, 5)});
    CHECK(resource.control(0x01200005).status == 0);
}
