--- The tree of who depends on what, in a buffer: <Tab> opens and closes, <CR> goes there. Lines,
--- their order and what is under them are the server's.
local M = {}

local highlights = vim.api.nvim_create_namespace('flames.tree')
local trees = {} ---@type table<integer, table> by buffer: client, asked, rows, title

local function ask(tree, asked, show)
  local params = { command = 'flames.dependentsTree', arguments = { asked } }
  tree.client:request('workspace/executeCommand', params, function(err, answer)
    if err then
      vim.notify('Flames: ' .. err.message, vim.log.levels.ERROR)
    else
      show(answer)
    end
  end)
end

local function rendered(row)
  local node = row.node
  local mark = node.branch == vim.NIL and '  ' or row.open and '▾ ' or '▸ '
  return ('%s%s%s  %s'):format(('  '):rep(row.depth), mark, node.label, node.description)
end

local function draw(buffer)
  local tree = trees[buffer]
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.tbl_map(rendered, tree.rows))
  vim.bo[buffer].modifiable = false
  vim.api.nvim_buf_clear_namespace(buffer, highlights, 0, -1)
  for number, row in ipairs(tree.rows) do
    local line = rendered(row)
    local from = #line - #row.node.description
    local group = row.node.kind == 'group' and 'Title' or nil
    local options = { end_col = #line, hl_group = 'Comment' }
    vim.api.nvim_buf_set_extmark(buffer, highlights, number - 1, from, options)
    if group then
      options = { end_col = from, hl_group = group }
      vim.api.nvim_buf_set_extmark(buffer, highlights, number - 1, 0, options)
    end
  end
end

--- Puts the nodes of an answer under `row`, and opens those that want to be.
local function put(buffer, row, answer)
  local tree = trees[buffer]
  local at = row and vim.iter(ipairs(tree.rows)):find(function(_, other)
    return other == row
  end) or 0
  if row and at == nil then
    return -- closed meanwhile
  end
  local more = row and row.node.kind == 'more'
  if more then
    table.remove(tree.rows, at)
    at = at - 1
  end
  local depth = row and (more and row.depth or row.depth + 1) or 0
  for offset, node in ipairs(answer.nodes) do
    table.insert(tree.rows, at + offset, { node = node, depth = depth, open = false })
  end
  draw(buffer)
  for offset = #answer.nodes, 1, -1 do
    if answer.nodes[offset].open then
      M.open(buffer, tree.rows[at + offset])
    end
  end
end

--- Asks for what is under a row and shows it.
function M.open(buffer, row)
  if row.node.branch == vim.NIL or row.open then
    return
  end
  row.open = true
  ask(trees[buffer], { branch = row.node.branch }, function(answer)
    if vim.api.nvim_buf_is_valid(buffer) then
      put(buffer, row, answer)
    end
  end)
end

local function close(buffer, number)
  local rows = trees[buffer].rows
  local row = rows[number]
  row.open = false
  while rows[number + 1] and rows[number + 1].depth > row.depth do
    table.remove(rows, number + 1)
  end
  draw(buffer)
end

--- Opens the row of the cursor, or closes it.
function M.toggle(buffer)
  local number = vim.api.nvim_win_get_cursor(0)[1]
  local row = trees[buffer].rows[number]
  if row and row.open then
    close(buffer, number)
  elseif row then
    M.open(buffer, row)
  end
end

--- Shows the place of the row of the cursor in another window.
function M.go(buffer)
  local tree = trees[buffer]
  local row = tree.rows[vim.api.nvim_win_get_cursor(0)[1]]
  if not row or row.node.location == vim.NIL then
    return row and M.toggle(buffer)
  end
  vim.cmd.wincmd('p')
  if vim.api.nvim_get_current_buf() == buffer then
    vim.cmd('aboveleft split')
  end
  local encoding = tree.client.offset_encoding
  vim.lsp.util.show_document(row.node.location, encoding, { focus = true })
end

--- A new tree. `asked` is what the server's flames.dependentsTree takes.
---@param client vim.lsp.Client
---@param asked table
function M.show(client, asked)
  local tree = { client = client, rows = {} }
  ask(tree, asked, function(answer)
    if #answer.nodes == 0 then
      return vim.notify('Flames: there is no symbol at the cursor')
    end
    vim.cmd('botright 15new')
    local buffer = vim.api.nvim_get_current_buf()
    trees[buffer] = tree
    vim.bo[buffer].buftype, vim.bo[buffer].bufhidden = 'nofile', 'wipe'
    vim.bo[buffer].swapfile, vim.bo[buffer].filetype = false, 'flames-tree'
    vim.api.nvim_buf_set_name(buffer, ('flames://dependents/%s'):format(answer.nodes[1].label))
    vim.wo.wrap, vim.wo.number, vim.wo.cursorline = false, false, true
    local gaps = table.concat(answer.gaps, ', ')
    vim.wo.winbar = gaps ~= '' and 'Not covered: ' .. gaps:gsub('%%', '%%%%') or ''
    local function map(key, run, description)
      vim.keymap.set('n', key, function()
        run(buffer)
      end, { buffer = buffer, nowait = true, desc = description })
    end
    map('<CR>', M.go, 'Flames: go there')
    map('<Tab>', M.toggle, 'Flames: open or close')
    map('o', M.toggle, 'Flames: open or close')
    map('q', function()
      vim.cmd.close()
    end, 'Flames: close the tree')
    vim.api.nvim_create_autocmd('BufWipeout', {
      buffer = buffer,
      callback = function()
        trees[buffer] = nil
      end,
    })
    put(buffer, nil, answer)
  end)
end

return M
