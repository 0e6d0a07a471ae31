#!lua
--[[
one_order_in_full: decides one order as one_order does, and keeps of it all that this product keeps: an entry of the same
ten fields, and of the buyer the request, the basket and the entry. Only a benchmark runs it.

Keys
  1  stock   hash    remaining, cum
  2  buyers  hash    user → order id, request id, basket, entry id
  3  orders  stream  one entry per order
Arguments
  1  user id
  2  order id, which is the request id too
Answer
  1 accepted, 0 sold out, 2 the user has an order
--]]
local STOCK, BUYERS, ORDERS = KEYS[1], KEYS[2], KEYS[3]
local USER, ORDER = ARGV[1], ARGV[2]

if redis.call('HEXISTS', BUYERS, USER) == 1 then return 2 end
if tonumber(redis.call('HGET', STOCK, 'remaining')) < 1 then return 0 end
local time = redis.call('TIME')
redis.call('HINCRBY', STOCK, 'remaining', -1)
local cum = redis.call('HINCRBY', STOCK, 'cum', 1)
local id = redis.call('XADD', ORDERS, '*', 'order', ORDER, 'uid', USER, 'rid', ORDER, 'qty', 1, 'line', 1, 'lines', 1,
  'alloc', 1, 'epoch', 1, 'cum', cum, 'ts', time[1] .. string.sub(1000000 + time[2], 2, 4))
redis.call('HSET', BUYERS, USER, ORDER .. '\t' .. ORDER .. '\t1001x1\t' .. id)
return 1
