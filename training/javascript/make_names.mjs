// Makes languages/javascript/{global_names,method_names}.txt: the names that every JavaScript file
// can use without declaring them, and the methods of built-in types. Names only, one a line.
//
//   npm install typescript && node make_names.mjs
//
// Sources: the interfaces TypeScript's library declares for ECMAScript and the browser (through its
// compiler API), and what this node offers at run time.
import { builtinModules, createRequire } from "node:module";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(join(process.cwd(), "noop.js"));
const ts = require("typescript");
const folder = join(
  dirname(fileURLToPath(import.meta.url)),
  "../../indexer/flames_indexer/languages/javascript",
);

const TEST_GLOBALS = `describe it test expect beforeEach afterEach beforeAll afterAll before after
  suite setup teardown jest vi cy Cypress chai assert sinon QUnit jasmine spyOn mocha
  define require __dirname __filename global Buffer process $ jQuery`;

const root = join(process.cwd(), "noop.ts");
writeFileSync(root, "");
const program = ts.createProgram([root], { lib: ["lib.esnext.full.d.ts"], types: [] });
const checker = program.getTypeChecker();
const types = new Set(), values = new Set(TEST_GLOBALS.split(/\s+/)), methods = new Set();

for (const file of program.getSourceFiles()) {
  for (const node of file.statements) {
    if (ts.isInterfaceDeclaration(node)) {
      types.add(node.name.text);
      for (const member of node.members) addMethod(member);
    } else if (ts.isTypeAliasDeclaration(node) || ts.isClassDeclaration(node)) {
      types.add(node.name.text);
    } else if (ts.isFunctionDeclaration(node) || ts.isModuleDeclaration(node)) {
      values.add(node.name.text);
    } else if (ts.isVariableStatement(node)) {
      for (const declaration of node.declarationList.declarations) values.add(declaration.name.text);
    }
  }
}

function addMethod(member) {
  const name = member.name && ts.isIdentifier(member.name) && member.name.text;
  if (!name) return;
  const type = checker.getTypeAtLocation(member);
  const callable = ts.isMethodSignature(member) || type.getCallSignatures().length > 0;
  if (callable && !/^on[a-z]+$/.test(name)) methods.add(name);
}

function addOwn(object) {
  for (const name of Object.getOwnPropertyNames(object)) {
    const property = Object.getOwnPropertyDescriptor(object, name);
    if (typeof property.value !== "function") continue;
    methods.add(name);
    if (property.value.prototype) {
      for (const inner of Object.getOwnPropertyNames(property.value.prototype)) methods.add(inner);
    }
  }
}

for (const name of builtinModules) {
  if (name.startsWith("_") || name.includes("/") || name.startsWith("node:")) continue;
  addOwn(await import(`node:${name}`).then((module) => module.default ?? module));
}
addOwn(globalThis);
for (const name of Object.getOwnPropertyNames(globalThis)) values.add(name);

const identifier = (name) => /^[A-Za-z$][\w$]*$/.test(name) || name.startsWith("__");
const sorted = (names) => [...names].filter(identifier).sort();
methods.delete("constructor");
const word = (name) => (!values.has(name) ? "type" : types.has(name) ? "both" : "value");
const globals = sorted(new Set([...types, ...values])).map((name) => `${word(name)} ${name}`);
writeFileSync(join(folder, "global_names.txt"), globals.join("\n") + "\n");
writeFileSync(join(folder, "method_names.txt"), sorted(methods).join("\n") + "\n");
