-- weft for nvim-dap: a recording is opened like a program that is launched.
--
--   vim.g.weft        the command weft, if it is not in PATH
--   vim.g.weft_trace  the recording; else it is asked for
local dap = require('dap')

dap.adapters.weft = {
  type = 'executable',
  command = vim.g.weft or 'weft',
  args = { 'dap' },
  options = { source_filetype = 'cpp' },
}

local recording = {
  type = 'weft',
  request = 'launch',
  name = 'weft: a recorded run',
  trace = function()
    return vim.g.weft_trace or vim.fn.input('Recording: ', vim.fn.getcwd() .. '/', 'file')
  end,
  at = function()
    return vim.g.weft_at or 'start'
  end,
}
for _, language in ipairs({ 'c', 'cpp', 'rust' }) do
  dap.configurations[language] = dap.configurations[language] or {}
  table.insert(dap.configurations[language], recording)
end

-- A request of weft's own; `stopped` follows.
local function ask(request, arguments)
  local session = dap.session()
  if not session then
    return vim.notify('weft: no session', vim.log.levels.WARN)
  end
  arguments = arguments or { threadId = session.stopped_thread_id }
  session:request(request, arguments, function(err)
    if err then
      vim.notify('weft: ' .. err.message, vim.log.levels.ERROR)
    end
  end)
end

vim.api.nvim_create_user_command('WeftGoto', function(options)
  ask('weft/goto', { to = options.args })
end, { nargs = '+', desc = 'go to a moment: request N, an event, a time, crash' })
vim.api.nvim_create_user_command('WeftLastWrite', function(options)
  local frame = dap.session() and dap.session().current_frame
  ask('weft/lastWrite', { expression = options.args, frameId = frame and frame.id })
end, { nargs = '+', desc = 'go to who wrote this last' })

vim.keymap.set('n', '<S-F5>', dap.reverse_continue, { desc = 'weft: reverse-continue' })
vim.keymap.set('n', '<S-F10>', dap.step_back, { desc = 'weft: step back' })
vim.keymap.set('n', '<F6>', function() ask('weft/asyncNext') end, { desc = 'weft: async next' })
vim.keymap.set('n', '<S-F6>', function() ask('weft/reverseAsyncNext') end, { desc = 'weft: async back' })

return { ask = ask }
