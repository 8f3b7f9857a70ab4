// The commands of the palette: each asks the server and shows what it answers.
import * as vscode from "vscode";
import { ExecuteCommandRequest, LSPErrorCodes } from "vscode-languageclient/node";
import { showTests } from "./affected";
import { openBoth, OPEN_BOTH, RulePages, SHOW_RULE } from "./beside";
import { OPEN_TREE } from "./client";
import { DependentsView } from "./dependents";
import { findExisting } from "./find";
import { PATTERN_HERE, showPattern } from "./pattern";
import { Dependents, peek, PEEK_DEPENDENTS, pick, Similar, TESTS_HERE } from "./places";
import { offer, Session } from "./session";
import { Status } from "./status";

export const SHOW_STATUS = "flames.showStatus";

export function registerCommands(session: Session): vscode.Disposable[] {
  const tree = new DependentsView(session);
  const pages = new RulePages(session);
  const commands: Record<string, (...args: never[]) => Promise<unknown>> = {
    "flames.reindexWorkspace": () => reindex(session),
    "flames.restartServer": () => session.restart(),
    "flames.showLogs": async () => session.output.show(),
    [SHOW_STATUS]: () => showStatus(session),
    "flames.showVersion": () => showVersion(session),
    "flames.showDependentsHere": () => showDependentsHere(session),
    "flames.findSimilarHere": () => findSimilarHere(session),
    "flames.findExistingCode": () => findExisting(session),
    [OPEN_TREE]: (asked?: object) => tree.show(asked ?? here()),
    "flames.refreshDependents": async () => tree.refresh(),
    [TESTS_HERE]: (asked?: object) => showTests(session, asked ?? here()),
    [OPEN_BOTH]: openBoth,
    [SHOW_RULE]: (asked: object) => pages.show(asked),
    [PATTERN_HERE]: (asked?: object) => showPattern(session, asked ?? here()),
    [PEEK_DEPENDENTS]: (uri: vscode.Uri, position: vscode.Position, asked: unknown[]) =>
      peekDependents(session, uri, position, asked),
  };
  const registered = Object.entries(commands).map(([id, run]) =>
    vscode.commands.registerCommand(id, (...args: never[]) => reported(session, () => run(...args))),
  );
  return [tree, pages, ...registered];
}

async function reindex(session: Session): Promise<unknown> {
  const uri = vscode.window.activeTextEditor?.document.uri.toString();
  const summary = await ask<{ files: number; symbols: number; seconds: number }>(
    session,
    "flames.reindex",
    uri === undefined ? [] : [{ uri }],
  );
  void vscode.window.showInformationMessage(
    `Flames: ${summary.files} files, ${summary.symbols} symbols indexed in ${summary.seconds.toFixed(1)} s`,
  );
  return summary;
}

async function showStatus(session: Session): Promise<void> {
  const status = await ask<Status>(session, "flames.status", []);
  const choice = await vscode.window.showInformationMessage(`Flames: ${status.message}`, "Details");
  if (choice !== undefined) {
    session.log.info(JSON.stringify(status, null, 2));
    session.log.show();
  }
}

async function showVersion(session: Session): Promise<void> {
  void vscode.window.showInformationMessage(
    `Flames: extension ${session.version}, server ${session.serverVersion()}`,
  );
}

async function showDependentsHere(session: Session): Promise<void> {
  const { document, selection } = openEditor();
  await peekDependents(session, document.uri, selection.active, [here()]);
}

/** The cursor, as the server's commands take it. */
function here(): { uri: string; position: vscode.Position } {
  const { document, selection } = openEditor();
  return { uri: document.uri.toString(), position: selection.active };
}

async function peekDependents(
  session: Session,
  uri: vscode.Uri,
  position: vscode.Position,
  asked: unknown[],
): Promise<void> {
  await peek(uri, position, await ask<Dependents>(session, "flames.showDependents", asked));
}

/** Like what is selected, else like the function at the cursor. */
async function findSimilarHere(session: Session): Promise<void> {
  const { document, selection } = openEditor();
  const uri = document.uri.toString();
  const asked = selection.isEmpty
    ? { uri, position: selection.active }
    : { uri, text: document.getText(selection) };
  await pick(await ask<Similar>(session, "flames.findSimilar", [asked]));
}

function openEditor(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    throw new Error("no editor is open");
  }
  return editor;
}

function ask<Answer>(session: Session, command: string, args: unknown[]): Promise<Answer> {
  const params = { command, arguments: args };
  return session.running().sendRequest(ExecuteCommandRequest.type, params);
}

/** Runs a command; what goes wrong is one message, cancelling is none. */
async function reported<Answer>(
  session: Session,
  run: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await run();
  } catch (error) {
    if ((error as { code?: number }).code !== LSPErrorCodes.RequestCancelled) {
      session.log.error(String(error));
      void offer(`Flames: ${(error as Error).message}`, {
        "Show logs": () => session.output.show(),
        "Restart server": () => session.restart(),
      });
    }
    return undefined;
  }
}
