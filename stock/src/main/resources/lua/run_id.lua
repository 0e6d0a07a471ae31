#!lua
--[[
run_id: tells which run of Redis holds a shard; it is another one after each start and each failover.

Keys
  1       pool     decides which node is asked; it is not read

Arguments
  none

Answer, flat
  1       the run id, 40 hexadecimal digits

Atomic: everything. Running it again answers the same for as long as that Redis runs.
--]]
return {string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')}
