// Starts a program, waits until it serves, checks it, stops it, and kills its whole tree.
#pragma once

#include "process_supervisor.g.h"
#include "program.h"

namespace process_supervisor {

class Hooks {
  public:
    DWORD online(OnlineContext& context);
    DWORD offline(OfflineContext& context);
    void terminate(TerminateContext& context);
    bool check_health(HealthContext& context);
    DWORD validate(ControlContext& context, const Properties& proposed);
    DWORD get_process_statistics(ControlContext& context, GetProcessStatisticsOutput& output);
    DWORD check_now(ControlContext& context, const CheckNowInput& input, CheckNowOutput& output);

  private:
    struct State {
        std::shared_ptr<Program> program;
        DWORD starts = 0;
        ULONGLONG started_at = 0;
        bool healthy = false;
    };

    std::shared_ptr<Program> program();
    void forget_program();

    resforge::Guarded<State> state_;
};

}  // namespace process_supervisor
