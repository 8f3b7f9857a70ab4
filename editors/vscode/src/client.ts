// The language client: what it speaks about, what it asks, what it does when the server dies.
import * as vscode from "vscode";
import {
  CloseAction,
  CloseHandlerResult,
  ErrorAction,
  ErrorHandler,
  LanguageClient,
  LanguageClientOptions,
  RevealOutputChannelOn,
} from "vscode-languageclient/node";
import { OPEN_BOTH, SERVER_EXPLAIN, SHOW_RULE } from "./beside";
import { PATTERN_HERE, SERVER_SHOW_PATTERN } from "./pattern";
import { SERVER_SHOW_TESTS, shownLenses, TESTS_HERE } from "./places";
import { ServerProcess } from "./server_process";
import { configuration } from "./settings";

const SCHEMES = ["file", "untitled", "vscode-vfs", "git"];
const LANGUAGES = [
  "python",
  "javascript",
  "javascriptreact",
  "typescript",
  "typescriptreact",
];
/** The server's commands whose answers are to be shown, and ours that show them. */
const SHOWN: Record<string, string> = {
  [SERVER_SHOW_PATTERN]: PATTERN_HERE,
  [SERVER_EXPLAIN]: SHOW_RULE,
  [SERVER_SHOW_TESTS]: TESTS_HERE,
};
export const OPEN_TREE = "flames.openDependentsTree";
/** What answers of the server may name, to be run here. */
const OURS = [OPEN_BOTH, OPEN_TREE, SERVER_EXPLAIN];
const MAX_CRASHES = 4;
const CRASH_WINDOW_MS = 3 * 60 * 1000;

export interface ClientParts {
  process: ServerProcess;
  /** Receives what the server logs, and the trace. */
  output: vscode.OutputChannel;
  /** Names of the settings that the server may ask for. */
  keys: readonly string[];
  /** Called when the server died too often to be started again. */
  gaveUp: (crashes: number) => void;
}

export function makeClient(parts: ClientParts): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: SCHEMES.flatMap((scheme) =>
      LANGUAGES.map((language) => ({ scheme, language })),
    ),
    outputChannel: parts.output,
    traceOutputChannel: parts.output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    errorHandler: new CrashCounter(parts),
    markdown: { isTrusted: { enabledCommands: [OPEN_TREE] } },
    middleware: {
      provideCompletionItem: async (document, position, context, token, next) =>
        askedAgain(await next(document, position, context, token), position),
      provideCodeActions: async (document, range, context, token, next) =>
        shownActions(await next(document, range, context, token)),
      provideCodeLenses: async (document, token, next) =>
        shownLenses(document.uri, await next(document, token)),
      workspace: { configuration: (params) => configuration(params, parts.keys) },
    },
  };
  const client = new LanguageClient("flames", "Flames", () => parts.process.start(), options);
  client.registerFeature({
    fillClientCapabilities(capabilities) {
      capabilities.experimental = { ...capabilities.experimental, commands: { commands: OURS } };
    },
    initialize: () => {},
    getState: () => ({ kind: "static" }),
    clear: () => {},
  });
  return client;
}

type Actions = (vscode.Command | vscode.CodeAction)[] | null | undefined;

function shownActions(actions: Actions): Actions {
  for (const action of actions ?? []) {
    const command = typeof action.command === "string" ? action : action.command;
    if (command === undefined) continue;
    const named = command as vscode.Command;
    named.command = SHOWN[named.command] ?? named.command;
  }
  return actions;
}

type Completions = vscode.CompletionItem[] | vscode.CompletionList | null | undefined;

/**
 * VS Code asks a provider again, as an incomplete list wants, only while it has an item of it; so
 * one that matches nothing, and is never shown, stands for those to come.
 */
function askedAgain(found: Completions, position: vscode.Position): Completions {
  if (found instanceof vscode.CompletionList && found.isIncomplete && found.items.length === 0) {
    const item = new vscode.CompletionItem("\u2009");
    item.filterText = "\u0000";
    item.range = new vscode.Range(position.with({ character: 0 }), position);
    item.insertText = "";
    found.items.push(item);
  }
  return found;
}

class CrashCounter implements ErrorHandler {
  private readonly crashes: number[] = [];

  constructor(private readonly parts: ClientParts) {}

  error() {
    return { action: ErrorAction.Continue };
  }

  closed(): CloseHandlerResult {
    if (this.parts.process.leaving) {
      return { action: CloseAction.DoNotRestart, handled: true };
    }
    const now = Date.now();
    this.crashes.push(now);
    const recent = this.crashes.filter((crash) => now - crash < CRASH_WINDOW_MS).length;
    if (recent <= MAX_CRASHES) {
      return { action: CloseAction.Restart, handled: true };
    }
    this.parts.gaveUp(recent);
    return { action: CloseAction.DoNotRestart, handled: true };
  }
}
