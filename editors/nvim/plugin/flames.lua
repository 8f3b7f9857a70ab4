if vim.g.loaded_flames then
  return
end
vim.g.loaded_flames = true

vim.api.nvim_create_user_command('Flames', function(command)
  local lines = command.range == 2
    and vim.api.nvim_buf_get_lines(0, command.line1 - 1, command.line2, false)
  require('flames').run(command.args, lines or nil)
end, {
  nargs = '+',
  range = true,
  desc = 'Flames: ask the server, or see to it',
  complete = function(start)
    return require('flames').complete(start)
  end,
})

vim.api.nvim_create_user_command('FlamesFind', function(command)
  require('flames').find(command.args)
end, { nargs = '*', desc = 'Flames: find existing code by words or a part of its name' })

local group = vim.api.nvim_create_augroup('flames', {})

vim.api.nvim_create_autocmd('LspAttach', {
  group = group,
  desc = 'Flames: keep the lenses of this buffer fresh',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'flames' then
      require('flames').attached(event.buf)
    end
  end,
})

vim.api.nvim_create_autocmd('LspProgress', {
  group = group,
  desc = 'Flames: progress for the status line',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'flames' then
      require('flames').on_progress(event.data.params.value)
    end
  end,
})

vim.api.nvim_create_autocmd('FileType', {
  group = group,
  pattern = vim.lsp.config.flames.filetypes,
  once = true,
  desc = 'Flames: say once that there is no server',
  callback = function()
    local cmd = vim.lsp.config.flames.cmd
    if type(cmd) == 'table' and vim.fn.executable(cmd[1]) == 0 and vim.lsp.is_enabled('flames') then
      local install = 'pipx install flames-lsp, or uv tool install flames-lsp'
      vim.notify(('Flames: %s is not in PATH. %s'):format(cmd[1], install), vim.log.levels.WARN)
    end
  end,
})

if vim.g.flames_enable ~= false then
  vim.lsp.enable('flames')
end
