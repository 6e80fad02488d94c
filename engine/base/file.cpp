#include "engine/base/file.h"

#include <cerrno>
#include <cstdio>
#include <fstream>

namespace engine {

bool replaceFile(const Bytes& path, BytesView content)
{
    const Bytes fresh = path + ".new";
    std::ofstream file(fresh, std::ios::trunc | std::ios::binary);
    file << content;
    file.close();
    if (file && std::rename(fresh.c_str(), path.c_str()) == 0)
        return true;
    const int reason = errno;
    std::remove(fresh.c_str());
    errno = reason;
    return false;
}

} // namespace engine
