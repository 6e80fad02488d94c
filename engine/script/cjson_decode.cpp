#include "engine/script/cjson_lua.h"

#include "engine/script/lua_bytes_lua.h"
#include "engine/script/work_meter_lua.h"

#include <strings.h>

#include <cstdlib>
#include <cstring>

namespace engine {
namespace {

// In the order of the names that errors show.
enum class Token {
    ObjectBegin,
    ObjectEnd,
    ArrayBegin,
    ArrayEnd,
    String,
    Number,
    Boolean,
    Null,
    Colon,
    Comma,
    End,
    Error
};
constexpr const char* kTokenNames[] = {"T_OBJ_BEGIN", "T_OBJ_END", "T_ARR_BEGIN", "T_ARR_END", "T_STRING", "T_NUMBER",
    "T_BOOLEAN", "T_NULL", "T_COLON", "T_COMMA", "T_END", "T_ERROR"};

bool isDigit(char byte)
{
    return byte >= '0' && byte <= '9';
}

bool isSpace(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/// Four hexadecimal digits, or -1.
int hex4(const char* text)
{
    int code = 0;
    for (int i = 0; i < 4; ++i) {
        const char byte = text[i];
        const int digit = isDigit(byte)    ? byte - '0'
            : (byte >= 'a' && byte <= 'f') ? byte - 'a' + 10
            : (byte >= 'A' && byte <= 'F') ? byte - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        code = code * 16 + digit;
    }
    return code;
}

class JsonDecoder {
public:
    JsonDecoder(lua_State* lua, const char* text, const CjsonOptions& options)
        : m_lua(lua), m_start(text), m_at(text), m_options(options), m_string(lua), m_meter(lua)
    {
    }

    /// Reads the whole text and pushes its value. [-0, +1]
    void read()
    {
        readToken();
        pushValue();
        readToken();
        if (m_token != Token::End)
            fail("the end");
    }

private:
    [[noreturn]] void fail(const char* expected)
    {
        const char* const found = m_token == Token::Error ? m_fault : kTokenNames[static_cast<int>(m_token)];
        luaL_error(m_lua, "Expected %s but found %s at character %d", expected, found,
            static_cast<int>(m_tokenStart - m_start) + 1);
        std::abort(); // luaL_error does not return
    }

    void faulty(const char* fault)
    {
        m_token = Token::Error;
        m_tokenStart = m_at;
        m_fault = fault;
    }

    void readToken()
    {
        m_meter.step();
        for (; isSpace(*m_at); ++m_at)
            m_meter.step();
        m_tokenStart = m_at;
        constexpr std::string_view kSingle = "{}[]";
        const char byte = *m_at;
        if (byte == '\0') { // the end, or a NUL within the text, which ends it as well
            m_token = Token::End;
        } else if (const std::size_t which = kSingle.find(byte); which != std::string_view::npos) {
            m_token = static_cast<Token>(which);
            ++m_at;
        } else if (byte == ':' || byte == ',') {
            m_token = byte == ':' ? Token::Colon : Token::Comma;
            ++m_at;
        } else if (byte == '"') {
            readString();
        } else if (byte == '-' || isDigit(byte)) {
            if (!m_options.decodeInvalidNumbers && isInvalidNumber())
                faulty("invalid number");
            else
                readNumber();
        } else {
            readWord(byte);
        }
    }

    void readWord(char first)
    {
        if (takeWord("true") || takeWord("false")) {
            m_token = Token::Boolean;
            m_boolean = first == 't';
        } else if (takeWord("null")) {
            m_token = Token::Null;
        } else if (m_options.decodeInvalidNumbers && first != '\0' && std::strchr("+iInN", first)
            && isInvalidNumber()) {
            readNumber();
        } else {
            faulty("invalid token");
        }
    }

    bool takeWord(std::string_view word)
    {
        if (std::strncmp(m_at, word.data(), word.size()) != 0)
            return false;
        m_at += word.size();
        return true;
    }

    /// True for what strtod reads and JSON does not know: a plus, hexadecimal, leading zeros, inf and nan.
    bool isInvalidNumber() const
    {
        if (*m_at == '+')
            return true;
        const char* const digits = *m_at == '-' ? m_at + 1 : m_at;
        if (*digits == '0')
            return digits[1] == 'x' || digits[1] == 'X' || isDigit(digits[1]);
        return strncasecmp(digits, "inf", 3) == 0 || strncasecmp(digits, "nan", 3) == 0;
    }

    void readNumber()
    {
        char* end = nullptr;
        m_number = std::strtod(m_at, &end);
        if (end == m_at)
            return faulty("invalid number");
        m_meter.step(static_cast<std::size_t>(end - m_at) / 16);
        m_token = Token::Number;
        m_at = end;
    }

    void readString()
    {
        m_string.clear();
        ++m_at;
        for (;;) {
            const std::size_t plain = std::strcspn(m_at, "\"\\");
            m_string.append(m_at, plain);
            m_meter.step(1 + plain / 16);
            m_at += plain;
            if (*m_at == '"')
                break;
            if (*m_at == '\0')
                return faulty("unexpected end of string");
            if (const char* const fault = readEscape())
                return faulty(fault);
        }
        ++m_at;
        m_token = Token::String;
    }

    /// At a backslash: adds what it stands for. Otherwise says what is wrong, and stays where it is.
    const char* readEscape()
    {
        constexpr std::string_view kNames = "\"\\/bfnrt";
        constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
        const char name = m_at[1];
        if (name == 'u')
            return readUnicode() ? nullptr : "invalid unicode escape code";
        const std::size_t which = name == '\0' ? std::string_view::npos : kNames.find(name);
        if (which == std::string_view::npos)
            return "invalid escape code";
        m_string.append(kMeanings[which]);
        m_at += 2;
        return nullptr;
    }

    bool readUnicode()
    {
        int code = hex4(m_at + 2);
        int length = 6;
        if (code < 0)
            return false;
        if ((code & 0xF800) == 0xD800) { // half of a pair; the first one must come first
            if ((code & 0x400) != 0 || m_at[6] != '\\' || m_at[7] != 'u')
                return false;
            const int low = hex4(m_at + 8);
            if (low < 0 || (low & 0xFC00) != 0xDC00)
                return false;
            code = 0x10000 + (((code & 0x3FF) << 10) | (low & 0x3FF));
            length = 12;
        }
        appendUtf8(static_cast<unsigned>(code));
        m_at += length;
        return true;
    }

    void appendUtf8(unsigned code)
    {
        const auto tail = [&](unsigned shift) {
            m_string.append(static_cast<char>(0x80U | ((code >> shift) & 0x3FU)));
        };
        if (code < 0x80) {
            m_string.append(static_cast<char>(code));
        } else if (code < 0x800) {
            m_string.append(static_cast<char>(0xC0U | (code >> 6U)));
            tail(0);
        } else if (code < 0x10000) {
            m_string.append(static_cast<char>(0xE0U | (code >> 12U)));
            tail(6);
            tail(0);
        } else {
            m_string.append(static_cast<char>(0xF0U | (code >> 18U)));
            tail(12);
            tail(6);
            tail(0);
        }
    }

    /// Pushes the value that begins with the current token. [-0, +1]
    void pushValue() // NOLINT(misc-no-recursion): descend bounds it
    {
        switch (m_token) {
        case Token::String:
            return m_string.push();
        case Token::Number:
            return lua_pushnumber(m_lua, m_number);
        case Token::Boolean:
            return lua_pushboolean(m_lua, m_boolean ? 1 : 0);
        case Token::Null:
            return lua_pushlightuserdata(m_lua, nullptr);
        case Token::ObjectBegin:
            return pushObject();
        case Token::ArrayBegin:
            return pushArray();
        default:
            fail("value");
        }
    }

    /// Goes a level down, with room on the stack for it. Every level leaves a value there, so Lua's limit bounds the
    /// recursion whatever the setting.
    void descend(int slots)
    {
        if (++m_depth <= m_options.decodeMaxDepth && lua_checkstack(m_lua, slots))
            return;
        luaL_error(m_lua, "Found too many nested data structures (%d) at character %d", m_depth,
            static_cast<int>(m_at - m_start));
    }

    void pushObject() // NOLINT(misc-no-recursion)
    {
        descend(3);
        lua_newtable(m_lua);
        readToken();
        while (m_token != Token::ObjectEnd) {
            if (m_token != Token::String)
                fail("object key string");
            m_string.push();
            readToken();
            if (m_token != Token::Colon)
                fail("colon");
            readToken();
            pushValue();
            lua_rawset(m_lua, -3);
            readToken();
            if (m_token == Token::ObjectEnd)
                break;
            if (m_token != Token::Comma)
                fail("comma or object end");
            readToken();
            // A brace here ends nothing: after a comma a key must come.
            if (m_token == Token::ObjectEnd)
                fail("object key string");
        }
        --m_depth;
    }

    void pushArray() // NOLINT(misc-no-recursion)
    {
        descend(2);
        lua_newtable(m_lua);
        readToken();
        if (m_token != Token::ArrayEnd) {
            for (int i = 1;; ++i) {
                pushValue();
                lua_rawseti(m_lua, -2, i);
                readToken();
                if (m_token == Token::ArrayEnd)
                    break;
                if (m_token != Token::Comma)
                    fail("comma or array end");
                readToken();
            }
        }
        --m_depth;
    }

    lua_State* m_lua;
    const char* m_start;
    const char* m_at;
    const CjsonOptions& m_options;
    LuaBytes m_string;
    WorkMeter m_meter;
    int m_depth = 0;

    Token m_token = Token::End;
    const char* m_tokenStart = nullptr;
    const char* m_fault = nullptr; // of Token::Error
    double m_number = 0;
    bool m_boolean = false;
};

} // namespace

void decodeJson(lua_State* lua, const char* text, const CjsonOptions& options)
{
    JsonDecoder(lua, text, options).read();
}

} // namespace engine
