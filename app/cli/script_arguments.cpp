#include "app/cli/script_arguments.h"

#include "engine/base/number.h"
#include "engine/script/function_store.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace app {

namespace {

std::string hintFor(std::span<const std::string> words)
{
    if (std::find(words.begin(), words.end(), ",") != words.end())
        return {};
    for (const std::string& word : words) {
        if (word.size() > 1 && (word.ends_with(',') || word.starts_with(',')))
            return "the comma in '" + word
                + "' belongs to that key, so every word became a key: put blanks on both sides of the comma that "
                  "separates keys from arguments (KEY , ARG)";
    }
    if (words.size() > 1) {
        const auto count = engine::parseInteger(words.front());
        if (count && *count >= 0 && *count < static_cast<std::int64_t>(words.size()))
            return "'" + words.front()
                + "' became the first key: no number of keys is given here, a lone comma separates keys from "
                  "arguments (KEY , ARG)";
    }
    return {};
}

engine::Bytes readAll(std::istream& in)
{
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

const CLI::Option* optionNamed(const CLI::App& command, const std::string& name)
{
    for (const CLI::Option* option : command.get_options()) {
        if (!option->get_positional() && option->check_name(name))
            return option;
    }
    return nullptr;
}

} // namespace

ScriptArguments splitScriptArguments(std::span<const std::string> words)
{
    ScriptArguments split;
    split.hint = hintFor(words);
    const auto comma = std::find(words.begin(), words.end(), ",");
    split.keys.assign(words.begin(), comma);
    if (comma != words.end())
        split.argv.assign(comma + 1, words.end());
    return split;
}

engine::Result<engine::Bytes> readScript(const std::string& path)
{
    if (path == "-")
        return readAll(std::cin);
    std::error_code ignored;
    const bool folder = std::filesystem::is_directory(path, ignored);
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (file && !folder)
        return readAll(file);
    return engine::Error{
        "cannot read the script '" + path + "': " + (folder ? "it is a folder" : std::strerror(errno ? errno : EIO))};
}

std::vector<std::string> optionsFirst(const CLI::App& command, std::vector<std::string> words)
{
    std::vector<std::string> options;
    std::vector<std::string> rest;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--") {
            rest.insert(rest.end(), words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
            break;
        }
        const bool dashed = words[i].size() > 1 && words[i].starts_with('-');
        const std::string name = words[i].substr(0, words[i].find('='));
        const CLI::Option* option = dashed ? optionNamed(command, name) : nullptr;
        if (!option && (!dashed || !rest.empty())) {
            rest.push_back(std::move(words[i]));
            continue;
        }
        const bool valueFollows = option && option->get_items_expected_min() > 0 && name == words[i];
        options.push_back(std::move(words[i]));
        if (valueFollows && i + 1 < words.size())
            options.push_back(std::move(words[++i]));
    }
    options.push_back("--");
    options.insert(options.end(), std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
    return options;
}

bool isLibrary(const std::string& body)
{
    return engine::readLibraryHeader(body).ok();
}

} // namespace app
