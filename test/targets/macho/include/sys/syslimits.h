/* What the launcher for macOS includes, for a build of it that runs on Linux. */
#pragma once
#define OPEN_MAX 10240
