// Showing places that the server named: a peek for dependents, a list for similar code.
import * as vscode from "vscode";
import { Location } from "vscode-languageclient/node";

export const TESTS_HERE = "flames.showTestsHere";
export const SERVER_SHOW_TESTS = "flames.showTests";

export const PEEK_DEPENDENTS = "flames.peekDependents";
const SERVER_SHOW_DEPENDENTS = "flames.showDependents";

/** The server's answer to flames.showDependents. */
export interface Dependents {
  symbol: string | null;
  dependents: { location: Location }[];
  gaps: string[];
}

/** The server's answer to flames.findSimilar. */
export interface Similar {
  matches: { symbol: string; score: number; reasons: string[]; location: Location }[];
  gaps: string[];
}

type Lenses = vscode.CodeLens[] | null | undefined;

/** The server's lenses, with commands that show the answer where the lens is. */
export function shownLenses(uri: vscode.Uri, lenses: Lenses): Lenses {
  for (const { command, range } of lenses ?? []) {
    if (command?.command === SERVER_SHOW_DEPENDENTS) {
      command.command = PEEK_DEPENDENTS;
      command.arguments = [uri, range.start, command.arguments];
    } else if (command?.command === SERVER_SHOW_TESTS) {
      command.command = TESTS_HERE;
    }
  }
  return lenses;
}

export async function peek(
  uri: vscode.Uri,
  position: vscode.Position,
  answer: Dependents,
): Promise<void> {
  if (answer.symbol === null) {
    void vscode.window.showInformationMessage("Flames: there is no symbol at the cursor");
    return;
  }
  const places = answer.dependents.map(({ location }) => asLocation(location));
  if (places.length === 0) {
    void vscode.window.showInformationMessage(`Flames: no dependents found.${notCovered(answer)}`);
    return;
  }
  await vscode.commands.executeCommand("editor.action.showReferences", uri, position, places);
  if (answer.gaps.length > 0) {
    vscode.window.setStatusBarMessage(`Flames:${notCovered(answer)}`, 10_000);
  }
}

export interface Choice extends vscode.QuickPickItem {
  location?: Location; // a heading has none
}

export async function pick(answer: Similar): Promise<void> {
  const items = answer.matches.map(({ symbol, score, reasons, location }) => ({
    label: symbol.split("::").at(-1) ?? symbol,
    description: `${Math.round(score * 100)} % · ${vscode.workspace.asRelativePath(vscode.Uri.parse(location.uri))}`,
    detail: reasons.join(" · "),
    location,
  }));
  await goToOne(items, "Similar code", "nothing similar found", answer);
}

/** Lets the user choose a place to go to; says `nothing` when there is none. */
export async function goToOne(
  items: Choice[],
  title: string,
  nothing: string,
  answer: { gaps: string[] },
): Promise<void> {
  if (items.length === 0) {
    void vscode.window.showInformationMessage(`Flames: ${nothing}.${notCovered(answer)}`);
    return;
  }
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: notCovered(answer).trim() || "Go to",
    matchOnDescription: true,
  });
  if (picked?.location !== undefined) {
    await open(picked.location);
  }
}

export async function open(place: Location): Promise<void> {
  const { uri, range } = asLocation(place);
  const start = new vscode.Range(range.start, range.start);
  await vscode.window.showTextDocument(uri, { selection: start });
}

export function notCovered({ gaps }: { gaps: string[] }): string {
  return gaps.length > 0 ? ` Not covered: ${gaps.join(", ")}.` : "";
}

export function asLocation({ uri, range: { start, end } }: Location): vscode.Location {
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  return new vscode.Location(vscode.Uri.parse(uri), range);
}
