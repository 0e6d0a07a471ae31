#!lua
--[[
prepare: makes the pool of one shard, empty, with the streams and consumer groups of its products. A pool of an earlier
epoch, or one that is fenced, is replaced as a whole.

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
  9       1 if the buyers must have been restored for this epoch before (restore_buyers.lua), or 0
  then for each product, in the order of the keys
          product id, allocation id, reach: an upper bound of the units that the pool may ever get

Answer, flat
  1       1 PREPARED
          2 ALREADY_PREPARED  the pool has this epoch; its groups are made again where they were missing
         -2 STALE_EPOCH       the pool is of a later epoch, [2], or this one is fenced; nothing was done
         -3 NOT_RESTORED      the buyers were not restored, or Redis has forgotten it; nothing was done

Atomic: everything. Groups begin at 0, so that they miss nothing. Running it again answers ALREADY_PREPARED.
--]]
local PREPARED, ALREADY_PREPARED, STALE_EPOCH, NOT_RESTORED = 1, 2, -2, -3

local POOL, FIRST_STREAM = KEYS[1], 1
local EPOCH, STARTS, ENDS, LIMIT, GROUP = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local USER_RATE, USER_WINDOW, ACTIVITY_RATE, FIRST_PRODUCT = ARGV[6], ARGV[7], ARGV[8], 9
local AFTER_RESTORING = ARGV[9] == '1'
local FIELDS_PER_HSET = 1000

local pool = redis.call('HMGET', POOL, 'epoch', 'fenced', 'restored')
local epoch, fenced = pool[1], tonumber(pool[2] or 0)
if epoch and tonumber(epoch) > tonumber(EPOCH) then return {STALE_EPOCH, epoch} end
if fenced >= tonumber(EPOCH) then return {STALE_EPOCH, epoch} end
local isThere = epoch == EPOCH
if AFTER_RESTORING and not isThere and pool[3] ~= EPOCH then return {NOT_RESTORED} end
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
if isThere then return {ALREADY_PREPARED} end

redis.call('DEL', POOL)
local fields = {'epoch', EPOCH, 'version', 0, 'state', 'OPEN', 'start', STARTS, 'end', ENDS, 'limit', LIMIT,
  'rate:user', USER_RATE, 'rate:window', USER_WINDOW, 'rate:activity', ACTIVITY_RATE}
for at = FIRST_PRODUCT + 1, #ARGV, 3 do
  local product = ARGV[at]
  for _, field in ipairs({'remaining:' .. product, 0, 'cum:' .. product, 0,
      'alloc:' .. product, ARGV[at + 1], 'reach:' .. product, ARGV[at + 2], 'want:' .. product, 0}) do
    fields[#fields + 1] = field
  end
  if #fields >= FIELDS_PER_HSET then
    redis.call('HSET', POOL, unpack(fields))
    fields = {}
  end
end
if #fields > 0 then redis.call('HSET', POOL, unpack(fields)) end
return {PREPARED}
