--- :checkhealth flames
local M = {}

local function check_program()
  local cmd = vim.lsp.config.flames.cmd
  if type(cmd) ~= 'table' then
    return vim.health.ok('the server is started by a function of yours')
  end
  local path = vim.fn.exepath(cmd[1])
  if path == '' then
    local install = { 'pipx install flames-lsp', 'or: uv tool install flames-lsp' }
    return vim.health.error(cmd[1] .. ' is not in PATH', install)
  end
  local ran, asked = pcall(function()
    return vim.system({ path, '--version' }, { text = true, timeout = 10000 }):wait()
  end)
  if ran and asked.code == 0 then
    vim.health.ok(('%s is %s'):format(path, vim.trim(asked.stdout)))
  else
    vim.health.error(path .. ' cannot be run', ran and asked.stderr or tostring(asked))
  end
end

local function check_clients()
  local clients = vim.lsp.get_clients({ name = 'flames' })
  if #clients == 0 then
    vim.health.info('no server is running: none of the open files is for it')
  end
  local tell = { ok = vim.health.ok, warning = vim.health.warn, error = vim.health.error }
  for _, client in ipairs(clients) do
    local status = require('flames').status_of(client.id)
    local version = vim.tbl_get(client, 'server_info', 'version') or '?'
    local facts = ('server %s, root %s, %s'):format(
      version,
      client.root_dir or 'none',
      client.offset_encoding
    )
    vim.health.ok(facts)
    if status then
      (tell[status.health] or vim.health.info)(status.message)
    end
  end
end

function M.check()
  vim.health.start('flames')
  if vim.fn.has('nvim-0.11') == 0 then
    return vim.health.error('Neovim 0.11 or newer is needed')
  end
  vim.health.ok('Neovim ' .. tostring(vim.version()))
  if not vim.lsp.is_enabled('flames') then
    vim.health.warn('not enabled', "vim.lsp.enable('flames')")
  end
  check_program()
  check_clients()
end

return M
