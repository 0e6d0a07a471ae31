#!lua
--[[
buyers_before: adds users to a buyers hash, all with the same value. Only a benchmark runs it, to have many of them soon.

Keys
  1  buyers  hash
Arguments
  1  the first user id; the others follow it
  2  how many users
  3  how many of them in one HSET, at most 1000
  4  the value
Answer
  0
--]]
local BUYERS = KEYS[1]
local FIRST, COUNT, PER_HSET, VALUE = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]

for from = FIRST, FIRST + COUNT - 1, PER_HSET do
  local fields = {}
  for user = from, math.min(from + PER_HSET, FIRST + COUNT) - 1 do
    fields[#fields + 1] = string.format('%.0f', user)
    fields[#fields + 1] = VALUE
  end
  redis.call('HSET', BUYERS, unpack(fields))
end
return 0
