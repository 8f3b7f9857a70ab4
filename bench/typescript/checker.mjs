// What TypeScript's checker says of every name in the JavaScript and TypeScript files of a folder.
//
//   node checker.mjs FOLDER TYPESCRIPT_PACKAGE > answers.jsonl
//
// One line a file: {path, names: [[offset, name, use, targets]]}, use 0 a name, 1 a call, 2 `new`.
// A target is [path, offset of its name, offset of the declaration, kind]; "outside" for what is
// declared elsewhere. Offsets count UTF-8 bytes. Workspace packages are found by their source.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const root = fs.realpathSync(process.argv[2]);
const require = createRequire(import.meta.url);
const ts = require(path.resolve(process.argv[3]));
const SKIPPED = /^(node_modules|\.git|dist|umd)$/;

function walk(folder, wanted, found = []) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.test(entry.name)) walk(name, wanted, found);
    else if (entry.isFile() && wanted.test(entry.name)) found.push(name);
  }
  return found;
}

// Declaration files can redefine whole modules: only those that the configuration includes count.
let declared = null;

function configured() {
  const options = {
    allowJs: true, checkJs: false, noEmit: true, skipLibCheck: true, strict: true, types: [],
    target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, lib: undefined,
    moduleResolution: ts.ModuleResolutionKind.Bundler, jsx: ts.JsxEmit.Preserve,
    experimentalDecorators: true, allowImportingTsExtensions: true, esModuleInterop: true,
    maxNodeModuleJsDepth: 0, customConditions: ["source", "@zod/source"],
  };
  const file = ["tsconfig.json", "tsconfig.base.json"].map((n) => path.join(root, n)).find(fs.existsSync);
  if (file) {
    const read = ts.parseJsonConfigFileContent(ts.readConfigFile(file, ts.sys.readFile).config, ts.sys, path.dirname(file));
    if (read.fileNames.length) declared = new Set(read.fileNames);
    for (const key of ["paths", "baseUrl", "pathsBasePath", "strict"])
      if (read.options[key] !== undefined) options[key] = read.options[key];
  }
  options.paths = { ...workspaces(), ...(options.paths ?? {}) };
  options.pathsBasePath ??= options.baseUrl ?? root;
  return options;
}

// A declaration file beside the JavaScript it declares is not what JavaScript that asks for it runs.
function hostOfWhatRuns() {
  const host = ts.createCompilerHost(options);
  const cache = ts.createModuleResolutionCache(root, host.getCanonicalFileName, options);
  host.resolveModuleNameLiterals = (literals, importer, redirected, its) => literals.map(({ text }) => {
    const found = ts.resolveModuleName(text, importer, its, host, cache, redirected);
    const file = found.resolvedModule?.resolvedFileName ?? "";
    const run = file.replace(/\.d\.([mc]?)ts$/, ".$1js");
    if (!/\.[mc]?jsx?$/.test(importer) || run === file || !fs.existsSync(run)) return found;
    const extension = path.extname(run);
    return { ...found, resolvedModule: { ...found.resolvedModule, resolvedFileName: run, extension } };
  });
  return host;
}

function workspaces() {
  const paths = {};
  for (const file of walk(root, /^package\.json$/)) {
    const folder = path.dirname(file);
    let name;
    try { name = JSON.parse(fs.readFileSync(file, "utf8")).name; } catch { continue; }
    if (!name) continue;
    const entry = ["src/index.ts", "src/index.tsx", "src/main.ts", "lib/index.ts", "index.ts", "src/index.js", "lib/index.js", "index.js"]
      .map((e) => path.join(folder, e)).filter(fs.existsSync);
    if (entry.length && !paths[name]) {
      paths[name] = entry.slice(0, 1);
      paths[name + "/*"] = [path.join(folder, "src/*"), path.join(folder, "*")];
    }
  }
  return paths;
}

const options = configured();
const files = walk(root, /\.[mc]?[jt]sx?$/).filter(
  (f) => !/\.min\.js$/.test(f) && (!declared || !/\.d\.[mc]?ts$/.test(f) || declared.has(f)),
);
const program = ts.createProgram(files, options, hostOfWhatRuns());
const checker = program.getTypeChecker();

