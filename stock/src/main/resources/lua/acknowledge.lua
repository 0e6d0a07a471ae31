#!lua flags=allow-oom
--[[
acknowledge: acknowledges recorded entries and takes them out of their streams. Only after the commit that recorded them.

Keys
  1 …     streams

Arguments
  1       consumer group
  then for each stream, in the order of the keys
          number of ids (at most 5,000), and the ids

Answer, flat
  1       entries acknowledged: fewer than given if another worker was faster
  2       entries deleted

Runs when Redis is out of memory too: it is what makes room.
Atomic: everything, so that no entry is left acknowledged and not deleted. Running it again answers 0, 0.
--]]
local GROUP = ARGV[1]
local acknowledged, deleted = 0, 0
local at = 2
for i = 1, #KEYS do
  local count = tonumber(ARGV[at])
  local first, last = at + 1, at + count
  local kind = redis.call('TYPE', KEYS[i]).ok
  if kind == 'stream' then
    acknowledged = acknowledged + redis.call('XACK', KEYS[i], GROUP, unpack(ARGV, first, last))
    deleted = deleted + redis.call('XDEL', KEYS[i], unpack(ARGV, first, last))
  end
  at = last + 1
end
return {acknowledged, deleted}
