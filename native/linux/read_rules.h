// Which objects a Landlock ruleset must list so that everything below some trees can be read but some paths
// can not. Landlock has no deny rules: the siblings along the way to a hidden path are listed instead.
#pragma once

#include <string>
#include <vector>

namespace moated {

// Objects that together make up `tree` without `excluded`. Symbolic links are left out: what they point to
// needs its own rule. Names stay visible and what is created later next to a hidden path is not listed; both
// are said in the enforcement report.
std::vector<std::string> ListReadable(const std::string& tree, const std::vector<std::string>& excluded);

}  // namespace moated
