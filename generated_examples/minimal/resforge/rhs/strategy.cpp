// Scheduling strategies. They use their own generator, so that a seed means the same everywhere.
#include "strategy.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace resforge::rhs {
namespace {

// SplitMix64: small, fast and identical on every platform.
class Generator {
  public:
    explicit Generator(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
        return mixed ^ (mixed >> 31);
    }

    std::uint64_t below(std::uint64_t limit) { return next() % limit; }

  private:
    std::uint64_t state_;
};

class First : public Strategy {
  public:
    std::size_t choose(const Decision& decision) override {
        const bool goes_on = decision.current < decision.candidates.size() && !decision.give_way;
        if (goes_on) {
            return decision.current;
        }
        return decision.current == 0 && decision.candidates.size() > 1 ? 1 : 0;
    }
};

class Random : public Strategy {
  public:
    explicit Random(std::uint64_t seed) : generator_(seed) {}

    std::size_t choose(const Decision& decision) override {
        return static_cast<std::size_t>(generator_.below(decision.candidates.size()));
    }

  private:
    Generator generator_;
};

class Priorities : public Strategy {
  public:
    explicit Priorities(std::uint64_t seed) : generator_(seed) {
        for (std::uint64_t& point : change_points_) {
            point = generator_.below(kHorizon);
        }
    }

    std::size_t choose(const Decision& decision) override {
        const std::size_t best = highest(decision);
        const bool change = std::find(change_points_.begin(), change_points_.end(), ++decisions_) !=
                            change_points_.end();
        const bool give_way = decision.give_way && best == decision.current;
        if (!change && !give_way) {
            return best;
        }
        priorities_[decision.candidates[best]] = lowest_--;
        return highest(decision);
    }

  private:
    // Change points are spread over this many decisions; longer runs keep their last order.
    static constexpr std::uint64_t kHorizon = 400;

    std::int64_t priority(std::uint32_t task) {
        const auto found = priorities_.find(task);
        if (found != priorities_.end()) {
            return found->second;
        }
        const auto fresh = static_cast<std::int64_t>(generator_.below(1U << 30)) + 1;
        priorities_.emplace(task, fresh);
        return fresh;
    }

    std::size_t highest(const Decision& decision) {
        std::size_t best = 0;
        for (std::size_t index = 1; index < decision.candidates.size(); ++index) {
            if (priority(decision.candidates[index]) > priority(decision.candidates[best])) {
                best = index;
            }
        }
        return best;
    }

    Generator generator_;
    std::map<std::uint32_t, std::int64_t> priorities_;
    std::array<std::uint64_t, 3> change_points_{};
    std::uint64_t decisions_ = 0;
    std::int64_t lowest_ = 0;
};

class Replay : public Strategy {
  public:
    explicit Replay(std::vector<std::size_t> choices) : choices_(std::move(choices)) {}

    std::size_t choose(const Decision& decision) override {
        if (next_ >= choices_.size()) {
            return rest_.choose(decision);
        }
        return std::min(choices_[next_++], decision.candidates.size() - 1);
    }

  private:
    std::vector<std::size_t> choices_;
    std::size_t next_ = 0;
    First rest_;
};

}  // namespace

std::unique_ptr<Strategy> make_strategy(std::string_view name, std::uint64_t seed) {
    if (name == "first") {
        return std::make_unique<First>();
    }
    if (name == "random") {
        return std::make_unique<Random>(seed);
    }
    if (name == "pct") {
        return std::make_unique<Priorities>(seed);
    }
    return nullptr;
}

std::unique_ptr<Strategy> make_replay(std::vector<std::size_t> choices) {
    return std::make_unique<Replay>(std::move(choices));
}

}  // namespace resforge::rhs
