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
  3       batch      in MessagePack, which costs less than thousands of arguments: an array of six arrays, or seven
          products   ids as text, one per stream key and in their order
          users      ids as text; this and the next three have one value per order
          orders     ids
          requests   ids, may be empty
          baskets    what is asked for, as the buyers hash keeps it: product id x quantity, by ascending product id, joined
                     by ","
          lines      the same in numbers, order after order: how many lines; for each the position of its product among
                     the stream keys (1 …) and its quantity
          traces     only if there are any: the position of an order (1 …) and the traceparent that its entries get as
                     one more field; the others' entries have no such field

Answer, fields of one text that are separated by line feeds
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
local DECIDED, NOT_LOADED, STALE_EPOCH, STREAM_BROKEN = '0', '-1', '-2', '-3'
local ACCEPTED, REPLAYED, SOLD_OUT, TRY_AGAIN, LIMIT_REACHED = '1', '2', '3', '4', '5'
local NOT_STARTED, ENDED, PAUSED, REQUEST_ID_REUSED, UNKNOWN_PRODUCT, RATE_LIMITED = '6', '7', '8', '9', '10', '11'
local MAX_RELEASED = 100

local POOL, BUYERS, RATES, FIRST_STREAM = KEYS[1], KEYS[2], {[0] = KEYS[3], KEYS[4]}, 4
local EPOCH, ACCEPTING = ARGV[1], ARGV[2] == '1'
local products, users, orders, requests, baskets, lines, traces = unpack(cmsgpack.unpack(ARGV[3]))
local PRODUCTS, ORDERS = #products, #users

-- Read the pool.
local fields = {'epoch', 'state', 'start', 'end', 'limit', 'rate:user', 'rate:window', 'rate:activity', 'rate:tat', 'rate:rest'}
local REQUIRED, HEADER, PER_PRODUCT = 5, #fields, 5
for p = 1, PRODUCTS do
  local product = products[p]
  local at = HEADER + PER_PRODUCT * (p - 1)
  fields[at + 1] = 'remaining:' .. product
  fields[at + 2] = 'cum:' .. product
  fields[at + 3] = 'alloc:' .. product
  fields[at + 4] = 'reach:' .. product
  fields[at + 5] = 'want:' .. product
end
local pool = redis.call('HMGET', POOL, unpack(fields))
for i = 1, REQUIRED do
  if not pool[i] then return NOT_LOADED end
end
if pool[1] ~= EPOCH then return STALE_EPOCH .. '\n' .. pool[1] end

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
local values = redis.call('HMGET', BUYERS, unpack(users))
local time = redis.call('TIME')
local micros = tonumber(time[1]) * 1000000 + tonumber(time[2])
local now = math.floor(micros / 1000)

local format, concat = string.format, table.concat

local function whole(number)
  return format('%.0f', number)
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

-- Decide. `holdings` is what each buyer holds, with what this batch adds to it. Most buyers hold nothing: of those it has
-- nothing, and then the number of the one order that this batch gave them.
local holdings = {}
local MOMENTS_MARK = string.byte('~')
local LINE = '(%-?)([^\t\n]*)\t([^\t\n]*)\t([^\n]*)'
local BASKET_AND_IDS = '([^\t]*)\t(.*)'

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

-- A holding has its orders flat, three values each: order id, request id, and the rest of its line, for which the number
-- of the order stands if it is of this batch.
local PER_HELD = 3

