#pragma once

// CHECK is for what only a bug can break. It is on in every build and ends the process, saying where.
// Never for input: input fails with a Result or a reply.

namespace engine {

[[noreturn]] void checkFailed(const char* condition, const char* file, int line);

}

#define CHECK(condition) ((condition) ? static_cast<void>(0) : ::engine::checkFailed(#condition, __FILE__, __LINE__))
