#!lua
--[[
one_order: decides one order, as a flash sale does that sends a script for each buyer. Only a benchmark runs it.

Keys
  1  stock   hash    remaining
  2  buyers  hash    user → order id
  3  orders  stream  one entry per order
Arguments
  1  user id
  2  order id
Answer
  1 accepted, 0 sold out, 2 the user has an order
--]]
local STOCK, BUYERS, ORDERS = KEYS[1], KEYS[2], KEYS[3]
local USER, ORDER = ARGV[1], ARGV[2]

if redis.call('HEXISTS', BUYERS, USER) == 1 then return 2 end
if tonumber(redis.call('HGET', STOCK, 'remaining')) < 1 then return 0 end
redis.call('HINCRBY', STOCK, 'remaining', -1)
redis.call('HSET', BUYERS, USER, ORDER)
redis.call('XADD', ORDERS, '*', 'order', ORDER, 'uid', USER, 'qty', 1)
return 1
