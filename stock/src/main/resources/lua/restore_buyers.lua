#!lua
--[[
restore_buyers: gives buyers back what they hold, page by page, before the pool of a new epoch is made.

Keys
  1       pool     hash
  2       buyers   hash, as reserve.lua describes it

Arguments
  1       epoch    the generation that is going to be made
  2       token    names this run over all pages; others may run at the same time
  3       pages of this run that were restored before this one
  4       1 if this is the last page, else 0
  then for each order, 0 to 1,000
          user id, order id, 1 if it was released or 0, request id (may be empty), basket, ids of its entries

Answer, flat
  1       1 RESTORED   every buyer of the page has his orders
          2 TOO_LATE   the pool of this epoch, or of a later one, is there; nothing was done
          3 START_AGAIN  an earlier page of this run is not there any more; nothing was done
  2       lines that were added or marked

A line that is there stays, but is marked if its order was released meanwhile. An order that was released and has no request
id needs no line. The pages of a run are counted in the pool, so that what Redis forgets in between does not go unnoticed; the
last one notes in `restored` that this epoch may be made.
Atomic: everything. Running a page again answers START_AGAIN, which restores all of it once more and does no harm.
--]]
local RESTORED, TOO_LATE, START_AGAIN = 1, 2, 3
local MARK, NOBODY = '-', '0'
local FIELDS_PER_ORDER = 6

local POOL, BUYERS = KEYS[1], KEYS[2]
local EPOCH, RUN, PAGES, LAST, FIRST_ORDER = ARGV[1], 'restored:' .. ARGV[2], ARGV[3], ARGV[4] == '1', 5

local pool = redis.call('HMGET', POOL, 'epoch', 'fenced', RUN)
local epoch = pool[1] == NOBODY and pool[2] or pool[1]
if epoch and tonumber(epoch) >= tonumber(EPOCH) then return {TOO_LATE, 0} end
if (pool[3] or '0') ~= PAGES then return {START_AGAIN, 0} end

local users = {}
for at = FIRST_ORDER, #ARGV, FIELDS_PER_ORDER do
  users[#users + 1] = ARGV[at]
end
local values = #users > 0 and redis.call('HMGET', BUYERS, unpack(users)) or {}

-- Decide. `holdings` is the value of each buyer, with a line feed before each line.
local holdings, changed = {}, {}
local changes = 0

local function set(user, value)
  holdings[user] = value
  changed[user] = true
  changes = changes + 1
end

for i, user in ipairs(users) do
  local at = FIRST_ORDER + (i - 1) * FIELDS_PER_ORDER
  local order, released, request, basket, ids = ARGV[at + 1], ARGV[at + 2] == '1', ARGV[at + 3], ARGV[at + 4], ARGV[at + 5]
  if not holdings[user] then holdings[user] = values[i] and '\n' .. values[i] or '' end
  local value = holdings[user]
  local held = string.find(value, '\n' .. order .. '\t', 1, true)
  local marked = string.find(value, '\n' .. MARK .. order .. '\t', 1, true)
  if held and released then
    local rest = string.find(value, '\n', held + 1, true) or #value + 1
    local line = string.sub(value, held + 1, rest - 1)
    local kept = request ~= '' and '\n' .. MARK .. line or ''
    set(user, string.sub(value, 1, held - 1) .. kept .. string.sub(value, rest))
  elseif not held and not marked and not (released and request == '') then
    set(user, value .. '\n' .. (released and MARK or '') .. order .. '\t' .. request .. '\t' .. basket .. '\t' .. ids)
  end
end

-- Write.
local kept, gone = {}, {}
for user in pairs(changed) do
  if holdings[user] ~= '' then
    kept[#kept + 1] = user
    kept[#kept + 1] = string.sub(holdings[user], 2)
  else
    gone[#gone + 1] = user
  end
end
if #kept > 0 then redis.call('HSET', BUYERS, unpack(kept)) end
if #gone > 0 then redis.call('HDEL', BUYERS, unpack(gone)) end
redis.call('HSET', POOL, RUN, tonumber(PAGES) + 1)
if LAST then redis.call('HSET', POOL, 'restored', EPOCH) end
return {RESTORED, changes}
