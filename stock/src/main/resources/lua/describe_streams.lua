#!lua flags=no-writes
--[[
describe_streams: what XINFO and XPENDING say of streams and of one group of theirs.

Keys
  1 …     streams (at most 100), in one slot

Arguments
  1       consumer group
  2       consumers of one stream described at most: those with the most pending

Answer, flat
  1       time in ms
  then for each stream, in the order of the keys
          length
          1 if it has the group, 0 if not
          lag: entries that the group has not read; all of them if there is no group
          pending: entries read and not acknowledged
          id of the oldest pending entry, or empty
          id of the oldest entry that the group has not read, or empty; without a group that of the oldest entry
          number of consumers that follow
          for each consumer its name, its pending entries, and how long it idled in ms

Redis does not know the lag while an older entry is pending than one that was deleted. Then it is what is neither pending
nor acknowledged, since acknowledged entries are deleted at once.
Atomic: all streams are of one moment. Writes nothing, and so runs when Redis is out of memory too.
--]]
local GROUP, MAX_CONSUMERS = ARGV[1], tonumber(ARGV[2])

local function named(fields)
  local values = {}
  for i = 1, #fields, 2 do values[fields[i]] = fields[i + 1] end
  return values
end

local function group(stream)
  for _, fields in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    local values = named(fields)
    if values.name == GROUP then return values end
  end
end

local function consumers(stream)
  local all = {}
  for i, fields in ipairs(redis.call('XINFO', 'CONSUMERS', stream, GROUP)) do all[i] = named(fields) end
  table.sort(all, function(a, b)
    if a.pending ~= b.pending then return a.pending > b.pending end
    return a.name < b.name
  end)
  return all
end

-- The id of the first entry of a range, or empty.
local function first_id(stream, from)
  local entries = redis.call('XRANGE', stream, from, '+', 'COUNT', 1)
  return entries[1] and entries[1][1] or ''
end

local now = redis.call('TIME')
local answer = {now[1] * 1000 + math.floor(now[2] / 1000)}
local function add(value) answer[#answer + 1] = value end

for _, stream in ipairs(KEYS) do
  local exists = redis.call('TYPE', stream).ok == 'stream'
  local length = exists and redis.call('XLEN', stream) or 0
  local its_group = exists and group(stream)
  add(length)
  if its_group then
    local pending = redis.call('XPENDING', stream, GROUP)
    local all = consumers(stream)
    add(1)
    add(its_group.lag or math.max(0, length - pending[1]))
    add(pending[1])
    add(pending[2] or '')
    add(its_group.lag == 0 and '' or first_id(stream, '(' .. its_group['last-delivered-id']))
    add(math.min(#all, MAX_CONSUMERS))
    for i = 1, math.min(#all, MAX_CONSUMERS) do
      add(all[i].name)
      add(all[i].pending)
      add(all[i].idle)
    end
  else
    add(0)
    add(length)
    add(0)
    add('')
    add(exists and first_id(stream, '-') or '')
    add(0)
  end
end
return answer
