#!lua
--[[
reserve: decides a batch of orders of one shard, each all or nothing, in the order given.

Keys
  1       pool     hash
  2       buyers   hash
  3, 4    rates    hashes: user → when he asked, of spans of an even and of an odd number
  5 …     stream of each product that the batch asks for

Arguments
  1       epoch      the generation that the caller believes in
  2       accepting  1, or 0 while too many entries wait to be recorded: then nothing new is accepted
  3 …     product id, one per stream key and in their order
  then for each order
          user id, order id, request id (may be empty), number of lines,
          and for each line, by ascending product id: position of the product among the stream keys (1 …), quantity

Answer, flat
  1       0 DECIDED, else the rest is not there:
          -1 NOT_LOADED     there is no pool
          -2 STALE_EPOCH    [2] = the pool's epoch
          -3 STREAM_BROKEN  [2] = the product whose stream takes no entry, [3] = why
  then for each product key: allocation id, cum (units ever spent), remaining; all empty for one the pool does not have
  then for each order: its outcome and a detail
          1 ACCEPTED           ids of its entries, joined by ","
          2 REPLAYED           order id, tab, ids: the answer that this request id got before
          3 SOLD_OUT           product id
          4 TRY_AGAIN          product id: the pool lacks units of it that may still come, or nothing new is accepted
          5 LIMIT_REACHED      the latest order id that the buyer holds; the latest released one if those are too many
          6 NOT_STARTED        milliseconds until the start
          7 ENDED
          8 PAUSED
          9 REQUEST_ID_REUSED  order id of the other basket
         10 UNKNOWN_PRODUCT    product id
         11 RATE_LIMITED       milliseconds until it is worth asking again

Atomic: everything. All reads and decisions come before the first write, since Redis rolls nothing back; the entries
are written first and taken out again should one be refused. Running it again with the same request ids answers
REPLAYED. The clock is Redis's own.

`reach` of a product is an upper bound of the units that the pool has spent, has, and may still get. What it leaves above
`cum` is all that anybody may still sell here: an order for more is SOLD_OUT, and that writes nothing. An order that lacks
units which may still come leaves its quantity as `want`, once, for whoever moves units; a product that is sold out for the
order is found before another of its products is wanted.

A buyer's value has one line per order: order id, request id, basket, entry ids, separated by tabs. A line that begins
with "-" is of an order that was released (release.lua): a repeat of its request id is answered REPLAYED as ever, but it
does not count for the limit of orders per buyer. A buyer with MAX_RELEASED of those has reached the limit too, since
nothing is forgotten and nothing may grow for ever.

Rates, where the pool has them. Per user: fewer than `rate:user` requests that counted may lie in the last `rate:window` ms.
The moments of those that still matter, each as 8 hexadecimal digits of ms modulo 2^32, stand where the last of them was
written: if an order of the buyer was accepted, in a first line of his value that begins with "~", else in a hash of rates.
Time is cut into spans of SPAN windows, each with a hash, which is read for one window after its span and then expires. Per
activity: `rate:activity` requests per second, a tenth of that at once, by the generic cell rate algorithm. The moment at
which all that counted is worked off is `rate:tat`, in µs, and `rate:rest`, in µs divided by the rate, so that it is exact.
A request that is over one of them counts for neither.
--]]
local DECIDED, NOT_LOADED, STALE_EPOCH, STREAM_BROKEN = 0, -1, -2, -3
local ACCEPTED, REPLAYED, SOLD_OUT, TRY_AGAIN, LIMIT_REACHED = 1, 2, 3, 4, 5
local NOT_STARTED, ENDED, PAUSED, REQUEST_ID_REUSED, UNKNOWN_PRODUCT, RATE_LIMITED = 6, 7, 8, 9, 10, 11
local MAX_RELEASED = 100

local POOL, BUYERS, RATES, FIRST_STREAM = KEYS[1], KEYS[2], {[0] = KEYS[3], KEYS[4]}, 4
local EPOCH, ACCEPTING, FIRST_PRODUCT = ARGV[1], ARGV[2] == '1', 2
local PRODUCTS = #KEYS - FIRST_STREAM

