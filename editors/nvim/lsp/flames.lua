---@brief
--- Flames: who depends on this, does the repository already do this, does this break a caller.
--- Install the server with `pipx install flames-lsp` or `uv tool install flames-lsp`.

---@type vim.lsp.Config
return {
  cmd = { 'flames-lsp' },
  filetypes = { 'python', 'javascript', 'javascriptreact', 'typescript', 'typescriptreact' },
  root_markers = { '.git', 'flames.toml', 'pyproject.toml', 'package.json' },
  handlers = {
    ['flames/status'] = function(_, status, context)
      require('flames').on_status(status, context.client_id)
    end,
  },
  capabilities = { -- what answers of the server may name, to be run here
    experimental = {
      commands = { commands = { 'flames.openBoth', 'flames.explain' } },
    },
  },
  commands = { -- what a lens or an action does when it is run
    ['flames.openBoth'] = function(command, context)
      require('flames').open_both(command.arguments, context.client_id)
    end,
    ['flames.showTests'] = function(command, context)
      require('flames').show_tests(command.arguments, context.client_id)
    end,
    ['flames.explain'] = function(command, context)
      require('flames').explain(command.arguments, context.client_id)
    end,
    ['flames.showDependents'] = function(command, context)
      require('flames').show_dependents(command.arguments, context.client_id)
    end,
    ['flames.showPattern'] = function(command, context)
      require('flames').show_pattern(command.arguments, context.client_id)
    end,
  },
}
