#include "engine/acl/acl_file.h"

#include "engine/base/file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace engine {

namespace {

BytesView trimmed(BytesView line)
{
    const std::size_t begin = line.find_first_not_of(" \t\r\n");
    return begin == BytesView::npos ? BytesView() : line.substr(begin, line.find_last_not_of(" \t\r\n") + 1 - begin);
}

std::vector<BytesView> wordsOf(BytesView line)
{
    std::vector<BytesView> words;
    for (std::size_t begin = 0; begin <= line.size();) {
        const std::size_t end = std::min(line.find(' ', begin), line.size());
        words.push_back(line.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

/// Reads line by line, and goes on after an error, so that one attempt tells them all.
class AclFileReader {
public:
    AclFileReader(const Bytes& path, const AccessControl& acl) : m_path(path), m_acl(acl) { }

    void read(BytesView line)
    {
        ++m_line;
        const std::vector<BytesView> words = wordsOf(trimmed(line));
        if (words[0].empty())
            return;
        if (words[0] != "user" || words.size() < 2)
            return complain(place() + " should start with user keyword followed by the username. ");
        if (!isUserName(words[1]))
            return complain("'" + place() + ": username '" + Bytes(words[1]) + "' contains invalid characters. ");
        const auto user = m_acl.makeUser(words[1]);
        if (!users.emplace(words[1], user).second)
            return complain(
                "WARNING: Duplicate user '" + Bytes(words[1]) + "' found on line " + std::to_string(m_line) + ". ");
        const MergedRules merged = mergeSelectors(std::span(words).subspan(2));
        if (merged.unclosed)
            return complain(place() + ": Unmatched parenthesis in selector definition.");
        apply(*user, merged.rules);
    }

    AccessControl::Users users;
    Bytes errors;

private:
    // Unknown names are all told; of other errors the first, for the others may follow from it.
    void apply(AclUser& user, const std::vector<Bytes>& rules)
    {
        bool toldOther = false;
        for (const Bytes& rule : rules) {
            const auto done = user.apply(rule);
            if (done)
                continue;
            if (done.error() == acl_errors::kUnknownName) {
                complain(place() + ": Error in applying operation '" + rule + "': " + done.error() + ". ");
            } else if (!toldOther) {
                complain(place() + ": " + done.error() + ". ");
                toldOther = true;
            }
        }
    }
    Bytes place() const { return m_path + ":" + std::to_string(m_line); }
    void complain(const Bytes& text) { errors += text; }

    const Bytes& m_path;
    const AccessControl& m_acl;
    int m_line = 0;
};

} // namespace

Result<AccessControl::Users> readAclFile(const Bytes& path, const AccessControl& acl)
{
    std::ifstream file(path);
    if (!file)
        return Error{"ERR Error loading ACLs, opening file '" + path + "': " + std::strerror(errno)};
    AclFileReader reader(path, acl);
    for (Bytes line; std::getline(file, line);)
        reader.read(line);
    if (file.bad())
        return Error{"ERR Error loading ACLs, reading file '" + path + "': " + std::strerror(errno)};
    if (!reader.errors.empty())
        return Error{"ERR " + reader.errors
            + "WARNING: ACL errors detected, no change to the previously active ACL rules was performed"};
    return std::move(reader.users);
}

Result<void> writeAclFile(const Bytes& path, BytesView text)
{
    if (!replaceFile(path, text))
        return Error{
            "ERR There was an error trying to save the ACLs: cannot write " + path + ": " + std::strerror(errno)};
    return {};
}

} // namespace engine
