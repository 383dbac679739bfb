#include "posix/run_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "posix/pipes.h"

namespace moated {
namespace {

// What is left in a pipe whose writers are dead is read in a few turns. A writer that lives on, which only
// `trusted` can have, must not keep us.
constexpr int kLastTurns = 64;

// A pipe in the direction of the stream.
Failure OpenStream(int stream, UniqueFd& ours, UniqueFd& theirs) {
  return stream == 0 ? OpenPipe(theirs, ours) : OpenPipe(ours, theirs);
}

}  // namespace

void SetNonBlocking(int fd) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

Failure RunStreams::OpenHostPipes() {
  for (int stream = 0; stream < 3; ++stream) {
    if (request_.stdio[stream].kind != StdioChoice::kPipe) continue;
    if (Failure failure = OpenStream(stream, host_ends_[stream], child_ends_[stream])) return failure;
  }
  return {};
}

Failure RunStreams::Open(std::span<int, 3> child_ends) {
  for (int stream = 0; stream < 3; ++stream) {
    const StdioChoice& choice = request_.stdio[stream];
    if (choice.kind == StdioChoice::kInherit) {
      if (!IsStream(choice.inherited))
        return {"stdio", "fstat", EISDIR, "descriptor " + std::to_string(choice.inherited)};
      child_ends[stream] = choice.inherited;
      continue;
    }
    if (choice.kind == StdioChoice::kCapture) {
      if (Failure failure = OpenStream(stream, our_ends_[stream], child_ends_[stream])) return failure;
      SetNonBlocking(our_ends_[stream].get());
    } else if (choice.kind == StdioChoice::kIgnore) {
      child_ends_[stream].Reset(open("/dev/null", O_RDWR | O_CLOEXEC));
      if (!child_ends_[stream]) return {"pipes", "open", errno, "/dev/null"};
    }
    child_ends[stream] = child_ends_[stream].get();
  }
  return {};
}

// Our copy of a captured stream's end stays open: the end of the run is told otherwise, and a hang-up would
// only wake this thread once more, in the middle of it.
void RunStreams::CloseChildEnds() {
  for (int stream = 0; stream < 3; ++stream) {
    bool captured = stream != 0 && request_.stdio[stream].kind == StdioChoice::kCapture;
    if (!captured) child_ends_[stream].Reset();
  }
}

bool RunStreams::WriteInput() {
  while (input_written_ < request_.input.size()) {
    ssize_t written =
        write(fd(0), request_.input.data() + input_written_, request_.input.size() - input_written_);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno == EAGAIN;
    input_written_ += static_cast<size_t>(written);
  }
  return false;
}

bool RunStreams::ReadOutput(int stream) {
  OutputBuffer& buffer = outcome_.streams[stream - 1];
  return buffer.ReadFrom(fd(stream), request_.max_capture) == OutputBuffer::State::kOpen;
}

void RunStreams::Drain() {
  for (int stream = 1; stream < 3; ++stream) {
    if (!our_ends_[stream]) continue;
    const OutputBuffer& buffer = outcome_.streams[stream - 1];
    for (int turn = 0; turn < kLastTurns; ++turn) {
      uint64_t before = buffer.seen();
      if (!ReadOutput(stream) || buffer.seen() == before) break;
    }
  }
}

void RunStreams::Close() {
  for (UniqueFd& end : child_ends_)
    end.Reset();
  for (UniqueFd& end : our_ends_)
    end.Reset();
}

}  // namespace moated
