-- What the plugin promises, in a real Neovim: run.sh starts one with this file as its last word.
-- Needs FLAMES_SERVER, FLAMES_PYTHON and FLAMES_RUN, a folder that is ours.
local here = vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, 'S').source:sub(2)))
local repository = vim.env.FLAMES_RUN .. '/repository'
vim.env.FLAMES_CACHE_DIR = vim.env.FLAMES_RUN .. '/cache'

local failed = 0
local function test(name, body)
  local start = vim.uv.hrtime()
  local ok, why = xpcall(body, debug.traceback)
  failed = failed + (ok and 0 or 1)
  local seconds = (vim.uv.hrtime() - start) / 1e9
  local verdict = ok and 'pass neovim: ' .. name or 'FAIL neovim: ' .. name .. ': ' .. why
  io.write(('\n%s (%.1f s)\n'):format(verdict, seconds)) -- Neovim leaves unfinished lines
end

local said = {}

--- Waits until `ask` gives something true, which it returns.
local function soon(ask, limit_ms)
  local found
  vim.wait(limit_ms or 20000, function()
    found = ask()
    return found
  end, 20)
  return assert(found, 'not within the limit; said: ' .. vim.inspect(said))
end

vim.notify = function(message)
  said[#said + 1] = message
end
local function was_said(pattern)
  return function()
    return vim.iter(said):any(function(message)
      return message:find(pattern)
    end)
  end
end

local progress = {}
vim.api.nvim_create_autocmd('LspProgress', {
  callback = function(event)
    progress[event.data.params.value.kind] = true
  end,
})

local function client()
  local found = vim.lsp.get_clients({ name = 'flames' })[1]
  return found and found.initialized and not found:is_stopped() and found or nil
end

local function open(name)
  vim.cmd.edit(repository .. '/' .. name)
  return vim.api.nvim_get_current_buf()
end

local function lens(buffer)
  local lenses = vim.lsp.codelens.get(buffer)
  return lenses[1] and lenses[1].command.title
end

local function text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
end

vim.system({ vim.env.FLAMES_PYTHON, here .. '/fixture.py', repository }):wait()
vim.lsp.config('flames', { cmd = { 'not-installed' } })

test('says once that there is no server', function()
  open('shop/text.py')
  open('shop/pages.py')
  assert(#said == 1 and said[1]:find('pipx install flames%-lsp'), vim.inspect(said))
  vim.cmd('checkhealth flames')
  assert(text(0):find('not%-installed is not in PATH'), text(0))
  vim.cmd.close()
end)

vim.lsp.config('flames', { cmd = { vim.env.FLAMES_SERVER } })
local pages = open('shop/pages.py')
local pricing = open('shop/pricing.py')

test('starts in the root of the repository', function()
  local started = soon(client)
  assert(vim.uv.fs_realpath(started.root_dir) == vim.uv.fs_realpath(repository), started.root_dir)
  assert(started.offset_encoding == 'utf-8', started.offset_encoding)
end)

test('status line says what is indexed', function()
  soon(function()
    return require('flames').status():find('files indexed')
  end)
end)

test('lenses come by themselves', function()
  soon(function()
    return lens(pricing) == '3 callers · 3 files · 1 test'
  end)
end)

test('hover says who uses a function', function()
  vim.api.nvim_win_set_cursor(0, { 4, 5 })
  vim.lsp.buf.hover()
  local window = soon(function()
    return vim.iter(vim.api.nvim_list_wins()):find(function(window)
      return vim.api.nvim_win_get_config(window).relative ~= ''
    end)
  end)
  local shown = text(vim.api.nvim_win_get_buf(window))
  vim.api.nvim_win_close(window, true)
  assert(shown:find('used by 3 callers in 3 files'), shown)
end)

test('a re-implemented function has a diagnostic', function()
  local finding = soon(function()
    return vim.diagnostic.get(pages)[1]
  end)
  assert(finding.source == 'flames' and finding.message:find('slugify'), vim.inspect(finding))
end)

test('a changed signature warns before it is saved', function()
  vim.api.nvim_buf_set_lines(pricing, 3, 4, false, { 'def total_price(items, tax_rate, currency):' })
  soon(function()
    return #vim.diagnostic.get(pricing) > 0
  end)
  vim.cmd('edit!')
  soon(function()
    return #vim.diagnostic.get(pricing) == 0
  end)
end)

test(':Flames dependents fills the quickfix list', function()
  vim.api.nvim_win_set_cursor(0, { 4, 5 })
  vim.cmd('Flames dependents')
  local list = soon(function()
    local list = vim.fn.getqflist({ items = true, title = true })
    return list.title:find('^Dependents') and list
  end)
  local names = vim.iter(list.items):map(function(item)
    return vim.fs.basename(vim.api.nvim_buf_get_name(item.bufnr))
  end)
  assert(names:any(function(name)
    return name == 'invoices.py'
  end))
  vim.cmd('cclose')
end)

test(':Flames dependents 2 follows those who depend on them', function()
  vim.fn.setqflist({}, 'f')
  vim.api.nvim_win_set_cursor(0, { 4, 5 })
  vim.cmd('Flames dependents 2')
  soon(function()
    return vim.iter(vim.fn.getqflist()):any(function(item)
      return vim.fs.basename(vim.api.nvim_buf_get_name(item.bufnr)) == 'test_orders.py'
    end)
  end)
  vim.cmd('cclose')
end)

test(':Flames tests names them with their reasons', function()
  vim.api.nvim_win_set_cursor(0, { 4, 5 })
  vim.cmd('Flames tests')
  local item = soon(function()
    local list = vim.fn.getqflist({ items = true, title = true })
    return list.title:find('^Tests of') and list.items[1]
  end)
  local run = 'tests/test_pricing.py::test_nothing_costs_nothing: '
  assert(item.text:find(run, 1, true), vim.inspect(item))
  vim.cmd('cclose')
end)

test(':Flames tree opens branch by branch and leads there', function()
  vim.api.nvim_win_set_cursor(0, { 4, 5 })
  vim.cmd('Flames tree')
  local function row(pattern)
    return vim.iter(ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false))):find(function(_, line)
      return line:find(pattern)
    end)
  end
  soon(function()
    return vim.bo.filetype == 'flames-tree' and row('▾ Callers  3') and row('preview_order')
  end)
  assert(row('^▾ total_price  3 users · 3 files · 1 test'), text(0))
  local preview = row('▸ preview_order  shop/orders.py:11')
  vim.api.nvim_win_set_cursor(0, { preview, 0 })
  vim.api.nvim_feedkeys(vim.keycode('<Tab>'), 'x', false)
  soon(function()
    return row('test_a_preview_counts_what_is_in_it')
  end)
  local opened = vim.api.nvim_buf_line_count(0)
  vim.api.nvim_feedkeys(vim.keycode('<Tab>'), 'x', false)
  assert(vim.api.nvim_buf_line_count(0) == opened - 2, text(0))
  vim.api.nvim_win_set_cursor(0, { row('write_invoice'), 0 })
  vim.api.nvim_feedkeys(vim.keycode('<CR>'), 'x', false)
  assert(vim.fs.basename(vim.api.nvim_buf_get_name(0)) == 'invoices.py')
  assert(vim.api.nvim_win_get_cursor(0)[1] == 5)
  vim.cmd('bwipeout! flames://dependents/total_price')
  vim.api.nvim_set_current_buf(pricing)
end)

