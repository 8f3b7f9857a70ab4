// Which program is the server: the user's setting, else PATH. A repository has no say.
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

const NAME = "flames-lsp";
const SUFFIXES = process.platform === "win32" ? [".exe", ".cmd", ".bat"] : [""];

export type Found = { path: string } | { missing: string };

/** `setting` is the value of flames.server.path, "" where the user set none. */
export function findServer(setting: string): Found {
  if (setting !== "") {
    const file = setting.replace(/^~(?=[/\\])/, homedir());
    return path.isAbsolute(file) && isProgram(file)
      ? { path: file }
      : { missing: `flames.server.path is "${setting}", which is not the path of a program.` };
  }
  const found = pathFolders()
    .flatMap((folder) => SUFFIXES.map((suffix) => path.join(folder, NAME + suffix)))
    .find(isProgram);
  return found === undefined ? { missing: `${NAME} is not in PATH.` } : { path: found };
}

/** Relative entries would be looked up in the repository that is open. */
function pathFolders(): string[] {
  return (process.env["PATH"] ?? "").split(path.delimiter).filter((p) => path.isAbsolute(p));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
