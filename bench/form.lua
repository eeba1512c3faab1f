-- A respondent for wrk: GET the form, then POST four answers with the id that the form carried, and again.
local path = os.getenv("FORM_PATH")
local reply = os.getenv("FORM_ANSWERS")
local get, headers, sid, extra = wrk.format("GET", path), {["Content-Type"] = "application/x-www-form-urlencoded"}, nil, ""
local threads = {}

function setup(thread)
  thread:set("posted", 0)
  thread:set("refused", 0)
  table.insert(threads, thread)
end

-- wrk shares one script among a thread's connections and answers come in any order, so ids wait in a list.
local ready = {}

function request()
  local form = table.remove(ready)
  if form == nil then return get end
  return wrk.format("POST", path, headers, form)
end

function response(status, _, body)
  if status == 200 then
    -- Only where the hidden fields stand: searching the whole page costs more than the bare server's own work.
    local from = string.find(body, 'name="_sid"', 1, true)
    local fields = string.sub(body, from, from + 600)
    local id = string.match(fields, 'name="_sid" value="([^"]+)"')
    local form = "_sid=" .. id .. "&" .. reply
    for name, value in string.gmatch(fields, 'name="(_[tdpv])" value="([^"]*)"') do
      form = form .. "&" .. name .. "=" .. string.gsub(value, " ", "+")
    end
    table.insert(ready, form)
  elseif status == 303 then
    posted = posted + 1
  else
    refused = refused + 1
  end
end

function done(summary, latency, _)
  local total, wrong = 0, 0
  for _, thread in ipairs(threads) do
    total = total + thread:get("posted")
    wrong = wrong + thread:get("refused")
  end
  io.write(string.format('{"posted": %d, "refused": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, "errors": %d}\n',
    total, wrong, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
