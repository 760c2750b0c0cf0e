-- Drives nvim-dap with samples/editors/nvim/weft.lua; prints "passed" in the end.
local function fail(...)
  print('failed: ' .. table.concat(vim.tbl_map(vim.inspect, { ... }), ' '))
  vim.cmd('cquit 1')
end

local samples = vim.loop.fs_realpath(vim.env.SAMPLES)
vim.g.weft = vim.env.WEFT
vim.g.weft_trace = vim.env.TRACE
local weft = dofile(samples .. '/editors/nvim/weft.lua')
local dap = require('dap')

local stops = 0
local stop_body
dap.listeners.after.event_stopped['test'] = function(_, body)
  stop_body = body
  stops = stops + 1
end

local function until_true(what, condition)
  if not vim.wait(60000, condition, 20) then fail('never: ' .. what) end
end

-- Runs something that moves the program; then the editor shows where it stands.
local function move(what, run)
  local before = stops
  run()
  until_true(what, function() return stops > before end)
  until_true(what .. ': frames', function()
    local session = dap.session()
    return session and session.current_frame ~= nil and session.stopped_thread_id ~= nil
  end)
  vim.wait(300, function() return false end)
end

local function ask(request, arguments)
  local done, body
  dap.session():request(request, arguments, function(err, response)
    if err then fail(request, err) end
    done, body = true, response
  end)
  until_true(request, function() return done end)
  return body
end

-- The innermost frame that is the program's own.
local function place()
  local stack = ask('stackTrace', { threadId = dap.session().stopped_thread_id })
  for _, frame in ipairs(stack.stackFrames) do
    if frame.source and frame.presentationHint ~= 'subtle' then return frame end
  end
  fail('no frame with source')
end

local function line_with(file, text)
  local number = 0
  for line in io.lines(samples .. '/storefront/' .. file) do
    number = number + 1
    if line:find(text, 1, true) then return number end
  end
end

local function same(what, wanted, got)
  if wanted ~= got then fail(what, wanted, got) end
end

local function toggle(file, line)
  vim.cmd('edit ' .. samples .. '/storefront/' .. file)
  vim.api.nvim_win_set_cursor(0, { line, 0 })
  dap.toggle_breakpoint()
  vim.wait(500, function() return false end)
end

vim.cmd('edit ' .. samples .. '/storefront/shop.cc')
vim.bo.filetype = 'cpp'
move('open', function() dap.continue() end)
local slowest = ask('weft/requests', { count = 1 }).requests[1]
move('goto', function() vim.cmd('WeftGoto request ' .. slowest.number) end)

local awaits = line_with('database.cc', 'co_await flush();')
toggle('database.cc', awaits)
move('continue', function() dap.continue() end)
same('breakpoint', awaits, place().line)
toggle('database.cc', awaits)
for _ = 1, 3 do
  if place().line ~= awaits then break end
  move('async next', function() weft.ask('weft/asyncNext') end)
end
same('over the co_await', awaits + 1, place().line)
move('async back', function() weft.ask('weft/reverseAsyncNext') end)
same('back', awaits, place().line)

local used = line_with('shop.cc', 'if (page == "/cart")')
toggle('shop.cc', used)
move('continue', function() dap.continue() end)
toggle('shop.cc', used)
same('use', used, place().line)
move('last write', function()
  weft.ask('weft/lastWrite', { expression = 'number', frameId = place().id })
end)
same('reason', 'data breakpoint', stop_body.reason)
same('writer', line_with('shop.cc', 'const int number = slash'), place().line)
move('reverse', function() dap.reverse_continue() end)
dap.terminate()
vim.wait(1000, function() return dap.session() == nil end)
print('passed\n')
vim.cmd('qall!')
