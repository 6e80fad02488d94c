#include "engine/script/function_store.h"

#include "engine/base/check.h"
#include "engine/resp/request_parser.h"

#include <algorithm>

namespace engine {
namespace {

constexpr BytesView kNameKeyword = "name=";

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

} // namespace

bool isFunctionName(BytesView name)
{
    return !name.empty() && std::ranges::all_of(name, isNameCharacter);
}

Result<LibraryHeader> readLibraryHeader(BytesView code)
{
    if (!code.starts_with("#!"))
        return Error{"ERR Missing library metadata"};
    LibraryHeader header;
    header.bytes = firstLineBytes(code);
    std::vector<Bytes> words;
    if (header.bytes == BytesView::npos || !splitQuoted(code.substr(0, header.bytes), words) || words.empty())
        return Error{"ERR Invalid library metadata"};
    header.engine = words.front().substr(2);
    bool named = false;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const BytesView word = words[i];
        if (!equalsIgnoringCase(word.substr(0, kNameKeyword.size()), kNameKeyword))
            return Error{"ERR Invalid metadata value given: " + words[i]};
        if (named)
            return Error{"ERR Invalid metadata value, name argument was given multiple times"};
        named = true;
        header.name = word.substr(kNameKeyword.size());
    }
    if (!named)
        return Error{"ERR Library name was not given"};
    return header;
}

std::size_t FunctionStore::Hash::operator()(BytesView name) const
{
    constexpr std::uint64_t kPrime = 0x100000001b3; // FNV-1a
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : name)
        hash = (hash ^ (static_cast<unsigned char>(c) | 0x20U)) * kPrime;
    return hash;
}

const FunctionLibrary* FunctionStore::findLibrary(BytesView name) const
{
    const auto found = m_libraries.find(Bytes(name));
    return found == m_libraries.end() ? nullptr : found->second.get();
}

const LibraryFunction* FunctionStore::findFunction(BytesView name) const
{
    const auto found = m_functions.find(name);
    return found == m_functions.end() ? nullptr : found->second;
}

const FunctionLibrary& FunctionStore::libraryOf(const LibraryFunction& function) const
{
    const auto holds = [&function](const auto& each) {
        const auto& functions = each.second->functions;
        return std::ranges::any_of(functions, [&function](const LibraryFunction& one) { return &one == &function; });
    };
    const auto found = std::ranges::find_if(m_libraries, holds);
    CHECK(found != m_libraries.end());
    return *found->second;
}

std::size_t FunctionStore::functionCount() const
{
    std::size_t sum = 0;
    for (const auto& [name, library] : m_libraries)
        sum += library->functions.size();
    return sum;
}

std::size_t FunctionStore::bytes() const
{
    std::size_t sum = 0;
    for (const auto& [name, library] : m_libraries) {
        sum += name.size() + library->code.size();
        for (const LibraryFunction& function : library->functions)
            sum += function.name.size() + (function.description ? function.description->size() : 0);
    }
    return sum;
}

const LibraryFunction* FunctionStore::firstTaken(const FunctionLibrary& library) const
{
    const auto taken = std::ranges::find_if(
        library.functions, [this](const LibraryFunction& function) { return findFunction(function.name) != nullptr; });
    return taken == library.functions.end() ? nullptr : &*taken;
}

void FunctionStore::add(std::unique_ptr<FunctionLibrary> library)
{
    for (const LibraryFunction& function : library->functions)
        m_functions.emplace(function.name, &function);
    m_libraries.emplace(library->name, std::move(library));
}

std::unique_ptr<FunctionLibrary> FunctionStore::take(BytesView name)
{
    const auto found = m_libraries.find(Bytes(name));
    if (found == m_libraries.end())
        return nullptr;
    auto library = std::move(found->second);
    m_libraries.erase(found);
    for (const LibraryFunction& function : library->functions) {
        const auto place = m_functions.find(function.name);
        if (place != m_functions.end() && place->second == &function)
            m_functions.erase(place);
    }
    return library;
}

} // namespace engine
