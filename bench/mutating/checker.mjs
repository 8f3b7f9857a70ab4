// A type checker kept open. One request a line: {"texts": {path: text}, "ask": [paths]}; one answer
// a line: [[path, start, end, code, message]], offsets in UTF-16 code units, errors only.
//     node checker.mjs FOLDER TYPESCRIPT_PACKAGE
import { createRequire } from "node:module"
import fs from "node:fs"
import path from "node:path"
import readline from "node:readline"

const root = path.resolve(process.argv[2])
const ts = createRequire(import.meta.url)(path.resolve(process.argv[3]))
const files = []
const walk = (d) => {
  for (const e of fs.readdirSync(d, { withFileTypes: true })) {
    const p = path.join(d, e.name)
    if (e.isDirectory()) walk(p)
    else if (/\.tsx?$/.test(e.name)) files.push(p)
  }
}
walk(root)
const options = {
  noEmit: true, target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler, jsx: ts.JsxEmit.Preserve, skipLibCheck: true,
  strict: true, types: [], allowImportingTsExtensions: true, esModuleInterop: true,
}
const texts = new Map(), versions = new Map()
let gone = new Set()
const host = {
  getCompilationSettings: () => options,
  getScriptFileNames: () =>
    [...new Set([...files, ...texts.keys()])].filter((f) => !gone.has(f)),
  getScriptVersion: (f) => String(versions.get(f) ?? 0),
  getScriptSnapshot: (f) => {
    const text = texts.get(f) ?? (fs.existsSync(f) ? fs.readFileSync(f, "utf8") : undefined)
    return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
  },
  getCurrentDirectory: () => root,
  getDefaultLibFileName: (o) => ts.getDefaultLibFilePath(o),
  fileExists: (f) => texts.has(f) || ts.sys.fileExists(f), readFile: ts.sys.readFile, readDirectory: ts.sys.readDirectory,
  directoryExists: ts.sys.directoryExists, getDirectories: ts.sys.getDirectories,
}
const service = ts.createLanguageService(host)
for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = JSON.parse(line)
  for (const p of [...texts.keys()]) {
    texts.delete(p)
    versions.set(p, (versions.get(p) ?? 0) + 1)
  }
  for (const [p, text] of Object.entries(request.texts)) {
    const full = path.join(root, p)
    texts.set(full, text)
    versions.set(full, (versions.get(full) ?? 0) + 1)
  }
  gone = new Set(request.gone.map((p) => path.join(root, p)))
  const found = []
  if (request.definition) {
    const [p, at] = request.definition
    for (const d of service.getDefinitionAtPosition(path.join(root, p), at) ?? [])
      if (!path.relative(root, d.fileName).startsWith(".."))
        found.push([path.relative(root, d.fileName), d.textSpan.start])
  }
  const known = request.ask.filter((p) => service.getProgram().getSourceFile(path.join(root, p)))
  for (const p of known)
    for (const d of service.getSemanticDiagnostics(path.join(root, p)))
      if (d.category === ts.DiagnosticCategory.Error && d.start !== undefined)
        found.push([p, d.start, d.start + d.length, d.code,
          ts.flattenDiagnosticMessageText(d.messageText, "\n").split("\n")[0]])
  console.log(JSON.stringify(found))
}
