#include "widgets/editor/lua_lexer.h"

#include "widgets/parts/theme.h"

#include <QFontDatabase>

namespace widgets {

namespace {

constexpr char kLanguage[] =
    "and break do else elseif end false for function if in local nil not or repeat return then true until while";

constexpr char kBase[] =
    "_G _VERSION assert collectgarbage error gcinfo getmetatable ipairs load loadstring next pairs pcall rawequal "
    "rawget rawset select setmetatable tonumber tostring type unpack xpcall";

constexpr char kLibraries[] =
    "string.byte string.char string.dump string.find string.format string.gfind string.gmatch string.gsub string.len "
    "string.lower string.match string.rep string.reverse string.sub string.upper table.concat table.foreach "
    "table.foreachi "
    "table.getn table.insert table.maxn table.remove table.sort math.abs math.acos math.asin math.atan math.atan2 "
    "math.ceil "
    "math.cos math.cosh math.deg math.exp math.floor math.fmod math.frexp math.huge math.ldexp math.log math.log10 "
    "math.max "
    "math.min math.mod math.modf math.pi math.pow math.rad math.random math.randomseed math.sin math.sinh math.sqrt "
    "math.tan "
    "math.tanh coroutine.create coroutine.resume coroutine.running coroutine.status coroutine.wrap coroutine.yield "
    "cjson.encode cjson.decode cjson.null cjson.new cjson.encode_sparse_array cjson.encode_max_depth "
    "cjson.decode_max_depth "
    "cjson.encode_number_precision cjson.encode_keep_buffer cjson.encode_invalid_numbers cjson.decode_invalid_numbers "
    "cmsgpack.pack cmsgpack.unpack cmsgpack.unpack_one cmsgpack.unpack_limit struct.pack struct.unpack struct.size "
    "bit.tobit "
    "bit.bnot bit.band bit.bor bit.bxor bit.lshift bit.rshift bit.arshift bit.rol bit.ror bit.bswap bit.tohex";

constexpr char kRedis[] =
    "KEYS ARGV redis redis.call redis.pcall redis.error_reply redis.status_reply redis.sha1hex redis.log "
    "redis.setresp redis.set_repl redis.replicate_commands redis.breakpoint redis.debug redis.acl_check_cmd "
    "redis.LOG_DEBUG redis.LOG_VERBOSE redis.LOG_NOTICE redis.LOG_WARNING redis.REPL_ALL redis.REPL_AOF "
    "redis.REPL_NONE redis.REPL_REPLICA redis.REPL_SLAVE redis.REDIS_VERSION redis.REDIS_VERSION_NUM";

struct StyleRole {
    int style;
    Role role;
};

constexpr StyleRole kStyles[] = {
    {QsciLexerLua::Default, Role::Text},
    {QsciLexerLua::Comment, Role::Comment},
    {QsciLexerLua::LineComment, Role::Comment},
    {QsciLexerLua::Number, Role::Number},
    {QsciLexerLua::Keyword, Role::Keyword},
    {QsciLexerLua::String, Role::String},
    {QsciLexerLua::Character, Role::String},
    {QsciLexerLua::LiteralString, Role::String},
    {QsciLexerLua::Preprocessor, Role::Comment},
    {QsciLexerLua::Operator, Role::Operator},
    {QsciLexerLua::Identifier, Role::Text},
    {QsciLexerLua::UnclosedString, Role::Error},
    {QsciLexerLua::BasicFunctions, Role::Library},
    {QsciLexerLua::StringTableMathsFunctions, Role::Library},
    {QsciLexerLua::CoroutinesIOSystemFacilities, Role::RedisApi},
    {QsciLexerLua::KeywordSet5, Role::Text},
    {QsciLexerLua::KeywordSet6, Role::Text},
    {QsciLexerLua::KeywordSet7, Role::Text},
    {QsciLexerLua::KeywordSet8, Role::Text},
    {QsciLexerLua::Label, Role::Text},
};

} // namespace

LuaLexer::LuaLexer(const Theme& theme, QObject* parent) : QsciLexerLua(parent), m_theme(theme)
{
    setFoldCompact(false);
    applyTheme();
}

void LuaLexer::applyTheme()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPointSizeF(std::max(10.0, font.pointSizeF()));
    setDefaultFont(font);
    setDefaultPaper(m_theme.color(Role::Base));
    setDefaultColor(m_theme.color(Role::Text));
    setPaper(m_theme.color(Role::Base));
    for (const StyleRole& row : kStyles) {
        QFont styled = font;
        styled.setBold(row.role == Role::Keyword || row.role == Role::RedisApi);
        styled.setItalic(row.role == Role::Comment);
        setFont(styled, row.style);
        setPaper(m_theme.color(Role::Base), row.style);
        setColor(m_theme.color(row.role), row.style);
    }
}

const char* LuaLexer::keywords(int set) const
{
    switch (set) {
    case 1:
        return kLanguage;
    case 2:
        return kBase;
    case 3:
        return kLibraries;
    case 4:
        return kRedis;
    default:
        return nullptr;
    }
}

QStringList LuaLexer::knownNames()
{
    QStringList names;
    for (const char* words : {kLanguage, kBase, kLibraries, kRedis})
        names += QString::fromLatin1(words).split(QLatin1Char(' '));
    names.sort();
    return names;
}

} // namespace widgets
