--- The commands of `:Flames`, lenses and the status. What is shown is the server's answer.
local M = {}

--- What the server said last in `flames/status`, by client.
---@type table<integer, {health: string, quiescent: boolean, message: string}>
local statuses = {}
local progress ---@type string?
local places = vim.api.nvim_create_namespace('flames.places') -- where a call is to be put

---@return vim.lsp.Client?
local function current_client()
  local here = vim.lsp.get_clients({ name = 'flames', bufnr = 0 })[1]
  return here or vim.lsp.get_clients({ name = 'flames' })[1]
end

---@param message string
---@param level? integer
local function say(message, level)
  vim.notify('Flames: ' .. message, level or vim.log.levels.INFO)
end

--- The client for a request; says where there is none.
---@return vim.lsp.Client?
local function running()
  local client = current_client()
  if not client then
    say('no server is running; see :checkhealth flames', vim.log.levels.WARN)
  end
  return client
end

--- Asks the server; `show` gets an answer, an error is said.
---@param client vim.lsp.Client
---@param method string
---@param params table
---@param show fun(answer: any)
local function ask(client, method, params, show)
  client:request(method, params, function(err, answer)
    if err then
      say(err.message, vim.log.levels.ERROR)
    elseif answer ~= nil and answer ~= vim.NIL then
      show(answer)
    end
  end, vim.api.nvim_get_current_buf())
end

local function execute(client, command, arguments, show)
  ask(client, 'workspace/executeCommand', { command = command, arguments = arguments }, show)
end

---@return {uri: string, position: lsp.Position}
local function cursor(client)
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  return { uri = params.textDocument.uri, position = params.position }
end

---@param gaps string[]
local function not_covered(gaps)
  return #gaps > 0 and ' (not covered: ' .. table.concat(gaps, ', ') .. ')' or ''
end

