-- Requests of POST /command for wrk: wrk ... -s benchmarks/rest.lua URL -- set|get [KEYS]
-- Keys are drawn at random out of KEYS; at the end one line says what was counted, for benchmarks/rest.sh.

local kind, keys

function init(args)
    kind = args[1]
    keys = tonumber(args[2] or "100000")
    math.randomseed(os.time())
    wrk.headers["Content-Type"] = "application/json"
end

function request()
    local key = string.format("key:%012d", math.random(0, keys - 1))
    if kind == "set" then
        return wrk.format("POST", "/command", nil, '{"type":"SET","key":"' .. key .. '","value":"0123456789abcdef"}')
    end
    return wrk.format("POST", "/command", nil, '{"type":"GET","key":"' .. key .. '"}')
end

function done(summary, latency, requests)
    local errors = summary.errors
    print(string.format(
        "counted %d %d %d %d %d",
        summary.requests * 1e6 / summary.duration,
        latency:percentile(50),
        latency:percentile(99),
        errors.status,
        errors.connect + errors.read + errors.write + errors.timeout))
end
