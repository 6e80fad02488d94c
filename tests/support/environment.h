#pragma once

// What chooses another run of a random test: numbers from the environment.

#include <cstdint>

namespace tests {

/// The number that the variable `name` holds; `otherwise` when it holds none.
std::uint64_t fromEnvironment(const char* name, std::uint64_t otherwise);

} // namespace tests
