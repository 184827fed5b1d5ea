-- What an author does in Neovim, headless: nvim --clean --headless -l is not in every version, so -S is.
-- CHARTERHOUSE is the program, CONTENT the content folder, ANSWERS where to write what came.
local content = vim.env.CONTENT
local answers = {}

local function finish()
  local f = assert(io.open(vim.env.ANSWERS, "w"))
  f:write(vim.fn.json_encode(answers))
  f:close()
  vim.cmd("qa!")
end

local function work()
  vim.cmd("edit " .. content .. "/charters/one-login.md")
  local buffer = vim.api.nvim_get_current_buf()
  local config = { name = "charterhouse", cmd = { vim.env.CHARTERHOUSE, "lsp", "--as-of", "2026-11-16" }, root_dir = content }
  local id
  if vim.lsp.start then
    id = vim.lsp.start(config)
  else
    id = vim.lsp.start_client(config)
    vim.lsp.buf_attach_client(buffer, id)
  end
  local client
  vim.wait(30000, function()
    client = vim.lsp.get_client_by_id(id)
    return client ~= nil and client.server_capabilities ~= nil and client.server_capabilities.hoverProvider
  end, 20)
  answers.encoding = client.offset_encoding

  local function place(line, text, offset)
    local at = vim.api.nvim_buf_get_lines(buffer, line - 1, line, false)[1]:find(text, 1, true)
    vim.api.nvim_win_set_cursor(0, { line, at - 1 + offset })
    return vim.lsp.util.make_position_params(0, client.offset_encoding)
  end
  local function ask(method, params)
    local all, wrong = vim.lsp.buf_request_sync(buffer, method, params, 30000)
    if not all or not all[id] or all[id].err then
      error(method .. ": " .. vim.inspect(wrong or all))
    end
    return all[id].result
  end
  local function line_of(text)
    for i, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
      if line:find(text, 1, true) then
        return i
      end
    end
  end
  local function finding(code)
    for _, d in ipairs(vim.diagnostic.get(buffer)) do
      local c = d.code or (d.user_data and d.user_data.lsp and d.user_data.lsp.code)
      if c == code then
        return d
      end
    end
  end

  -- a slip, told while it is not saved, and mended
  local kind = line_of("kind: joint")
  vim.api.nvim_buf_set_lines(buffer, kind - 1, kind, false, { "kidn: joint" })
  vim.wait(30000, function() return finding("C004") ~= nil end, 20)
  local d = finding("C004")
  answers.finding = d and d.message
  answers.line = d and d.lnum - kind + 1
  vim.api.nvim_buf_set_lines(buffer, kind - 1, kind, false, { "kind: joint", "lead: lene", "" })
  vim.wait(30000, function() return finding("C004") == nil end, 20)
  answers.mended = finding("C004") == nil

  -- a person by name
  local lead = line_of("lead: lene")
  local list = ask("textDocument/completion", place(lead, "lene", 4))
  answers.completion = {}
  for _, item in ipairs(list.items or list) do
    table.insert(answers.completion, item.label .. "=" .. item.textEdit.newText)
  end
  vim.api.nvim_buf_set_lines(buffer, lead - 1, lead + 1, false, { "lead: lene-brandt" })
  answers.hover = ask("textDocument/hover", place(lead, "lene-brandt", 3)).contents.value

  -- where a charter is, and what it is called from now on
  local goal = line_of("[[partnerportal]]")
  local params = place(goal, "partnerportal", 3)
  answers.definition = vim.uri_to_fname(ask("textDocument/definition", params).uri):gsub("^.*/charters/", "")
  params.newName = "partner-portal"
  vim.lsp.util.apply_workspace_edit(ask("textDocument/rename", params), client.offset_encoding)
  answers.renamed = vim.api.nvim_buf_get_lines(buffer, goal - 1, goal, false)[1]
  vim.cmd("silent! wall")
end

local ok, wrong = xpcall(work, debug.traceback)
if not ok then
  answers.error = tostring(wrong)
end
finish()
