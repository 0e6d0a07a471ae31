#!lua
--[[
release: marks orders as released, so that they do not count for their buyers' limit any more.

Keys
  1       buyers   hash, as reserve.lua describes it

Arguments
  for each order, 1 to 1,000
          user id, order id

Answer, flat
  for each order its outcome
          1 RELEASED          its line is marked; one without a request id is removed, since nobody can ask for it
          2 ALREADY_RELEASED  its line was marked before
          3 UNKNOWN           there is no such line, or none any more

Atomic: everything. Running it again changes nothing and answers ALREADY_RELEASED, or UNKNOWN where the line was removed.
--]]
local RELEASED, ALREADY_RELEASED, UNKNOWN = 1, 2, 3
local MARK = '-'

local BUYERS = KEYS[1]
local FIRST_ORDER = 1

local users = {}
for at = FIRST_ORDER, #ARGV, 2 do
  users[#users + 1] = ARGV[at]
end
local values = redis.call('HMGET', BUYERS, unpack(users))

-- Decide. `holdings` is the lines of each buyer, and whether any of them changed.
local holdings = {}

local function holdingOf(user, value)
  if not holdings[user] then
    local lines = {}
    for line in string.gmatch(value or '', '[^\n]+') do
      lines[#lines + 1] = line
    end
    holdings[user] = {lines = lines, changed = false}
  end
  return holdings[user]
end

local function release(holding, order)
  local begin, markedBegin = order .. '\t', MARK .. order .. '\t'
  for i, line in ipairs(holding.lines) do
    if string.sub(line, 1, #markedBegin) == markedBegin then return ALREADY_RELEASED end
    if string.sub(line, 1, #begin) == begin then
      if string.sub(line, #begin + 1, #begin + 1) == '\t' then
        table.remove(holding.lines, i)
      else
        holding.lines[i] = MARK .. line
      end
      holding.changed = true
      return RELEASED
    end
  end
  return UNKNOWN
end

local outcomes = {}
for i, user in ipairs(users) do
  outcomes[i] = release(holdingOf(user, values[i]), ARGV[FIRST_ORDER + 2 * i - 1])
end

-- Write.
local kept, gone = {}, {}
for user, holding in pairs(holdings) do
  if holding.changed and #holding.lines > 0 then
    kept[#kept + 1] = user
    kept[#kept + 1] = table.concat(holding.lines, '\n')
  elseif holding.changed then
    gone[#gone + 1] = user
  end
end
if #kept > 0 then redis.call('HSET', BUYERS, unpack(kept)) end
if #gone > 0 then redis.call('HDEL', BUYERS, unpack(gone)) end
return outcomes
