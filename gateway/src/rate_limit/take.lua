-- Takes one from each bucket, or from none: gcra.rs in Lua, decided at once for all keys.
--
-- KEYS: the buckets. ARGV: for each its count, interval and span, the latter two as whole
-- microseconds and parts of which count make one. The value of a key is when it is full, as
-- "whole:part"; the key lives until then. Numbers stay below 2^53, where doubles are exact.
-- Returns whether one was taken, and for each key the time until it is full.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local function later(a, a_part, b, b_part)
  return a > b or (a == b and a_part > b_part)
end

local function number(n)
  return string.format('%.0f', n)
end

local untouched, taken, all = {}, {}, true
for i, key in ipairs(KEYS) do
  local at = (i - 1) * 5
  local count = tonumber(ARGV[at + 1])
  local interval, interval_part = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local latest, latest_part = now + tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5])

  local full, part = string.match(redis.call('GET', key) or '', '^(%d+):(%d+)$')
  full, part = tonumber(full or 0), tonumber(part or 0)
  -- The time of a larger quota, of another count, or of a clock that was ahead.
  if part >= count then part = count - 1 end
  if full < now then full, part = now, 0 end
  if later(full, part, latest, latest_part) then full, part = latest, latest_part end
  untouched[i] = { full - now, part }

  full, part = full + interval, part + interval_part
  if part >= count then full, part = full + 1, part - count end
  if later(full, part, latest, latest_part) then all = false end
  taken[i] = { full - now, part }
end

local answer = { all and 1 or 0 }
for i, key in ipairs(KEYS) do
  local rest, part = unpack(all and taken[i] or untouched[i])
  if all then
    local value = number(now + rest) .. ':' .. number(part)
    redis.call('SET', key, value, 'PX', number(math.ceil((rest + 1) / 1000)))
  end
  answer[#answer + 1] = rest
  answer[#answer + 1] = part
end
return answer
