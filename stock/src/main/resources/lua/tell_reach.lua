#!lua
--[[
tell_reach: tells the pool of one shard how many units of its products it may ever get.

Keys
  1       pool     hash

Arguments
  1       epoch    the generation that the caller believes in
  2       look     number of the look at the books that this follows from; a later look has a higher one
  then for each product
          product id, reach, want that the caller saw

Answer, flat
  1       1 TOLD
          2 OUTDATED      a later look was told before; nothing was done
         -1 NOT_LOADED    there is no pool
         -2 STALE_EPOCH   [2] = the pool's epoch

`reach` is an upper bound of the units that the pool has spent, has, and may still get (reserve.lua). It counts from the
first unit ever spent, so that neither sales nor moves between the look and now make it wrong. A want that is still the one
that was seen is served or can never be, and is taken back; a seen want of 0 takes back none.

Atomic: everything. Running it again answers TOLD. Products that the pool does not have are left out.
--]]
local TOLD, OUTDATED, NOT_LOADED, STALE_EPOCH = 1, 2, -1, -2

local POOL = KEYS[1]
local EPOCH, LOOK, FIRST_PRODUCT = ARGV[1], ARGV[2], 3

local pool = redis.call('HMGET', POOL, 'epoch', 'look')
if not pool[1] then return {NOT_LOADED} end
if pool[1] ~= EPOCH then return {STALE_EPOCH, pool[1]} end
if tonumber(pool[2] or 0) > tonumber(LOOK) then return {OUTDATED} end

local fields = {'look', LOOK}
for at = FIRST_PRODUCT, #ARGV, 3 do
  local product, reach, seen = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local now = redis.call('HMGET', POOL, 'alloc:' .. product, 'want:' .. product)
  if now[1] then
    fields[#fields + 1] = 'reach:' .. product
    fields[#fields + 1] = reach
    if seen ~= '0' and now[2] == seen then
      fields[#fields + 1] = 'want:' .. product
      fields[#fields + 1] = 0
    end
  end
end
redis.call('HSET', POOL, unpack(fields))
return {TOLD}
