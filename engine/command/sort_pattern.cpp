#include "engine/command/sort_pattern.h"

#include "engine/command/call.h"

namespace engine {

SortPattern::SortPattern(BytesView text)
{
    // Redis looks for its signs up to the first NUL, and takes what they part whole.
    const BytesView searched = text.substr(0, text.find('\0'));
    m_isElement = searched == "#";
    const std::size_t star = searched.find('*');
    m_hasStar = star != BytesView::npos;
    if (!m_hasStar)
        return;
    m_before = text.substr(0, star);
    const std::size_t arrow = searched.find("->", star + 1);
    // An arrow that points at nothing belongs to the name.
    const bool hasField = arrow != BytesView::npos && arrow + 2 < searched.size();
    m_behind = text.substr(star + 1, hasField ? arrow - star - 1 : BytesView::npos);
    if (hasField)
        m_field = text.substr(arrow + 2);
}

std::optional<Bytes> SortPattern::lookUp(Call& call, BytesView element) const
{
    if (m_isElement)
        return Bytes(element);
    if (!m_hasStar)
        return std::nullopt;
    Bytes key(m_before);
    key += element;
    key += m_behind;
    const Entry* entry = call.find(key);
    if (!entry || entry->type() != (m_field.empty() ? ValueType::String : ValueType::Hash))
        return std::nullopt;
    if (m_field.empty())
        return Bytes(entry->string().view());
    const auto value = entry->hash().find(m_field);
    return value ? std::optional<Bytes>(*value) : std::nullopt;
}

} // namespace engine
