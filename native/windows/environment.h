// The environment of a run, as CreateProcess takes it.
#pragma once

#include <string>
#include <vector>

namespace moated {

// TEMP and TMP of a run, which the host does not know yet: a value `@scratch` becomes this path.
void FillScratch(std::vector<std::string>& env, const std::string& scratch);

// NAME=value NUL ... NUL NUL
std::vector<wchar_t> EnvironmentBlock(const std::vector<std::string>& env);

}  // namespace moated
