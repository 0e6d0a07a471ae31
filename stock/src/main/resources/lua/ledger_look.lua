#!lua flags=no-writes
--[[
ledger_look: what one shard holds of the books: units left and spent, grants and returns, and how far its streams go.

Keys
  1       pool     hash
  2       grants   hash: grant id → allocation id, "x", units
  3       returns  hash: return id → allocation id, "x", units
  4 …     stream of each product (at most 1,000)

Arguments
  1       grants, and returns, that are added up at most: with more of them they are not
  2 …     product id, one per stream key and in their order

Answer, flat
  1       time in ms
  2       epoch of the pool, empty if there is no pool
  3       version that the pool follows, empty if there is no pool
  then for each product
          allocation id, cum (units ever spent), remaining; all empty for one the pool does not have
          entries in its stream, and the last id that the stream ever gave, "0-0" if none
  then for grants, and again for returns
          1 if they are added up, 0 if there are too many
          number of allocations that follow
          for each: allocation id, units

Atomic: all of it is of one moment. Writes nothing, and so runs when Redis is out of memory too.
--]]
local POOL, GRANTS, RETURNS, FIRST_STREAM = KEYS[1], KEYS[2], KEYS[3], 3
local MAX_MOVES, FIRST_PRODUCT = tonumber(ARGV[1]), 1
local PRODUCTS_PER_HMGET = 300
local EMPTY_STREAM = '0-0'

local answer = {}
local function add(value) answer[#answer + 1] = value end

local now = redis.call('TIME')
add(now[1] * 1000 + math.floor(now[2] / 1000))
local header = redis.call('HMGET', POOL, 'epoch', 'version')
add(header[1] or '')
add(header[2] or '')

local function stream(key)
  if redis.call('TYPE', key).ok ~= 'stream' then return 0, EMPTY_STREAM end
  local info = redis.call('XINFO', 'STREAM', key)
  local length, last
  for i = 1, #info, 2 do
    if info[i] == 'length' then length = info[i + 1] end
    if info[i] == 'last-generated-id' then last = info[i + 1] end
  end
  return length, last
end

local products = #KEYS - FIRST_STREAM
for from = 1, products, PRODUCTS_PER_HMGET do
  local to = math.min(from + PRODUCTS_PER_HMGET - 1, products)
  local fields = {}
  for p = from, to do
    local product = ARGV[FIRST_PRODUCT + p]
    fields[#fields + 1] = 'alloc:' .. product
    fields[#fields + 1] = 'cum:' .. product
    fields[#fields + 1] = 'remaining:' .. product
  end
  local values = redis.call('HMGET', POOL, unpack(fields))
  for p = from, to do
    local at = 3 * (p - from)
    for i = 1, 3 do add(values[at + i] or '') end
    local length, last = stream(KEYS[FIRST_STREAM + p])
    add(length)
    add(last)
  end
end

local function moves(key)
  if redis.call('HLEN', key) > MAX_MOVES then
    add(0)
    add(0)
    return
  end
  local all = redis.call('HGETALL', key)
  local sums, allocations = {}, {}
  for i = 2, #all, 2 do
    local allocation, units = string.match(all[i], '^(%d+)x(%d+)$')
    if allocation then
      if not sums[allocation] then allocations[#allocations + 1] = allocation end
      sums[allocation] = (sums[allocation] or 0) + tonumber(units)
    end
  end
  add(1)
  add(#allocations)
  for _, allocation in ipairs(allocations) do
    add(allocation)
    add(string.format('%.0f', sums[allocation]))
  end
end

moves(GRANTS)
moves(RETURNS)
return answer
