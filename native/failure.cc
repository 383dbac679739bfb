#include "failure.h"

namespace moated {

Failure::Failure() = default;
Failure::Failure(const char* stage, const char* syscall, int os_error, std::string_view path)
    : stage(stage), syscall(syscall), os_error(os_error), path(path) {}
Failure::Failure(const Failure& other) = default;
Failure::Failure(Failure&& other) noexcept = default;
Failure& Failure::operator=(const Failure& other) = default;
Failure& Failure::operator=(Failure&& other) noexcept = default;
Failure::~Failure() = default;

}  // namespace moated
