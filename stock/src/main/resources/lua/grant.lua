#!lua
--[[
grant: adds granted units to the pool of one shard, each grant once.

Keys
  1       pool     hash
  2       grants   hash: grant id → allocation id, "x", units

Arguments
  1       epoch    the generation that the grants are for
  then for each grant
          grant id, product id, allocation id, units (> 0)

Answer, flat
  1       0 DECIDED, else the rest is not there:
          -1 NOT_LOADED   there is no pool
          -2 STALE_EPOCH  [2] = the pool's epoch
  then for each grant its outcome
          1 APPLIED             the units are in the pool, and nobody is known to want more
          2 ALREADY_APPLIED     they were before
          3 GRANT_ID_REUSED     the id was used for other units
          4 UNKNOWN_ALLOCATION  the pool does not have this product with this allocation

Atomic: everything. Running it again answers ALREADY_APPLIED.
--]]
local DECIDED, NOT_LOADED, STALE_EPOCH = 0, -1, -2
local APPLIED, ALREADY_APPLIED, GRANT_ID_REUSED, UNKNOWN_ALLOCATION = 1, 2, 3, 4

local POOL, GRANTS = KEYS[1], KEYS[2]
local EPOCH = ARGV[1]

local epoch = redis.call('HGET', POOL, 'epoch')
if not epoch then return {NOT_LOADED} end
if epoch ~= EPOCH then return {STALE_EPOCH, epoch} end
redis.call('HLEN', GRANTS) -- fails here, before any write, if the key holds something else

local answer = {DECIDED}
for at = 2, #ARGV, 4 do
  local grant, product, allocation, units = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local content = allocation .. 'x' .. units
  local before = redis.call('HGET', GRANTS, grant)
  local outcome
  if before then
    outcome = before == content and ALREADY_APPLIED or GRANT_ID_REUSED
  elseif redis.call('HGET', POOL, 'alloc:' .. product) ~= allocation then
    outcome = UNKNOWN_ALLOCATION
  else
    redis.call('HSET', GRANTS, grant, content)
    redis.call('HINCRBY', POOL, 'remaining:' .. product, units)
    redis.call('HSET', POOL, 'want:' .. product, 0)
    outcome = APPLIED
  end
  answer[#answer + 1] = outcome
end
return answer
