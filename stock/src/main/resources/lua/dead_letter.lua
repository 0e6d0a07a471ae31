#!lua
--[[
dead_letter: moves a pending entry that cannot be recorded into the dead-letter stream.

Keys
  1       stream
  2       dead-letter stream, in the same slot

Arguments
  1       consumer group
  2       id of the entry
  3       reason   a stable word, such as MALFORMED
  4       detail   the reason in a sentence
  5       sqlstate of the failure, or empty
  6       attempts, at least 1: an entry that was delivered less often stays pending

Answer, flat
  1       1 MOVED        [2] = its id in the dead-letter stream
          2 NOT_PENDING  another worker has dealt with it; nothing was done
          3 NOT_YET      [2] = attempts so far; nothing was done

The letter has: reason, detail, sqlstate, attempts (deliveries), stream, id, and each field of the entry as "f:" .. name;
of an entry with more than 100 fields the first 100, and truncated = how many more there were.
Atomic: everything. Running it again answers NOT_PENDING.
--]]
local MOVED, NOT_PENDING, NOT_YET = 1, 2, 3
local MAX_FIELDS = 100

local STREAM, LETTERS = KEYS[1], KEYS[2]
local GROUP, ID, REASON, DETAIL, SQLSTATE = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local MIN_ATTEMPTS = tonumber(ARGV[6])

local pending = redis.call('XPENDING', STREAM, GROUP, ID, ID, 1)
if #pending == 0 then return {NOT_PENDING} end
local attempts = pending[1][4]
if attempts < MIN_ATTEMPTS then return {NOT_YET, attempts} end
local letter = {'reason', REASON, 'detail', DETAIL, 'sqlstate', SQLSTATE, 'attempts', attempts, 'stream', STREAM, 'id', ID}
local entries = redis.call('XRANGE', STREAM, ID, ID)
if #entries > 0 then
  local fields = entries[1][2]
  for i = 1, math.min(#fields, 2 * MAX_FIELDS), 2 do
    letter[#letter + 1] = 'f:' .. fields[i]
    letter[#letter + 1] = fields[i + 1]
  end
  if #fields > 2 * MAX_FIELDS then
    letter[#letter + 1] = 'truncated'
    letter[#letter + 1] = #fields / 2 - MAX_FIELDS
  end
end

local id = redis.call('XADD', LETTERS, '*', unpack(letter))
redis.call('XACK', STREAM, GROUP, ID)
redis.call('XDEL', STREAM, ID)
return {MOVED, id}