--- Applies the code action of a title at the cursor, as choosing it would.
local function act(pattern)
  local chosen
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      chosen = chosen or action.title:find(pattern) and action
      return action.title:find(pattern) ~= nil
    end,
  })
  soon(function()
    return chosen
  end)
end

local function project_tests()
  local run = [[
import tests.test_orders as orders, tests.test_pricing as pricing
orders.test_a_preview_counts_what_is_in_it()
pricing.test_nothing_costs_nothing()
]]
  return vim.system({ vim.env.FLAMES_PYTHON, '-B', '-c', run }, { cwd = repository }):wait()
end

test('a new parameter, its callers updated by an action, and the tests pass', function()
  assert(project_tests().code == 0)
  vim.api.nvim_buf_set_lines(pricing, 3, 4, false, { 'def total_price(items, tax_rate, currency):' })
  local finding = soon(function()
    return vim.diagnostic.get(pricing)[1]
  end)
  assert(#finding.user_data.lsp.relatedInformation == 4, vim.inspect(finding))
  vim.cmd('silent write')
  assert(project_tests().code ~= 0)
  vim.api.nvim_win_set_cursor(0, { 4, 5 })
  act('^Update 4 calls of')
  soon(function()
    return #vim.diagnostic.get(pricing) == 0
  end)
  vim.cmd('silent wall')
  local tested = project_tests()
  assert(tested.code == 0, tested.stderr)
  vim.system({ 'git', 'checkout', '-q', '.' }, { cwd = repository }):wait()
  vim.cmd('silent! bufdo edit!')
  vim.api.nvim_set_current_buf(pricing)
  soon(function()
    return lens(pricing) == '3 callers · 3 files · 1 test'
  end)
end)

test('a finding opens both places and explains its rule', function()
  vim.cmd.only()
  vim.api.nvim_set_current_buf(pages)
  vim.api.nvim_win_set_cursor(0, { 1, 6 })
  soon(function()
    return vim.diagnostic.get(pages)[1]
  end)
  act('^Open it beside')
  soon(function()
    return #vim.api.nvim_tabpage_list_wins(0) == 2
  end)
  assert(vim.fs.basename(vim.api.nvim_buf_get_name(0)) == 'text.py')
  vim.cmd.only()
  vim.api.nvim_set_current_buf(pages)
  vim.cmd('Flames explain')
  local window = soon(function()
    return vim.iter(vim.api.nvim_list_wins()):find(function(window)
      return vim.api.nvim_win_get_config(window).relative ~= ''
    end)
  end)
  local shown = text(vim.api.nvim_win_get_buf(window))
  vim.api.nvim_win_close(window, true)
  assert(shown:find('parallel%-logic') and shown:find('slugify'), shown)
  vim.api.nvim_set_current_buf(pricing)
end)

test('running a lens does the same', function()
  vim.api.nvim_set_current_buf(pricing)
  soon(function()
    return lens(pricing)
  end)
  vim.fn.setqflist({}, 'f')
  local select = vim.ui.select
  for number, title in ipairs({ '^Dependents', '^Tests' }) do
    vim.api.nvim_set_current_buf(pricing)
    vim.api.nvim_win_set_cursor(0, { 4, 0 })
    vim.ui.select = function(lenses, _, chosen)
      chosen(lenses[number])
    end
    vim.lsp.codelens.run()
    vim.ui.select = select
    soon(function()
      return vim.fn.getqflist({ title = true }).title:find(title)
    end)
    vim.cmd('cclose')
  end
end)

test(':Flames similar names the other function', function()
  vim.api.nvim_set_current_buf(pages)
  vim.api.nvim_win_set_cursor(0, { 3, 4 })
  vim.cmd('Flames similar')
  local item = soon(function()
    local list = vim.fn.getqflist({ items = true, title = true })
    return list.title:find('^Similar') and list.items[1]
  end)
  assert(item.text:find('slugify'), vim.inspect(item))
  vim.cmd('cclose')
end)

test('and does so for lines of a file that is not saved', function()
  vim.fn.setqflist({}, 'f')
  local lines = vim.api.nvim_buf_get_lines(pages, 0, -1, false)
  vim.cmd.enew()
  vim.api.nvim_buf_set_lines(0, 0, -1, false, lines)
  vim.cmd('%Flames similar')
  soon(function()
    return vim.iter(vim.fn.getqflist()):any(function(item)
      return item.text:find('slugify') ~= nil
    end)
  end)
  vim.cmd('cclose | bwipeout!')
end)

test(':Flames pattern tells what has no role here', function()
  vim.api.nvim_set_current_buf(pages)
  vim.api.nvim_win_set_cursor(0, { 3, 4 })
  vim.cmd('Flames pattern')
  soon(was_said('nothing else here has the role of this'))
end)

local function offered_by(act)
  local select, offered = vim.ui.select, {}
  vim.ui.select = function(items, options, choose)
    local shown = vim.tbl_map(options.format_item or tostring, items)
    table.insert(offered, shown)
    local row = #shown == 2 and shown[1] == 'Go to it' and 2
      or vim.iter(ipairs(shown)):find(function(_, words)
        return words:find('slugify%(title')
      end)
    choose(items[row], row)
  end
  act()
  soon(function()
    return #offered == 2
  end)
  vim.ui.select = select
  return offered
end

test(':FlamesFind inserts the call and the import of what exists', function()
  local orders = open('shop/orders.py')
  vim.cmd('normal! Go')
  local offered = offered_by(function()
    vim.cmd('FlamesFind title as part of an address')
  end)
  local row = 'slugify%(title, max_length=60%)  shop/text.py  A title'
  assert(table.concat(offered[1], '\n'):find(row), vim.inspect(offered))
  assert(text(orders):find('from shop.text import slugify\n'), text(orders))
  assert(text(orders):find('\nslugify%(%)$'), text(orders))
  vim.cmd('edit!')
end)

test('a function being named meets the one that exists', function()
  local orders = open('shop/orders.py')
  local last = vim.api.nvim_buf_line_count(orders)
  vim.api.nvim_buf_set_lines(orders, last, last, false, { '', '', 'def slugify ' })
  vim.api.nvim_win_set_cursor(0, { last + 3, 11 })
  local params = vim.lsp.util.make_position_params(0, client().offset_encoding)
  local answer = soon(function()
    local found = client():request_sync('textDocument/completion', params, 20000, orders)
    return found and found.result and found.result.items[1] and found.result
  end)
  assert(answer.items[1].label == 'exists: shop.text.slugify', vim.inspect(answer))
  vim.cmd('edit!')
end)

test('workspace symbols are found', function()
  local found = client():request_sync('workspace/symbol', { query = 'slugi' }, 20000, 0)
  local item = vim.lsp.util.symbols_to_items(found.result, 0, client().offset_encoding)[1]
  assert(item.text:find('slugify') and item.lnum == 1, vim.inspect(item))
end)

test('says where there is no symbol', function()
  vim.api.nvim_set_current_buf(pricing)
  vim.api.nvim_win_set_cursor(0, { 2, 0 })
  vim.cmd('Flames dependents')
  soon(was_said('no symbol at the cursor'))
end)

test(':Flames reindex shows progress and a result', function()
  vim.cmd('Flames reindex')
  soon(was_said('%d+ files, %d+ symbols indexed'))
  soon(function()
    return progress.begin and progress['end']
  end)
end)

test('lenses follow what other files do', function()
  local orders = repository .. '/shop/orders.py'
  local more = '\n\ndef quote(items):\n    return total_price(items, 0.19)\n'
  vim.fn.writefile(vim.split(table.concat(vim.fn.readfile(orders), '\n') .. more, '\n'), orders)
  soon(function()
    return lens(pricing) == '4 callers · 3 files · 1 test'
  end)
end)

test(':Flames status tells', function()
  vim.cmd('Flames status')
  soon(was_said('files indexed'))
end)

test(':Flames completes and refuses', function()
  assert(vim.deep_equal(vim.fn.getcompletion('Flames re', 'cmdline'), { 'reindex', 'restart' }))
  vim.cmd('Flames nonsense')
  soon(was_said('no command nonsense'))
end)

test(':Flames restart starts another server, and findings are back', function()
  local old = client().id
  vim.cmd('Flames restart')
  soon(function()
    return client() and client().id ~= old
  end)
  soon(function()
    return #vim.diagnostic.get(pages) > 0 and lens(pricing)
  end)
end)

test(':Flames restart ends a server that does not answer', function()
  local old = client().id
  local children = vim.api.nvim_get_proc_children(vim.fn.getpid())
  for _, pid in ipairs(children) do
    vim.uv.kill(pid, 'sigstop')
  end
  vim.defer_fn(function() -- a stopped process is ended by a signal only once it goes on
    for _, pid in ipairs(children) do
      vim.uv.kill(pid, 'sigcont')
    end
  end, 3000)
  vim.cmd('Flames restart')
  soon(function()
    return client() and client().id ~= old
  end)
end)

test('a killed server is noticed, and restarted by hand', function()
  local old = client()
  for _, pid in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    vim.uv.kill(pid, 'sigkill')
  end
  soon(function()
    return old:is_stopped() and #vim.lsp.get_clients({ name = 'flames' }) == 0
  end)
  assert(require('flames').status() == '')
  vim.cmd('Flames reindex')
  soon(was_said('no server is running'))
  vim.cmd('Flames restart')
  soon(client)
end)

test(':checkhealth flames is well', function()
  soon(function()
    return require('flames').status():find('files indexed')
  end)
  vim.cmd('checkhealth flames')
  local report = text(0)
  assert(report:find('flames%-lsp %d') and report:find('root ') and report:find('files indexed'), report)
  assert(not report:find('ERROR') and not report:find('WARNING'), report)
  vim.cmd.close()
end)

test(':Flames log opens the log', function()
  vim.cmd('Flames log')
  assert(vim.api.nvim_buf_get_name(0):find('lsp%.log$'))
  vim.cmd.tabclose()
end)

test(':help flames', function()
  vim.cmd.help(':Flames')
  assert(vim.bo.filetype == 'help')
end)

io.stdout:flush()
vim.cmd(failed == 0 and 'qall!' or 'cquit 1')