const bytes = new Map();
function byte(source, at) {
  let known = bytes.get(source);
  if (known === undefined) {
    const text = source.text;
    known = { text: /^[\x00-\x7f]*$/.test(text) ? null : text, from: 0, sum: 0, mark: fs.readFileSync(source.fileName)[0] === 0xef ? 3 : 0 };
    bytes.set(source, known);
  }
  if (known.text === null) return at + known.mark;
  if (at < known.from) { known.from = 0; known.sum = 0; }
  known.sum += Buffer.byteLength(known.text.slice(known.from, at));
  known.from = at;
  return known.sum + known.mark;
}

function nameOf(declaration) {
  if (declaration.name) return declaration.name;
  const parent = declaration.parent;
  if (!parent) return undefined;
  if ((ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)
    || ts.isPropertySignature(parent)) && parent.name) return parent.name;
  if (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent)) return nameOf(parent);
  if (ts.isBinaryExpression(parent) && parent.right === declaration)
    return ts.isPropertyAccessExpression(parent.left) ? parent.left.name : parent.left;
  return undefined;
}

function target(declaration) {
  const source = declaration.getSourceFile();
  if (!source) return "outside";
  const relative = path.relative(root, source.fileName);
  if (relative.startsWith("..") || relative.includes("node_modules")) return "outside";
  if (ts.isConstructorDeclaration(declaration)) declaration = declaration.parent;
  const name = nameOf(declaration);
  if (!name && declaration.parent && ts.isExportAssignment(declaration.parent)) declaration = declaration.parent;
  return [relative, name ? byte(source, name.getStart(source)) : -1, byte(source, declaration.getStart(source)), ts.SyntaxKind[declaration.kind]];
}

function call(node) {
  let at = node;
  while (ts.isParenthesizedExpression(at.parent) || ts.isNonNullExpression(at.parent)) at = at.parent;
  if (ts.isPropertyAccessExpression(at.parent) && at.parent.name === at) at = at.parent;
  while (ts.isParenthesizedExpression(at.parent) || ts.isNonNullExpression(at.parent)) at = at.parent;
  const above = at.parent;
  if ((ts.isCallExpression(above) || ts.isNewExpression(above)) && above.expression === at) return above;
  if (ts.isTaggedTemplateExpression(above) && above.tag === at) return above;
  if ((ts.isJsxOpeningElement(above) || ts.isJsxSelfClosingElement(above)) && above.tagName === at) return above;
  return undefined;
}

function declarations(node) {
  let symbol = ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  return symbol?.declarations ?? [];
}

function answer(node, source) {
  const calling = call(node);
  const found = [];
  try {
    if (calling) {
      const signature = checker.getResolvedSignature(calling);
      if (signature?.declaration) found.push(signature.declaration);
    }
    found.push(...declarations(node));
  } catch { return undefined; }
  const targets = [...new Set(found.map((d) => JSON.stringify(target(d))))].map((t) => JSON.parse(t));
  const use = !calling ? 0 : ts.isNewExpression(calling) ? 2 : 1;
  return [byte(source, node.getStart(source)), node.getText(source), use, targets];
}

// Names that only declare or export what they stand for are no uses of it.
function isOwnName(node) {
  const parent = node.parent;
  if (/^(module|exports)$/.test(node.text)) return true; // of CommonJS
  if (ts.isExportAssignment(parent) || (ts.isExportSpecifier(parent) && !parent.parent.parent.moduleSpecifier)) return true;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return parent.name === node && Boolean(parent.propertyName);
  if (node.kind === ts.SyntaxKind.SuperKeyword) return !ts.isCallExpression(parent);
  if (isClosing(node)) return true; // the opening one is the use
  return parent?.name === node && !ts.isPropertyAccessExpression(parent) && !ts.isMetaProperty(parent)
    && !ts.isShorthandPropertyAssignment(parent) && !ts.isImportClause(parent);
}

function isClosing(node) {
  while (ts.isPropertyAccessExpression(node.parent)) node = node.parent;
  return ts.isJsxClosingElement(node.parent);
}

for (const file of files) {
  const source = program.getSourceFile(file);
  if (!source) continue;
  const names = [];
  const relative = path.relative(root, file);
  (function visit(node) {
    if ((ts.isIdentifier(node) || ts.isPrivateIdentifier(node) || node.kind === ts.SyntaxKind.SuperKeyword) && !isOwnName(node)) {
      const found = answer(node, source);
      if (found && !found[3].some((t) => t[0] === relative && t[1] === found[0])) names.push(found);
    }
    ts.forEachChild(node, visit);
  })(source);
  process.stdout.write(JSON.stringify({ path: relative, names }) + "\n");
}
