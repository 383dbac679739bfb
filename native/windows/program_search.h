// Finds the program that a name means, without any of the system's own guesses.
#pragma once

#include <string>

#include "failure.h"

namespace moated {

// A name with a separator is taken relative to `cwd`; another one is the first program of that name in the
// absolute directories of `path`. The working directory is never searched, and nothing but .exe and .com is a
// program: CreateProcess would hand a batch file to cmd.exe, which reads its arguments by other rules than
// they are quoted by.
Failure FindProgram(const std::string& name, const std::string& path, const std::string& cwd,
                    std::string& found);

}  // namespace moated