--- A quickfix list of places; `text` overrides the line at a place.
local function list(client, title, places, text)
  local items = {}
  for _, place in ipairs(places) do
    local item = vim.lsp.util.locations_to_items({ place.location }, client.offset_encoding)[1]
    item.text = text and text(place) or vim.trim(item.text)
    items[#items + 1] = item
  end
  vim.fn.setqflist({}, ' ', { title = title, items = items })
  vim.cmd('botright copen')
end

--- Places that use a symbol. `arguments` are those of the server's flames.showDependents.
---@param arguments any[]
---@param client_id? integer
function M.show_dependents(arguments, client_id)
  local client = client_id and vim.lsp.get_client_by_id(client_id) or running()
  if not client then
    return
  end
  execute(client, 'flames.showDependents', arguments, function(answer)
    local gaps = not_covered(answer.gaps)
    if not answer.symbol then
      return say('there is no symbol at the cursor')
    end
    if #answer.dependents == 0 then
      return say('no dependents found' .. gaps)
    end
    list(client, 'Dependents of ' .. answer.symbol .. gaps, answer.dependents)
  end)
end

--- How what is defined at a place is done elsewhere. `arguments` as of flames.showPattern.
---@param arguments any[]
---@param client_id? integer
function M.show_pattern(arguments, client_id)
  local client = client_id and vim.lsp.get_client_by_id(client_id) or running()
  if not client then
    return
  end
  execute(client, 'flames.showPattern', arguments, function(answer)
    local places = {}
    for _, card in ipairs(answer.cards) do
      for _, one in ipairs(card.exemplars) do
        places[#places + 1] = { location = one.location, text = 'like ' .. one.symbol }
      end
      for _, line in ipairs(vim.list_extend(card.most, card.some)) do
        local text = ('%d of %d: %s'):format(line.count, line.of, line.what)
        places[#places + 1] = { location = line.location, text = text }
      end
    end
    local gaps = not_covered(answer.gaps)
    if #places == 0 then
      return say('nothing else here has the role of this' .. gaps)
    end
    list(client, 'How is this done here: ' .. answer.role .. gaps, places, function(place)
      return place.text
    end)
  end)
end

local commands = {}

function commands.pattern()
  local client = running()
  if client then
    M.show_pattern({ cursor(client) }, client.id)
  end
end

--- With a number: through others too, so many steps away.
---@param lines? string[]
---@param steps? string
function commands.dependents(lines, steps)
  local client = running()
  if client then
    local asked = cursor(client)
    asked.depth = tonumber(steps)
    M.show_dependents({ asked }, client.id)
  end
end

--- The tests to run first for a symbol, in the quickfix list. `arguments` as of flames.showTests.
---@param arguments any[]
---@param client_id? integer
function M.show_tests(arguments, client_id)
  local client = client_id and vim.lsp.get_client_by_id(client_id) or running()
  if not client then
    return
  end
  execute(client, 'flames.showTests', arguments, function(answer)
    local gaps = not_covered(answer.gaps)
    if not answer.symbol or answer.symbol == vim.NIL then
      return say('there is no symbol at the cursor')
    end
    if #answer.tests == 0 then
      return say('no test is known' .. gaps)
    end
    list(client, 'Tests of ' .. answer.symbol .. gaps, answer.tests, function(test)
      return ('%s: %s'):format(test.run, table.concat(test.reasons, ', '))
    end)
  end)
end

function commands.tests()
  local client = running()
  if client then
    M.show_tests({ cursor(client) }, client.id)
  end
end

--- Who depends on the symbol at the cursor, who on those, and so on, in a buffer.
function commands.tree()
  local client = running()
  if client then
    require('flames.tree').show(client, cursor(client))
  end
end

--- The manual page of a rule, in a float. `arguments` as of flames.explain.
---@param arguments any[]
---@param client_id? integer
function M.explain(arguments, client_id)
  local client = client_id and vim.lsp.get_client_by_id(client_id) or running()
  if not client then
    return
  end
  execute(client, 'flames.explain', arguments, function(page)
    local lines = vim.split(vim.trim(page.markdown), '\n')
    vim.lsp.util.open_floating_preview(lines, 'markdown', {
      border = 'rounded',
      title = page.title,
      max_width = 100,
      focus_id = 'flames.explain',
    })
  end)
end

--- With the name of a rule, its page; else that of the diagnostic at the cursor.
---@param lines? string[]
---@param rule? string
function commands.explain(lines, rule)
  local here = vim.iter(vim.diagnostic.get(0, { lnum = vim.fn.line('.') - 1 })):find(function(one)
    return one.source == 'flames'
  end)
  rule = rule or here and here.code
  if not rule then
    return say('there is no finding on this line; name a rule, as broken-callers')
  end
  local named = vim.api.nvim_buf_get_name(0) ~= ''
  local data = here and vim.tbl_get(here, 'user_data', 'lsp', 'data') or {}
  M.explain({
    {
      rule = rule,
      uri = named and vim.uri_from_bufnr(0) or nil,
      fingerprint = data.fingerprint,
    },
  })
end

--- Two places beside each other. `arguments` as of flames.openBoth.
---@param arguments any[]
---@param client_id integer
function M.open_both(arguments, client_id)
  local client = vim.lsp.get_client_by_id(client_id)
  if not client then
    return
  end
  local encoding = client.offset_encoding
  vim.lsp.util.show_document(arguments[1].left, encoding, { focus = true })
  vim.cmd('rightbelow vsplit')
  vim.lsp.util.show_document(arguments[1].right, encoding, { focus = true })
end

--- Like the lines of the range, else like the function at the cursor.
---@param lines? string[]
function commands.similar(lines)
  local client = running()
  if not client then
    return
  end
  local asked = cursor(client)
  if lines then
    local named = vim.api.nvim_buf_get_name(0) ~= ''
    asked = { uri = named and asked.uri or nil, text = table.concat(lines, '\n') .. '\n' }
  end
  execute(client, 'flames.findSimilar', { asked }, function(answer)
    local gaps = not_covered(answer.gaps)
    if #answer.matches == 0 then
      return say('nothing similar found' .. gaps)
    end
    list(client, 'Similar code' .. gaps, answer.matches, function(match)
      local reasons = table.concat(match.reasons, ', ')
      return ('%d %% %s: %s'):format(match.score * 100 + 0.5, match.symbol, reasons)
    end)
  end)
end

--- `slugify(title, max_length=60)  shop/text.py  A title as part of an address.`
local function described(match)
  local why = match.summary ~= '' and match.summary or table.concat(match.reasons, ', ')
  return ('%s  %s  %s'):format(match.signature, match.path, why)
end

--- Puts a call where the cursor was, and its import where the file has its own.
local function insert(client, buffer, mark, insertion)
  vim.lsp.util.apply_text_edits(insertion.imports, buffer, client.offset_encoding)
  local at = vim.api.nvim_buf_get_extmark_by_id(buffer, places, mark, {})
  vim.api.nvim_buf_set_text(buffer, at[1], at[2], at[1], at[2], { insertion.call })
  if vim.api.nvim_get_current_buf() == buffer then
    vim.api.nvim_win_set_cursor(0, { at[1] + 1, at[2] + #insertion.call - 1 })
  end
end

--- Lets the user choose among what was found, and then what to do with it.
local function choose(client, buffer, mark, answer)
  local gaps = not_covered(answer.gaps)
  if #answer.matches == 0 then
    return say('nothing found' .. gaps)
  end
  local asked = { prompt = 'Existing code' .. gaps, format_item = described, kind = 'flames' }
  vim.ui.select(answer.matches, asked, function(match)
    if not match then
      return
    end
    local function go()
      vim.lsp.util.show_document(match.location, client.offset_encoding, { focus = true })
    end
    local insertion = match.insertion
    if not insertion or insertion == vim.NIL then
      return go()
    end
    local ways = { 'Go to it', 'Insert ' .. insertion.call .. ' and its import' }
    vim.ui.select(ways, { prompt = match.name, kind = 'flames' }, function(_, chosen)
      if chosen == 1 then
        go()
      elseif chosen == 2 then
        insert(client, buffer, mark, insertion)
      end
    end)
  end)
end

--- Existing code by words or a part of its name; asks for them where none are given.
---@param words string
function M.find(words)
  local client = running()
  if not client then
    return
  end
  if words == '' then
    return vim.ui.input({ prompt = 'Find existing: ' }, function(given)
      if given and given ~= '' then
        M.find(given)
      end
    end)
  end
  local buffer = vim.api.nvim_get_current_buf()
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local mark = vim.api.nvim_buf_set_extmark(buffer, places, row - 1, column, {})
  local named = vim.api.nvim_buf_get_name(buffer) ~= ''
  local asked = { text = words, uri = named and vim.uri_from_bufnr(buffer) or nil }
  execute(client, 'flames.findExisting', { asked }, function(answer)
    choose(client, buffer, mark, answer)
  end)
end

function commands.find()
  M.find('')
end

function commands.reindex()
  local client = running()
  if not client then
    return
  end
  local arguments = {}
  if vim.api.nvim_buf_get_name(0) ~= '' then
    arguments = { { uri = vim.uri_from_bufnr(0) } }
  end
  execute(client, 'flames.reindex', arguments, function(summary)
    say(('%d files, %d symbols indexed'):format(summary.files, summary.symbols))
  end)
end

function commands.status()
  local client = running()
  if client then
    execute(client, 'flames.status', {}, function(status)
      say(status.message)
    end)
  end
end

function commands.log()
  vim.cmd.tabnew(vim.lsp.log.get_filename())
end

--- Ends the server, also one that hangs, and starts it for all loaded buffers.
function commands.restart()
  local before = vim.lsp.get_clients({ name = 'flames' })
  vim.lsp.enable('flames', false)
  local function start()
    vim.lsp.enable('flames', true)
  end
  local polls = 0
  local function poll()
    polls = polls + 1
    local left = vim.tbl_filter(function(client)
      return not client:is_stopped()
    end, before)
    if #left == 0 then
      return start()
    end
    if polls == 20 then -- 2 s
      for _, client in ipairs(left) do
        client:stop(true)
      end
    end
    vim.defer_fn(poll, 100)
  end
  poll()
end

---@param words string name of the command, and what it is given
---@param lines? string[] of the range that was given
function M.run(words, lines)
  local name, given = words:match('^(%S+)%s*(.-)%s*$')
  local command = commands[name]
  if command then
    command(lines, given ~= '' and given or nil)
  else
    say('there is no command ' .. name, vim.log.levels.ERROR)
  end
end

---@param start string
---@return string[]
function M.complete(start)
  local names = vim.tbl_filter(function(name)
    return vim.startswith(name, start)
  end, vim.tbl_keys(commands))
  table.sort(names)
  return names
end

--- One line for a status line: what the server says, or how far a build is; '' without a server.
---@return string
function M.status()
  local client = current_client()
  if not client then
    return ''
  end
  local status = statuses[client.id]
  return 'Flames: ' .. (progress or status and status.message or 'starting')
end

--- Asks for the lenses of Flames alone: other servers' lenses are not ours to switch on.
---@param buffer integer
local function refresh_lenses(buffer)
  local client = vim.lsp.get_clients({ name = 'flames', bufnr = buffer })[1]
  if client and vim.g.flames_lens ~= false then
    local params = { textDocument = { uri = vim.uri_from_bufnr(buffer) } }
    client:request('textDocument/codeLens', params, vim.lsp.codelens.on_codelens, buffer)
  end
end

--- Neovim has no codeLens refresh by the server: the plugin asks when lenses may have changed.
---@param buffer integer
function M.attached(buffer)
  local group = vim.api.nvim_create_augroup('flames.lens', { clear = false })
  vim.api.nvim_clear_autocmds({ group = group, buffer = buffer })
  vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'TextChanged' }, {
    group = group,
    buffer = buffer,
    desc = 'Flames: lenses',
    callback = function(event)
      refresh_lenses(event.buf)
    end,
  })
  refresh_lenses(buffer)
end

--- At rest, what is shown may have become stale while the server worked.
function M.on_status(status, client_id)
  statuses[client_id] = status
  local client = vim.lsp.get_client_by_id(client_id)
  if client and status.quiescent then
    for buffer in pairs(client.attached_buffers) do
      refresh_lenses(buffer)
    end
  end
  vim.cmd.redrawstatus({ bang = true })
end

function M.on_progress(value)
  local words = { value.title, value.message }
  progress = value.kind ~= 'end' and table.concat(words, ' ') or nil
  vim.cmd.redrawstatus({ bang = true })
end

--- What the server of a client said last, for :checkhealth.
function M.status_of(client_id)
  return statuses[client_id]
end

return M
