#!lua flags=allow-oom
--[[
remove_letters: takes dead letters away that are recorded, or that an operator gave up.

Keys
  1       dead-letter stream

Arguments
  1 …     ids of letters (at most 100)

Answer, flat
  for each id: 1 if the letter was there, 0 if not

Runs when Redis is out of memory too: it makes room.
Atomic: everything. Running it again answers 0 for each.
--]]
local LETTERS = KEYS[1]

local answer = {}
local there = redis.call('TYPE', LETTERS).ok == 'stream'
for i = 1, #ARGV do
  answer[i] = there and redis.call('XDEL', LETTERS, ARGV[i]) or 0
end
return answer
