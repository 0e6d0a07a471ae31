#!lua flags=allow-oom
--[[
close: removes all that is left of one shard of a sale that is over, once its streams are empty.

Keys
  1       dead-letter stream; kept for as long as it has letters
  2 …     streams of the products
  then    the hashes of the shard

Arguments
  1       number of streams of products

Answer, flat
  1       1 CLOSED     the keys are gone, the dead letters too if there were none
          2 NOT_EMPTY  [2] = a stream that has entries; nothing was done

Runs when Redis is out of memory too: it makes room.
Atomic: everything. Running it again answers CLOSED.
--]]
local CLOSED, NOT_EMPTY = 1, 2

local LETTERS, FIRST_STREAM = KEYS[1], 2
local STREAMS = tonumber(ARGV[1])

local function isEmpty(key)
  return redis.call('TYPE', key).ok ~= 'stream' or redis.call('XLEN', key) == 0
end

for i = FIRST_STREAM, FIRST_STREAM + STREAMS - 1 do
  if not isEmpty(KEYS[i]) then return {NOT_EMPTY, KEYS[i]} end
end
for i = FIRST_STREAM, #KEYS do redis.call('UNLINK', KEYS[i]) end
if isEmpty(LETTERS) then redis.call('UNLINK', LETTERS) end
return {CLOSED}
