#include "debugger/console/reply_json.h"

#include "engine/base/number.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace debugger {

using engine::Reply;
using engine::ReplyKind;
using Json = nlohmann::ordered_json;

namespace {

bool isUtf8(const std::string& text)
{
    // The library's own check is in its serialiser: it throws at the first byte that is none.
    try {
        static_cast<void>(Json(text).dump());
        return true;
    } catch (const Json::type_error&) {
        return false;
    }
}

Json textJson(const std::string& text)
{
    if (isUtf8(text))
        return text;
    return Json{{"hex", hexDigits(text)}};
}

Json toJson(const Reply& reply, int levels);

bool keysAreTexts(const Reply& map)
{
    Json seen = Json::object();
    for (std::size_t i = 0; i + 1 < map.elements.size(); i += 2) {
        const Reply& key = map.elements[i];
        const bool text = key.kind == ReplyKind::Bulk || key.kind == ReplyKind::Status;
        if (!text || !isUtf8(key.text) || seen.contains(key.text))
            return false;
        seen[key.text] = true;
    }
    return true;
}

Json mapJson(const Reply& map, int levels)
{
    const bool object = keysAreTexts(map);
    Json json = object ? Json::object() : Json::array();
    for (std::size_t i = 0; i + 1 < map.elements.size(); i += 2) {
        if (object)
            json[map.elements[i].text] = toJson(map.elements[i + 1], levels);
        else
            json.push_back(Json::array({toJson(map.elements[i], levels), toJson(map.elements[i + 1], levels)}));
    }
    return json;
}

// Readers of JSON give up at some hundred levels, and each takes room on the stack.
constexpr int kMostLevels = 200;

Json toJson(const Reply& reply, int levels)
{
    if (levels == 0 && !reply.elements.empty())
        return Json{{"deeper", reply.elements.size()}};
    switch (reply.kind) {
    case ReplyKind::Error:
        return Json{{"error", textJson(reply.text)}};
    case ReplyKind::Integer:
        return reply.integer;
    case ReplyKind::Null:
    case ReplyKind::NullArray:
        return nullptr;
    case ReplyKind::Double:
        return std::isfinite(reply.number) ? Json(reply.number) : Json(engine::formatDouble(reply.number));
    case ReplyKind::Boolean:
        return reply.integer != 0;
    case ReplyKind::Map:
        return mapJson(reply, levels - 1);
    case ReplyKind::Array:
    case ReplyKind::Set:
    case ReplyKind::Push: {
        Json array = Json::array();
        for (const Reply& element : reply.elements)
            array.push_back(toJson(element, levels - 1));
        return array;
    }
    case ReplyKind::Status:
    case ReplyKind::Bulk:
    case ReplyKind::BigNumber:
    case ReplyKind::Verbatim:
        break;
    }
    return textJson(reply.text);
}

} // namespace

std::string hexDigits(engine::BytesView bytes)
{
    constexpr const char* kDigits = "0123456789abcdef";
    std::string hex;
    hex.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        hex += kDigits[byte >> 4];
        hex += kDigits[byte & 15];
    }
    return hex;
}

std::optional<engine::Bytes> hexBytes(std::string_view digits)
{
    const auto valueOf = [](char digit) {
        return digit >= '0' && digit <= '9' ? digit - '0'
            : digit >= 'a' && digit <= 'f'  ? digit - 'a' + 10
            : digit >= 'A' && digit <= 'F'  ? digit - 'A' + 10
                                            : -1;
    };
    if (digits.size() % 2 != 0)
        return std::nullopt;
    engine::Bytes bytes;
    bytes.reserve(digits.size() / 2);
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const int high = valueOf(digits[i]);
        const int low = valueOf(digits[i + 1]);
        if (high < 0 || low < 0)
            return std::nullopt;
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

std::string jsonText(const Reply& reply)
{
    return toJson(reply, kMostLevels).dump();
}

} // namespace debugger
