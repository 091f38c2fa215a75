// Publishes a directory, and on request each of its subdirectories, as file shares.
#pragma once

#include "example_file_share.g.h"

namespace example_file_share {

class Hooks {
  public:
    DWORD online(OnlineContext& context);
    DWORD offline(OfflineContext& context);
    void terminate(TerminateContext& context);
    bool is_alive(HealthContext& context);
    DWORD validate(ControlContext& context, const Properties& proposed);
    void properties_changed(ControlContext& context, const Properties& stored);

  private:
    void withdraw_all();
    resforge::Guarded<std::vector<resforge::Text>> published_;  // names of shares
};

}  // namespace example_file_share
