#!lua flags=no-writes
--[[
read_letters: reads dead letters of one shard in the order in which they were set aside.

Keys
  1       dead-letter stream

Arguments
  1       letters of one range at most
  then for each range
          its start and its end as XRANGE takes them: an id, or "(" and an id for what comes after it, "-", "+"

Answer, flat
  for each letter found, range after range: its id, the number of strings that follow, and the names and values of its
  fields by turns

Atomic: all ranges are of one moment. Writes nothing, and so runs when Redis is out of memory too.
--]]
local LETTERS = KEYS[1]
local MAX_PER_RANGE = ARGV[1]

local answer = {}
if redis.call('TYPE', LETTERS).ok ~= 'stream' then return answer end
for i = 2, #ARGV, 2 do
  local first, last = ARGV[i], ARGV[i + 1]
  for _, letter in ipairs(redis.call('XRANGE', LETTERS, first, last, 'COUNT', MAX_PER_RANGE)) do
    local id, fields = letter[1], letter[2]
    answer[#answer + 1] = id
    answer[#answer + 1] = #fields
    for j = 1, #fields do answer[#answer + 1] = fields[j] end
  end
end
return answer
