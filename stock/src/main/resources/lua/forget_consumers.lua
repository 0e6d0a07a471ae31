#!lua flags=allow-oom
--[[
forget_consumers: removes consumers of a group that are gone: idle for long, with nothing pending.

Keys
  1       stream

Arguments
  1       consumer group
  2       name of the consumer that asks; never removed
  3       idle time from which a consumer counts as gone, in ms

Answer, flat
  1       consumers removed

Atomic: everything, so that a consumer that just read something is not removed with what it read.
--]]
local STREAM = KEYS[1]
local GROUP, SELF, GONE_AFTER_MILLIS = ARGV[1], ARGV[2], tonumber(ARGV[3])

local removed = 0
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', STREAM, GROUP)) do
  local named = {}
  for i = 1, #consumer, 2 do named[consumer[i]] = consumer[i + 1] end
  if named.name ~= SELF and named.pending == 0 and named.idle >= GONE_AFTER_MILLIS then
    redis.call('XGROUP', 'DELCONSUMER', STREAM, GROUP, named.name)
    removed = removed + 1
  end
end
return {removed}
