#!lua
--[[
renew_letter: puts a dead letter that failed again in the place of the old one, with one attempt more.

Keys
  1       dead-letter stream

Arguments
  1       id of the letter
  2       reason   a stable word, such as DATA_ERROR
  3       detail   the reason in a sentence
  4       sqlstate of the failure, or empty

Answer, flat
  1       1 RENEWED  [2] = the new letter's id, [3] = its attempts
          2 GONE     somebody dealt with the letter meanwhile; nothing was done

The new letter has the old one's stream, id and "f:" fields. Of a letter that another hand wrote, with more than 100 of
them, it has the first 100, and truncated = how many more there were.
Atomic: everything, so that two who replay one letter leave one letter. Running it again answers GONE.
--]]
local RENEWED, GONE = 1, 2
local MAX_FIELDS = 100
local UP_TO_NINE_DIGITS = '^%d' .. string.rep('%d?', 8) .. '$'

local LETTERS = KEYS[1]
local ID, REASON, DETAIL, SQLSTATE = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

if redis.call('TYPE', LETTERS).ok ~= 'stream' then return {GONE} end
local found = redis.call('XRANGE', LETTERS, ID, ID)
if #found == 0 then return {GONE} end

local named, entry, more = {}, {}, 0
local fields = found[1][2]
for i = 1, #fields, 2 do
  local name, value = fields[i], fields[i + 1]
  if string.sub(name, 1, 2) ~= 'f:' then
    named[name] = value
  elseif #entry < 2 * MAX_FIELDS then
    entry[#entry + 1] = name
    entry[#entry + 1] = value
  else
    more = more + 1
  end
end

local function count(name)
  return tonumber(string.match(named[name] or '', UP_TO_NINE_DIGITS) or 0)
end
local attempts, truncated = count('attempts') + 1, count('truncated') + more
local letter = {'reason', REASON, 'detail', DETAIL, 'sqlstate', SQLSTATE, 'attempts', attempts,
  'stream', named.stream or '', 'id', named.id or ''}
for i = 1, #entry do letter[#letter + 1] = entry[i] end
if truncated > 0 then
  letter[#letter + 1] = 'truncated'
  letter[#letter + 1] = truncated
end

local id = redis.call('XADD', LETTERS, '*', unpack(letter))
redis.call('XDEL', LETTERS, ID)
return {RENEWED, id, attempts}
