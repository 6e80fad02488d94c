#include "tests/support/environment.h"

#include <QString>

namespace tests {

std::uint64_t fromEnvironment(const char* name, std::uint64_t otherwise)
{
    bool valid = false;
    const qulonglong value = qEnvironmentVariable(name).toULongLong(&valid);
    return valid ? value : otherwise;
}

} // namespace tests
