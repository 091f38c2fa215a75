// Which of several runnable tasks goes on: the choices that make up a schedule.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace resforge::rhs {

// One decision. `candidates` holds task numbers, the one that has waited longest first.
struct Decision {
    const std::vector<std::uint32_t>& candidates;
    std::size_t current;  // index of the task that is running, or candidates.size()
    bool give_way;        // the running task asked to be run last
};

class Strategy {
  public:
    Strategy() = default;
    Strategy(const Strategy&) = delete;
    Strategy& operator=(const Strategy&) = delete;
    virtual ~Strategy() = default;
    virtual std::size_t choose(const Decision& decision) = 0;
};

// "first": the running task goes on until it blocks, then the one that has waited longest.
// "random": uniform. "pct": random priorities with three change points (probabilistic concurrency
// testing). nullptr for any other name.
std::unique_ptr<Strategy> make_strategy(std::string_view name, std::uint64_t seed);

// A choice list first, then "first".
std::unique_ptr<Strategy> make_replay(std::vector<std::size_t> choices);

}  // namespace resforge::rhs
