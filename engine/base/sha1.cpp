#include "engine/base/sha1.h"

#include "engine/base/check.h"

#include <openssl/evp.h>

namespace engine {

Sha1 sha1(BytesView data)
{
    Sha1 digest{};
    unsigned int size = 0;
    CHECK(EVP_Digest(data.data(), data.size(), digest.data(), &size, EVP_sha1(), nullptr) == 1);
    CHECK(size == digest.size());
    return digest;
}

Bytes hexText(std::span<const unsigned char> bytes)
{
    constexpr char kDigits[] = "0123456789abcdef";
    Bytes hex;
    hex.reserve(bytes.size() * 2);
    for (const unsigned char byte : bytes) {
        hex.push_back(kDigits[byte >> 4]);
        hex.push_back(kDigits[byte & 15]);
    }
    return hex;
}

Bytes sha1Hex(BytesView data)
{
    return hexText(sha1(data));
}

} // namespace engine
