#include "engine/base/file.h"

#include <array>
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

std::optional<Bytes> readFile(const Bytes& path)
{
    std::ifstream file(path, std::ios::binary);
    Bytes content;
    std::array<char, 65536> piece;
    // A folder opens, and cannot be read.
    while (file.read(piece.data(), piece.size()) || file.gcount() > 0)
        content.append(piece.data(), static_cast<std::size_t>(file.gcount()));
    return file.is_open() && !file.bad() ? std::optional(std::move(content)) : std::nullopt;
}

} // namespace engine
