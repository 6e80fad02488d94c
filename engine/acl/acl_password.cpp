#include "engine/acl/acl_password.h"

#include "engine/base/check.h"
#include "engine/base/sha1.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <vector>

namespace engine {

namespace {

constexpr std::size_t kHashDigits = 64;

} // namespace

Bytes passwordHash(BytesView password)
{
    std::array<unsigned char, kHashDigits / 2> digest{};
    unsigned int size = 0;
    CHECK(EVP_Digest(password.data(), password.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
    CHECK(size == digest.size());
    return hexText(digest);
}

bool isPasswordHash(BytesView text)
{
    return text.size() == kHashDigits && text.find_first_not_of("0123456789abcdef") == BytesView::npos;
}

bool sameSecret(BytesView a, BytesView b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Bytes randomPassword(std::size_t bits)
{
    const std::size_t digits = (bits + 3) / 4;
    std::vector<unsigned char> bytes((digits + 1) / 2);
    CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
    Bytes password = hexText(bytes);
    password.resize(digits);
    return password;
}

} // namespace engine
