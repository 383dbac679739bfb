// Where moated keeps what must outlive a crash: a folder of this user's, out of reach for every confined run.
#pragma once

#include <string>

#include "failure.h"

namespace moated {

// `%LOCALAPPDATA%\moated\NAME`, made when it is not there.
Failure OpenStateFolder(const char* name, std::string& path);

}  // namespace moated
