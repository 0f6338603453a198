-- One plugin call behind nginx: token, daily counter, graduated price, itemised record, answer with rate-limit headers.
-- The counter, the price and the record are one script in Redis, so one round trip and one append to its log.
local redis = require "nginx.redis"

local limit = 1000000000

local script = [[
local n = redis.call('INCR', KEYS[1])
local price = 15
if n <= 1000 then price = 0 elseif n <= 5000 then price = 20 end
local total = redis.call('INCRBY', KEYS[2], price)
redis.call('RPUSH', KEYS[3], ARGV[1] .. '|' .. n .. '|' .. price .. '|' .. ARGV[2])
return {n, price, total}
]]

local script_sha

local function refuse(status, detail)
  ngx.status = status
  ngx.header["Content-Type"] = "application/problem+json"
  ngx.print('{"status":', status, ',"detail":"', detail, '"}')
  return ngx.exit(status)
end

local function connect()
  local client = redis:new()
  client:set_timeout(2000)
  local ok, problem = client:connect("127.0.0.1", tonumber(ngx.var.redis_port))
  if not ok then
    return nil, problem
  end
  return client
end

-- A token is looked up in Redis once and then kept in the workers' shared memory for a minute, as gateways do.
local function installation_of(client, token)
  local known = ngx.shared.tokens:get(token)
  if known then
    return known
  end
  local found = client:get("token:" .. token)
  if not found or found == ngx.null then
    return nil
  end
  ngx.shared.tokens:set(token, found, 60)
  return found
end

local function count(client, installation, call)
  if not script_sha then
    script_sha = client:script("load", script)
  end
  local day = ngx.today()
  local key = installation .. ":" .. day
  return client:evalsha(script_sha, 3, "count:" .. key, "total:" .. key, "items:" .. key, call, ngx.now())
end

local function installation_or_refuse(client)
  local authorization = ngx.var.http_authorization
  local token = authorization and string.match(authorization, "^Bearer (.+)$")
  local installation = token and installation_of(client, token)
  if not installation then
    client:set_keepalive(60000, 100)
    refuse(401, "no or unknown token")
  end
  return installation
end

local function answer(installation, call, n, price, total)
  ngx.header["Content-Type"] = "application/json"
  ngx.header["RateLimit-Policy"] = '"daily";q=' .. limit .. ';w=86400'
  ngx.header["RateLimit"] = '"daily";r=' .. (limit - n) .. ';t=' .. (86400 - ngx.time() % 86400)
  ngx.header["X-Request-Id"] = call
  ngx.header["Marketplace-Receipt"] = string.format('seq=%d, price=%.3f, total=%.3f, call="%s"', n, price / 1000, total / 1000, call)
  ngx.print('{"installation":"', installation, '","used":', n, '}')
end

local function handle()
  local client, problem = connect()
  if not client then
    return refuse(503, problem)
  end
  local installation = installation_or_refuse(client)
  local call = ngx.var.request_id
  local counted, failure = count(client, installation, call)
  if not counted then
    return refuse(503, failure)
  end
  client:set_keepalive(60000, 100)
  if counted[1] > limit then
    return refuse(429, "daily limit")
  end
  answer(installation, call, counted[1], counted[2], counted[3])
end

return { handle = handle }