local function hold(holding, i)
  local at = #holding.orders
  holding.orders[at + 1], holding.orders[at + 2], holding.orders[at + 3] = orders[i], requests[i], i
  holding.added[#holding.added + 1] = i
  holding.held = holding.held + 1
  holding.latest = orders[i]
end

local function holdingOf(i)
  local holding = holdings[users[i]]
  local value, moments = values[i], lately[i] or before[i]
  if not holding and not value and userRate == 0 then return nil end
  if type(holding) == 'table' then return holding end
  local only = holding
  if value and string.byte(value) == MOMENTS_MARK then
    local rest = string.find(value, '\n', 1, true) or #value + 1
    moments = later(moments, string.sub(value, 2, rest - 1))
    value = rest < #value and string.sub(value, rest + 1)
  end
  holding = {value = value, orders = {}, added = {}, held = 0, released = 0, moments = moments}
  if value then
    local held, at = holding.orders, 0
    for mark, order, request, more in string.gmatch(value, LINE) do
      held[at + 1], held[at + 2], held[at + 3] = order, request, more
      at = at + PER_HELD
      if mark == '' then
        holding.held = holding.held + 1
        holding.latest = order
      else
        holding.released = holding.released + 1
      end
    end
  end
  if only then hold(holding, only) end
  holdings[users[i]] = holding
  return holding
end

-- The answer to a request id that the buyer used before; nothing if he did not. If PostgreSQL sold under it too while
-- Redis was away, its order stands, and came later than the one that was here (restore_buyers.lua).
local function repeated(i, holding)
  local request = requests[i]
  if request == '' then return nil end
  local held = holding.orders
  for at = #held - 1, 2, -PER_HELD do
    if held[at] == request then
      local order, more = held[at - 1], held[at + 1]
      -- A replay of an order of this very batch has no ids yet: its detail is written at the end.
      if type(more) == 'number' then
        if baskets[more] == baskets[i] then return REPLAYED, more end
        return REQUEST_ID_REUSED, order
      end
      local basket, ids = string.match(more, BASKET_AND_IDS)
      if basket == baskets[i] then return REPLAYED, order .. '\t' .. ids end
      return REQUEST_ID_REUSED, order
    end
  end
end

-- The moments that lie in the window that ends now; nothing if there are none.
local function inWindow(moments)
  local from = 1
  while from <= #moments and age(moments, from) >= window do from = from + MOMENT_BYTES end
  return from <= #moments and string.sub(moments, from) or nil
end

-- Milliseconds until a request of this buyer is within the rates; 0 if it is, and then it counts.
local stamp = format(MOMENT, now % MOMENTS)
local anyCounts = false

local function wait(holding)
  local millis = 0
  if activityRate > 0 and debt > (burst - 1) * SECOND then
    millis = math.ceil((debt - (burst - 1) * SECOND) / activityRate / 1000)
  end
  local moments = userRate > 0 and holding.moments and inWindow(holding.moments)
  if moments and #moments >= userRate * MOMENT_BYTES then
    millis = math.max(millis, window - age(moments, #moments - userRate * MOMENT_BYTES + 1), 1)
  end
  if millis > 0 then return millis end
  debt = debt + SECOND
  anyCounts = true
  if userRate > 0 then
    holding.counts = true
    holding.moments = moments and moments .. stamp or stamp
  end
  return 0
end

-- Why the pool does not serve the lines that begin at `at`; nothing if it does.
local function lacking(at)
  local lacks
  for line = at + 1, at + 2 * lines[at], 2 do
    local p, quantity = lines[line], lines[line + 1]
    if not allocation[p] then return UNKNOWN_PRODUCT, products[p] end
    if remaining[p] < quantity then
      if reach[p] - cum[p] < quantity then return SOLD_OUT, products[p] end
      lacks = lacks or {}
      lacks[#lacks + 1] = line
    end
  end
  if lacks then
    for _, line in ipairs(lacks) do
      local p, quantity = lines[line], lines[line + 1]
      if want[p] < quantity then want[p], wanted[p] = quantity, true end
    end
    return TRY_AGAIN, products[lines[lacks[1]]]
  end
  if not ACCEPTING then return TRY_AGAIN, products[lines[at + 1]] end
end

local outcomes, details, accepted, lineAt, cums = {}, {}, {}, {}, {}

local function decide(i, at)
  local holding = holdingOf(i)
  if holding then
    local outcome, detail = repeated(i, holding)
    if outcome then return outcome, detail end
  end
  if closed then return closed, closedDetail end
  if userRate > 0 or activityRate > 0 then
    local millis = wait(holding)
    if millis > 0 then return RATE_LIMITED, whole(millis) end
  end
  if (holding and holding.held or 0) >= limit then return LIMIT_REACHED, holding and holding.latest or '' end
  if holding and holding.released >= MAX_RELEASED then
    return LIMIT_REACHED, holding.orders[#holding.orders - PER_HELD + 1]
  end
  local outcome, detail = lacking(at)
  if outcome then return outcome, detail end
  for line = at + 1, at + 2 * lines[at], 2 do
    local p, quantity = lines[line], lines[line + 1]
    remaining[p] = remaining[p] - quantity
    cum[p] = cum[p] + quantity
    touched[p] = true
    cums[#cums + 1] = cum[p]
  end
  if holding then
    hold(holding, i)
  else
    holdings[users[i]] = i
  end
  accepted[#accepted + 1] = i
  lineAt[i] = at
  return ACCEPTED, i
end

do
  local at = 1
  for i = 1, ORDERS do
    outcomes[i], details[i] = decide(i, at)
    at = at + 1 + 2 * lines[at]
  end
end

-- Write: entries, then the pool, the buyers and the rates.
local ts = whole(now)
local ids, written = {}, {}
local TEXT = setmetatable({}, {__index = function(texts, number)
  local text = whole(number)
  texts[number] = text
  return text
end})

-- What the entries of an order have beside the usual fields.
local USUAL, more = {}, {}
if traces then
  for n = 1, #traces, 2 do more[traces[n]] = {'traceparent', traces[n + 1]} end
end

local function undo()
  for n = 1, #written, 2 do redis.call('XDEL', written[n], written[n + 1]) end
end

local line = 0
for _, i in ipairs(accepted) do
  local at = lineAt[i]
  local count = lines[at]
  for n = 1, count do
    local p = lines[at + 2 * n - 1]
    local stream = KEYS[FIRST_STREAM + p]
    line = line + 1
    local id = redis.pcall('XADD', stream, '*', 'order', orders[i], 'uid', users[i], 'rid', requests[i],
      'qty', TEXT[lines[at + 2 * n]], 'line', TEXT[n], 'lines', TEXT[count],
      'alloc', allocation[p], 'epoch', EPOCH, 'cum', cums[line], 'ts', ts,
      unpack(more[i] or USUAL))
    if type(id) == 'table' then
      undo()
      return STREAM_BROKEN .. '\n' .. products[p] .. '\n' .. id.err
    end
    written[2 * line - 1], written[2 * line] = stream, id
    ids[i] = n == 1 and id or ids[i] .. ',' .. id
  end
end

local changes = {}
if activityRate > 0 and anyCounts then
  rest = debt % activityRate
  changes = {'rate:tat', whole(micros + (debt - rest) / activityRate), 'rate:rest', whole(rest)}
end
for p in pairs(wanted) do
  changes[#changes + 1] = 'want:' .. products[p]
  changes[#changes + 1] = want[p]
end
if #accepted > 0 then
  for p in pairs(touched) do
    local product = products[p]
    changes[#changes + 1] = 'remaining:' .. product
    changes[#changes + 1] = remaining[p]
    changes[#changes + 1] = 'cum:' .. product
    changes[#changes + 1] = cum[p]
  end

  local function lineOf(i)
    return orders[i] .. '\t' .. requests[i] .. '\t' .. baskets[i] .. '\t' .. ids[i]
  end

  local function valueOf(holding)
    local values = {}
    if userRate > 0 then values[1] = string.char(MOMENTS_MARK) .. holding.moments end
    if holding.value then values[#values + 1] = holding.value end
    for _, i in ipairs(holding.added) do values[#values + 1] = lineOf(i) end
    return concat(values, '\n')
  end

  local held, at = {}, 0
  for user, holding in pairs(holdings) do
    local isFirst = type(holding) == 'number'
    if isFirst or #holding.added > 0 then
      held[at + 1], held[at + 2] = user, isFirst and lineOf(holding) or valueOf(holding)
      at = at + 2
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
local at = #answer
for i = 1, ORDERS do
  local outcome, detail = outcomes[i], details[i]
  if outcome == ACCEPTED then
    detail = ids[i]
  elseif outcome == REPLAYED and type(detail) == 'number' then
    detail = orders[detail] .. '\t' .. ids[detail]
  end
  answer[at + 1], answer[at + 2] = outcome, detail
  at = at + 2
end
return concat(answer, '\n')
