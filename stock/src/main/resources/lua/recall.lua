#!lua flags=allow-oom
--[[
recall: takes units that a pool did not spend out of it, each return once.

Keys
  1       pool     hash
  2       returns  hash: return id → allocation id, "x", units

Arguments
  1       epoch    the generation that the returns are of
  then for each return
          return id, product id, allocation id, units at most, or "all" when the sale is over

Answer, flat
  1       0 DECIDED, else the rest is not there:
          -1 NOT_LOADED   there is no pool
          -2 STALE_EPOCH  [2] = the pool's epoch
          -3 STILL_OPEN   all units are asked for, and the sale is not over by the clock of Redis or by its switch
  then for each return the units taken out, or -1 if the pool does not have this product with this allocation

Runs when Redis is out of memory too: after a sale what follows makes room, and in a sale it needs next to none.
Atomic: everything. Running it again answers the same units.
--]]
local DECIDED, NOT_LOADED, STALE_EPOCH, STILL_OPEN = 0, -1, -2, -3
local UNKNOWN_ALLOCATION = -1

local POOL, RETURNS = KEYS[1], KEYS[2]
local EPOCH, ALL = ARGV[1], 'all'

local pool = redis.call('HMGET', POOL, 'epoch', 'state', 'end')
if not pool[1] then return {NOT_LOADED} end
if pool[1] ~= EPOCH then return {STALE_EPOCH, pool[1]} end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
if pool[2] ~= 'ENDED' and now < tonumber(pool[3]) then
  for at = 2, #ARGV, 4 do
    if ARGV[at + 3] == ALL then return {STILL_OPEN} end
  end
end
redis.call('HLEN', RETURNS) -- fails here, before any write, if the key holds something else

local answer = {DECIDED}
for at = 2, #ARGV, 4 do
  local id, product, allocation, most = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local before = redis.call('HGET', RETURNS, id)
  local units
  if before then
    units = string.match(before, 'x(%d+)$')
  elseif redis.call('HGET', POOL, 'alloc:' .. product) ~= allocation then
    units = UNKNOWN_ALLOCATION
  else
    local remaining = tonumber(redis.call('HGET', POOL, 'remaining:' .. product))
    local taken = most == ALL and remaining or math.min(remaining, tonumber(most))
    units = string.format('%.0f', taken)
    redis.call('HSET', RETURNS, id, allocation .. 'x' .. units)
    redis.call('HSET', POOL, 'remaining:' .. product, string.format('%.0f', remaining - taken))
  end
  answer[#answer + 1] = units
end
return answer
