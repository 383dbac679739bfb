#include "windows/environment.h"

#include <string_view>

#include "windows/text.h"

namespace moated {

void FillScratch(std::vector<std::string>& env, const std::string& scratch) {
  constexpr std::string_view kPlaceholder = "=@scratch";
  for (std::string& line : env) {
    if (line.size() < kPlaceholder.size()) continue;
    size_t at = line.size() - kPlaceholder.size();
    if (line.compare(at, kPlaceholder.size(), kPlaceholder) == 0)
      line.replace(at + 1, std::string::npos, scratch);
  }
}

std::vector<wchar_t> EnvironmentBlock(const std::vector<std::string>& env) {
  std::vector<wchar_t> block;
  for (const std::string& line : env) {
    WideText wide(line);
    block.insert(block.end(), wide.get(), wide.get() + wide.size() + 1);
  }
  if (block.empty()) block.push_back(L'\0');
  block.push_back(L'\0');
  return block;
}

}  // namespace moated