-- Read the pool.
local fields = {'epoch', 'state', 'start', 'end', 'limit', 'rate:user', 'rate:window', 'rate:activity', 'rate:tat', 'rate:rest'}
local REQUIRED, HEADER, PER_PRODUCT = 5, #fields, 5
for p = 1, PRODUCTS do
  local product = ARGV[FIRST_PRODUCT + p]
  local at = HEADER + PER_PRODUCT * (p - 1)
  fields[at + 1] = 'remaining:' .. product
  fields[at + 2] = 'cum:' .. product
  fields[at + 3] = 'alloc:' .. product
  fields[at + 4] = 'reach:' .. product
  fields[at + 5] = 'want:' .. product
end
local pool = redis.call('HMGET', POOL, unpack(fields))
for i = 1, REQUIRED do
  if not pool[i] then return {NOT_LOADED} end
end
if pool[1] ~= EPOCH then return {STALE_EPOCH, pool[1]} end

local state, starts, ends, limit = pool[2], tonumber(pool[3]), tonumber(pool[4]), tonumber(pool[5])
local userRate, window = tonumber(pool[6] or 0), tonumber(pool[7] or 0)
local activityRate, tat, rest = tonumber(pool[8] or 0), tonumber(pool[9] or 0), tonumber(pool[10] or 0)
local remaining, cum, allocation, reach, want = {}, {}, {}, {}, {}
local touched, wanted = {}, {}
for p = 1, PRODUCTS do
  local at = HEADER + PER_PRODUCT * (p - 1)
  remaining[p] = tonumber(pool[at + 1])
  cum[p] = tonumber(pool[at + 2])
  allocation[p] = pool[at + 3]
  reach[p] = tonumber(pool[at + 4] or 0)
  want[p] = tonumber(pool[at + 5] or 0)
end

