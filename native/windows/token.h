// The token of a confined run: the user's, without privileges and administrative groups.
#pragma once

#include <string>

#include "failure.h"
#include "windows/launch_plan.h"
#include "windows/unique_handle.h"

namespace moated {

Failure MakeRestrictedToken(const LaunchPlan& plan, UniqueHandle& token);

// Whether such a token really has lost its privileges: Wine accepts the call and changes nothing.
bool RestrictedTokensWork();

bool IsElevated();

// The user whom this process and its runs belong to.
Failure UserSidText(std::string& text);

}  // namespace moated
