#include "windows/run_streams.h"

#include <utility>

#include "windows/host_fd.h"
#include "windows/pipe.h"

namespace moated {
namespace {

PipeUse UseOf(int stream) {
  return stream == 0 ? PipeUse::kHostWrites : PipeUse::kHostReads;
}

}  // namespace

Failure RunStreams::OpenHostEnds(const RunRequest& request) {
  for (int stream = 0; stream < 3; ++stream) {
    const StdioChoice& choice = request.stdio[stream];
    if (choice.kind == StdioChoice::kPipe) {
      if (Failure failure = OpenPipe(UseOf(stream), host_ends_[stream], run_ends_[stream])) return failure;
    } else if (choice.kind == StdioChoice::kInherit) {
      if (Failure failure = FromHostDescriptor(choice.inherited, run_ends_[stream])) return failure;
    }
  }
  return {};
}

int RunStreams::TakeHostEnd(int stream) {
  if (!host_ends_[stream]) return -1;
  return ToHostDescriptor(std::move(host_ends_[stream]));
}

Failure RunStreams::Open(const RunRequest& request, bool own_console, HANDLE port, ULONG_PTR key,
                         Outcome& outcome) {
  for (int stream = 0; stream < 3; ++stream) {
    StdioChoice::Kind kind = request.stdio[stream].kind;
    UniqueHandle console;
    if (kind == StdioChoice::kInherit && own_console && IsConsole(run_ends_[stream].get())) {
      // It reads nothing there, and what it writes passes through us.
      console = std::move(run_ends_[stream]);
      kind = stream == 0 ? StdioChoice::kIgnore : StdioChoice::kCapture;
    }
    Transfer& transfer = transfers_[stream];
    if (kind == StdioChoice::kIgnore) {
      if (Failure failure = OpenNul(run_ends_[stream])) return failure;
    } else if (kind == StdioChoice::kCapture) {
      UniqueHandle ours;
      if (Failure failure = OpenPipe(UseOf(stream), ours, run_ends_[stream])) return failure;
      transfer.RelayTo(std::move(console));
      Failure failure = stream == 0
                            ? transfer.StartWriting(std::move(ours), port, key, &request.input)
                            : transfer.StartReading(std::move(ours), port, key, &outcome.streams[stream - 1],
                                                    request.max_capture);
      if (failure) return failure;
    }
  }
  return {};
}

void RunStreams::CloseRunEnds() {
  for (UniqueHandle& end : run_ends_)
    end.Reset();
}

bool RunStreams::AnyPending() const {
  return transfers_[0].pending() || transfers_[1].pending() || transfers_[2].pending();
}

void RunStreams::Cancel() {
  for (Transfer& transfer : transfers_)
    transfer.Cancel();
}

}  // namespace moated