-- Read what the buyers hold.
local users, orderAt = {}, {}
do
  local at = FIRST_PRODUCT + PRODUCTS + 1
  while at <= #ARGV do
    users[#users + 1] = ARGV[at]
    orderAt[#orderAt + 1] = at
    at = at + 4 + 2 * tonumber(ARGV[at + 3])
  end
end
local values = redis.call('HMGET', BUYERS, unpack(users))
local time = redis.call('TIME')
local micros = tonumber(time[1]) * 1000000 + tonumber(time[2])
local now = math.floor(micros / 1000)

local function whole(number)
  return string.format('%.0f', number)
end

-- Whoever asks, the sale is open now or it is not.
local closed, closedDetail
if state == 'ENDED' or now >= ends then
  closed, closedDetail = ENDED, ''
elseif state == 'PAUSED' then
  closed, closedDetail = PAUSED, ''
elseif now < starts then
  closed, closedDetail = NOT_STARTED, whole(starts - now)
end

-- Read when those asked who got nothing; nothing to read is the usual case.
local SPAN, span, spanIsNew = 4, 0, false
local lately, before = {}, {}

local function asked(number)
  local key = RATES[number % 2]
  if redis.call('HGET', key, 'span') ~= whole(number) then return nil end
  return redis.call('HMGET', key, unpack(users))
end

if userRate > 0 and not closed then
  span = math.floor(now / (SPAN * window))
  local found = asked(span)
  lately, spanIsNew = found or {}, not found
  if now - span * SPAN * window < window then before = asked(span - 1) or {} end
end

-- The activity's rate: `debt` is the time until all that counted is worked off, in µs divided by the rate.
local SECOND, BURSTS_PER_SECOND = 1000000, 10
local burst = math.max(1, math.floor(activityRate / BURSTS_PER_SECOND))
local debt = math.min(math.max(0, (tat - micros) * activityRate + rest), burst * SECOND)

-- Decide. `holdings` is what each buyer holds, with what this batch adds to it.
local holdings = {}
local MOMENTS_MARK = string.byte('~')
local LINE = '(%-?)([^\t\n]*)\t([^\t\n]*)\t([^\t\n]*)\t([^\t\n]*)'

local MOMENT, MOMENT_BYTES, MOMENTS = '%08x', 8, 2 ^ 32

local function age(moments, at)
  return (now - tonumber(string.sub(moments, at, at + MOMENT_BYTES - 1), 16)) % MOMENTS
end

-- Of two lists of moments the one that was written last, which is complete.
local function later(one, other)
  if not one or not other then return one or other or nil end
  local a, b = age(one, #one - MOMENT_BYTES + 1), age(other, #other - MOMENT_BYTES + 1)
  if a == b then return #one > #other and one or other end
  return a < b and one or other
end

local function holdingOf(i)
  local holding = holdings[users[i]]
  if not holding then
    local value, moments = values[i], lately[i] or before[i]
    if value and string.byte(value) == MOMENTS_MARK then
      local rest = string.find(value, '\n', 1, true) or #value + 1
      moments = later(moments, string.sub(value, 2, rest - 1))
      value = rest < #value and string.sub(value, rest + 1)
    end
    holding = {value = value, orders = {}, added = {}, held = 0, released = 0, moments = moments}
    if value then
      for mark, order, request, basket, ids in string.gmatch(value, LINE) do
        holding.orders[#holding.orders + 1] = {order = order, request = request, basket = basket, ids = ids}
        if mark == '' then
          holding.held = holding.held + 1
          holding.latest = order
        else
          holding.released = holding.released + 1
        end
      end
    end
    holdings[users[i]] = holding
  end
  return holding
end

local function basketOf(at)
  local parts = {}
  for i = 1, tonumber(ARGV[at + 3]) do
    parts[i] = ARGV[FIRST_PRODUCT + tonumber(ARGV[at + 2 + 2 * i])] .. 'x' .. ARGV[at + 3 + 2 * i]
  end
  return table.concat(parts, ',')
end

-- The moments that lie in the window that ends now; nothing if there are none.
local function inWindow(moments)
  local from = 1
  while from <= #moments and age(moments, from) >= window do from = from + MOMENT_BYTES end
  return from <= #moments and string.sub(moments, from) or nil
end

-- Milliseconds until a request of this buyer is within the rates; 0 if it is, and then it counts.
local stamp = string.format(MOMENT, now % MOMENTS)
local anyCounts = false

local function wait(holding)
  local millis = 0
  if activityRate > 0 and debt > (burst - 1) * SECOND then
    millis = math.ceil((debt - (burst - 1) * SECOND) / activityRate / 1000)
  end
  local moments = holding.moments and inWindow(holding.moments)
  if userRate > 0 and moments and #moments >= userRate * MOMENT_BYTES then
    millis = math.max(millis, window - age(moments, #moments - userRate * MOMENT_BYTES + 1), 1)
  end
  if millis > 0 then return millis end
  debt = debt + SECOND
  anyCounts = true
  holding.counts = true
  holding.moments = moments and moments .. stamp or stamp
  return 0
end

local function refusal(at, holding)
  if holding.held >= limit then return LIMIT_REACHED, holding.latest end
  if holding.released >= MAX_RELEASED then return LIMIT_REACHED, holding.orders[#holding.orders].order end
  local lacks = {}
  for i = 1, tonumber(ARGV[at + 3]) do
    local p, quantity = tonumber(ARGV[at + 2 + 2 * i]), tonumber(ARGV[at + 3 + 2 * i])
    if not allocation[p] then return UNKNOWN_PRODUCT, ARGV[FIRST_PRODUCT + p] end
    if remaining[p] < quantity then
      if reach[p] - cum[p] < quantity then return SOLD_OUT, ARGV[FIRST_PRODUCT + p] end
      lacks[#lacks + 1] = {p, quantity}
    end
  end
  for _, lack in ipairs(lacks) do
    local p, quantity = lack[1], lack[2]
    if want[p] < quantity then want[p], wanted[p] = quantity, true end
  end
  if #lacks > 0 then return TRY_AGAIN, ARGV[FIRST_PRODUCT + lacks[1][1]] end
  if not ACCEPTING then return TRY_AGAIN, ARGV[FIRST_PRODUCT + tonumber(ARGV[at + 4])] end
end

local outcomes, details, accepted = {}, {}, {}

local function decide(i)
  local at = orderAt[i]
  local request = ARGV[at + 2]
  local holding = holdingOf(i)
  if request ~= '' then
    for _, held in ipairs(holding.orders) do
      if held.request == request then
        local same = held.basket == basketOf(at)
        -- A replay of an order of this very batch has no ids yet: its detail is written at the end.
        return same and REPLAYED or REQUEST_ID_REUSED, same and held or held.order
      end
    end
  end
  if closed then return closed, closedDetail end
  if userRate > 0 or activityRate > 0 then
    local millis = wait(holding)
    if millis > 0 then return RATE_LIMITED, whole(millis) end
  end
  local outcome, detail = refusal(at, holding)
  if outcome then return outcome, detail end
  local order = {order = ARGV[at + 1], request = request, basket = basketOf(at), at = at, user = users[i], cums = {}}
  for line = 1, tonumber(ARGV[at + 3]) do
    local p = tonumber(ARGV[at + 2 + 2 * line])
    local quantity = tonumber(ARGV[at + 3 + 2 * line])
    remaining[p] = remaining[p] - quantity
    cum[p] = cum[p] + quantity
    touched[p] = true
    order.cums[line] = cum[p]
  end
  holding.orders[#holding.orders + 1] = order
  holding.added[#holding.added + 1] = order
  holding.held = holding.held + 1
  holding.latest = order.order
  accepted[#accepted + 1] = order
  return ACCEPTED, order
end

for i = 1, #users do
  outcomes[i], details[i] = decide(i)
end

-- Write: entries, then the pool, the buyers and the rates.
local ts = whole(now)
local written = {}
for _, order in ipairs(accepted) do
  local lines = ARGV[order.at + 3]
  local ids = {}
  for line = 1, tonumber(lines) do
    local p = tonumber(ARGV[order.at + 2 + 2 * line])
    local stream = KEYS[FIRST_STREAM + p]
    local id = redis.pcall('XADD', stream, '*', 'order', order.order, 'uid', order.user, 'rid', order.request,
      'qty', ARGV[order.at + 3 + 2 * line], 'line', line, 'lines', lines,
      'alloc', allocation[p], 'epoch', EPOCH, 'cum', order.cums[line], 'ts', ts)
    if type(id) == 'table' then
      for _, entry in ipairs(written) do redis.call('XDEL', entry[1], entry[2]) end
      return {STREAM_BROKEN, ARGV[FIRST_PRODUCT + p], id.err}
    end
    written[#written + 1] = {stream, id}
    ids[line] = id
  end
  order.ids = table.concat(ids, ',')
end

local changes = {}
if activityRate > 0 and anyCounts then
  rest = debt % activityRate
  changes = {'rate:tat', whole(micros + (debt - rest) / activityRate), 'rate:rest', whole(rest)}
end
for p in pairs(wanted) do
  changes[#changes + 1] = 'want:' .. ARGV[FIRST_PRODUCT + p]
  changes[#changes + 1] = want[p]
end
if #accepted > 0 then
  for p in pairs(touched) do
    local product = ARGV[FIRST_PRODUCT + p]
    changes[#changes + 1] = 'remaining:' .. product
    changes[#changes + 1] = remaining[p]
    changes[#changes + 1] = 'cum:' .. product
    changes[#changes + 1] = cum[p]
  end

  local held = {}
  for user, holding in pairs(holdings) do
    if #holding.added > 0 then
      local lines = {}
      if userRate > 0 then lines[1] = string.char(MOMENTS_MARK) .. holding.moments end
      if holding.value then lines[#lines + 1] = holding.value end
      for _, order in ipairs(holding.added) do
        lines[#lines + 1] = order.order .. '\t' .. order.request .. '\t' .. order.basket .. '\t' .. order.ids
      end
      held[#held + 1] = user
      held[#held + 1] = table.concat(lines, '\n')
    end
  end
  redis.call('HSET', BUYERS, unpack(held))
end
if #changes > 0 then redis.call('HSET', POOL, unpack(changes)) end

if userRate > 0 and anyCounts then
  local rates = {}
  for user, holding in pairs(holdings) do
    if holding.counts and #holding.added == 0 then
      rates[#rates + 1] = user
      rates[#rates + 1] = holding.moments
    end
  end
  if #rates > 0 then
    local key = RATES[span % 2]
    if spanIsNew then redis.call('UNLINK', key) end
    redis.call('HSET', key, 'span', whole(span), unpack(rates))
    if spanIsNew then redis.call('PEXPIREAT', key, whole((span + 1) * SPAN * window + window)) end
  end
end

local answer = {DECIDED}
for p = 1, PRODUCTS do
  answer[#answer + 1] = allocation[p] or ''
  answer[#answer + 1] = allocation[p] and whole(cum[p]) or ''
  answer[#answer + 1] = allocation[p] and whole(remaining[p]) or ''
end
for i = 1, #users do
  local detail = details[i]
  if outcomes[i] == ACCEPTED then
    detail = detail.ids
  elseif outcomes[i] == REPLAYED then
    detail = detail.order .. '\t' .. detail.ids
  end
  answer[#answer + 1] = outcomes[i]
  answer[#answer + 1] = detail
end
return answer
