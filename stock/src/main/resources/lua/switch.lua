#!lua
--[[
switch: opens, pauses or ends the pool of one shard.

Keys
  1       pool     hash

Arguments
  1       epoch    the generation that is meant
  2       version  of the activity that asks for it; an older one never undoes a newer
  3       state    OPEN, PAUSED or ENDED

Answer, flat
  1       1 SWITCHED
          2 ALREADY_NEWER  the pool follows this version or a newer one
         -1 NOT_LOADED     there is no pool
         -2 STALE_EPOCH    [2] = the pool's epoch

Atomic: everything. Running it again answers ALREADY_NEWER.
--]]
local SWITCHED, ALREADY_NEWER, NOT_LOADED, STALE_EPOCH = 1, 2, -1, -2

local POOL = KEYS[1]
local EPOCH, VERSION, STATE = ARGV[1], ARGV[2], ARGV[3]

local pool = redis.call('HMGET', POOL, 'epoch', 'version')
if not pool[1] then return {NOT_LOADED} end
if pool[1] ~= EPOCH then return {STALE_EPOCH, pool[1]} end
if tonumber(pool[2]) >= tonumber(VERSION) then return {ALREADY_NEWER} end
redis.call('HSET', POOL, 'version', VERSION, 'state', STATE)
return {SWITCHED}
