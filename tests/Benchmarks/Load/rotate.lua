-- wrk script: each request takes a random line "path<TAB>token" of the file given as the first argument.
-- The answer is one line of "name=value" that the benchmark reads; latencies are in microseconds.
local requests = {}
local count = 0
local random = math.random

local seed = 0
function setup(thread)
  seed = seed + 1
  thread:set("seed", seed)
end

function init(args)
  math.randomseed(seed * 7919)
  for line in io.lines(args[1]) do
    local path, token = string.match(line, "^([^\t]*)\t(.*)$")
    local headers = { ["Host"] = wrk.host }
    if token ~= "" then
      headers["Authorization"] = "Bearer " .. token
    end
    count = count + 1
    requests[count] = wrk.format("GET", path, headers)
  end
end

function request()
  return requests[random(count)]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    "\nRESULT calls=%d us=%d status=%d socket=%d p50=%d p99=%d max=%d\n",
    summary.requests, summary.duration, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
