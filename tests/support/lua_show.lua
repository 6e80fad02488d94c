local function text(value, depth)
    if type(value) == 'number' then
        return string.format('%.17g', value)
    elseif type(value) == 'string' then
        return '"' .. value:gsub('.', function(c)
            return (c == '"' or c == '\\' or not c:match('[%w%p ]')) and string.format('\\%03d', c:byte()) or c
        end) .. '"'
    elseif type(value) == 'table' and depth < 5 then
        local entries = {}
        for key, entry in pairs(value) do
            entries[#entries + 1] = text(key, depth + 1) .. '=' .. text(entry, depth + 1)
        end
        table.sort(entries)
        return '{' .. table.concat(entries, ', ') .. '}'
    elseif type(value) == 'boolean' then
        return tostring(value)
    end
    return type(value)
end
local function show(...)
    local shown = {}
    for i = 1, select('#', ...) do
        shown[i] = text(select(i, ...), 0)
    end
    return table.concat(shown, ' ')
end
