#!lua
--[[
prepare: makes the pool of one shard, empty, with the streams and consumer groups of its products.

Keys
  1       pool     hash
  2 …     stream of each product

Arguments
  1       epoch
  2       start of the sale, in ms since 1970
  3       end of the sale, in ms since 1970
  4       orders that one buyer may hold
  5       name of the consumer group
  6       requests that may count for one user in a window, or 0 for any number
  7       that window, in ms
  8       requests per second that may count for the activity, or 0 for any number
  then for each product, in the order of the keys
          product id, allocation id, 1 if units are on their way to it or 0

Answer, flat
  1       1 PREPARED
          2 ALREADY_PREPARED  the pool has this epoch; its groups are made again where they were missing
         -2 STALE_EPOCH       the pool has another epoch, [2]; nothing was done

Atomic: everything. Groups begin at 0, so that they miss nothing. Running it again answers ALREADY_PREPARED.
--]]
local PREPARED, ALREADY_PREPARED, STALE_EPOCH = 1, 2, -2

local POOL, FIRST_STREAM = KEYS[1], 1
local EPOCH, STARTS, ENDS, LIMIT, GROUP = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local USER_RATE, USER_WINDOW, ACTIVITY_RATE, FIRST_PRODUCT = ARGV[6], ARGV[7], ARGV[8], 8
local FIELDS_PER_HSET = 1000

local epoch = redis.call('HGET', POOL, 'epoch')
if epoch and epoch ~= EPOCH then return {STALE_EPOCH, epoch} end
for i = FIRST_STREAM + 1, #KEYS do
  local kind = redis.call('TYPE', KEYS[i]).ok
  if kind ~= 'none' and kind ~= 'stream' then
    return redis.error_reply('WRONGTYPE ' .. KEYS[i] .. ' is a ' .. kind .. ' (expected: a stream)')
  end
end

for i = FIRST_STREAM + 1, #KEYS do
  local made = redis.pcall('XGROUP', 'CREATE', KEYS[i], GROUP, '0', 'MKSTREAM')
  if made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then return made end
end
if epoch then return {ALREADY_PREPARED} end

local fields = {'epoch', EPOCH, 'version', 0, 'state', 'OPEN', 'start', STARTS, 'end', ENDS, 'limit', LIMIT,
  'rate:user', USER_RATE, 'rate:window', USER_WINDOW, 'rate:activity', ACTIVITY_RATE}
for at = FIRST_PRODUCT + 1, #ARGV, 3 do
  local product = ARGV[at]
  for _, field in ipairs({'remaining:' .. product, 0, 'cum:' .. product, 0,
      'alloc:' .. product, ARGV[at + 1], 'coming:' .. product, ARGV[at + 2]}) do
    fields[#fields + 1] = field
  end
  if #fields >= FIELDS_PER_HSET then
    redis.call('HSET', POOL, unpack(fields))
    fields = {}
  end
end
if #fields > 0 then redis.call('HSET', POOL, unpack(fields)) end
return {PREPARED}
