// The three streams of a run: pipes whose other end the host has, or we have, or what the host had open.
#pragma once

#include <cstdint>
#include <span>

#include "engine/run_request.h"
#include "unique_fd.h"

namespace moated {

class RunStreams {
 public:
  RunStreams(const RunRequest& request, Outcome& outcome) : request_(request), outcome_(outcome) {}

  // The pipes whose ends the host keeps.
  Failure OpenHostPipes();
  // The host's end of a `pipe` stream, given away; -1 for the others.
  int TakeHostEnd(int stream) { return host_ends_[stream].Release(); }

  // What the child gets.
  Failure Open(std::span<int, 3> child_ends);
  // The child has it.
  void CloseChildEnds();
  // Our end of a captured stream, or -1: stdin, stdout, stderr.
  [[nodiscard]] int fd(int stream) const { return our_ends_[stream].get(); }

  // False when everything is written. SIGPIPE does not reach us: a command that closes its stdin ends the
  // writing, not the host.
  bool WriteInput();
  void CloseInput() { our_ends_[0].Reset(); }
  // False when the stream has ended.
  bool ReadOutput(int stream);
  // What is left when nobody of the run is.
  void Drain();
  void Close();

 private:
  const RunRequest& request_;
  Outcome& outcome_;
  UniqueFd host_ends_[3];
  UniqueFd child_ends_[3];
  UniqueFd our_ends_[3];
  size_t input_written_ = 0;
};

}  // namespace moated
