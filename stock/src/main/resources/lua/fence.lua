#!lua flags=allow-oom
--[[
fence: makes the pool of one shard unspendable for good, and tells what it leaves behind.

Keys
  1       pool     hash
  2 …     stream of each product

Arguments
  1       epoch    the generation that must not spend any more, nor any before it
  then the product ids, in the order of the keys

Answer, flat
  1       1 FENCED          nobody can spend from it from now on; where there was no pool there is a mark now
          2 ALREADY_FENCED  it was before
         -2 STALE_EPOCH     [2] = the pool's epoch, which is a later one; nothing was done and the rest is not there
  2       entries in the streams, read or not
  then for each product: allocation id, cum (units ever spent); both empty for one the pool does not have

A fenced pool has epoch 0, which no caller ever means, and in `fenced` the last generation that is over: prepare.lua makes
only later ones. Runs when Redis is out of memory too: it writes two short fields.
Atomic: everything, so that no entry can come after they were counted. Running it again answers ALREADY_FENCED.
--]]
local FENCED, ALREADY_FENCED, STALE_EPOCH = 1, 2, -2
local NOBODY = '0'

local POOL, FIRST_STREAM = KEYS[1], 1
local EPOCH, FIRST_PRODUCT = ARGV[1], 1

local fields = {'epoch', 'fenced'}
local HEADER = #fields
for i = FIRST_PRODUCT + 1, #ARGV do
  fields[#fields + 1] = 'alloc:' .. ARGV[i]
  fields[#fields + 1] = 'cum:' .. ARGV[i]
end
local pool = redis.call('HMGET', POOL, unpack(fields))
local epoch, fenced = pool[1], tonumber(pool[2] or 0)
if epoch and tonumber(epoch) > tonumber(EPOCH) then return {STALE_EPOCH, epoch} end
local entries = 0
for i = FIRST_STREAM + 1, #KEYS do
  if redis.call('TYPE', KEYS[i]).ok == 'stream' then entries = entries + redis.call('XLEN', KEYS[i]) end
end

local before = epoch == NOBODY and fenced >= tonumber(EPOCH)
if not before then redis.call('HSET', POOL, 'epoch', NOBODY, 'fenced', EPOCH) end

local answer = {before and ALREADY_FENCED or FENCED, entries}
for at = HEADER + 1, #fields, 2 do
  answer[#answer + 1] = pool[at] or ''
  answer[#answer + 1] = pool[at + 1] or ''
end
return answer
