// Find existing: a list that follows what is typed. Enter opens, the button inserts call and import.
import * as vscode from "vscode";
import { ExecuteCommandRequest, Location, TextEdit } from "vscode-languageclient/node";
import { notCovered, open } from "./places";
import { offer, Session } from "./session";

const PAUSE_MS = 120; // between keys; a search takes the server about 50

/** The server's answer to flames.findExisting. */
interface Existing {
  matches: Match[];
  gaps: string[];
}

interface Match {
  name: string;
  path: string;
  signature: string;
  summary: string;
  reasons: string[];
  location: Location;
  insertion: { call: string; imports: TextEdit[] } | null;
}

interface Item extends vscode.QuickPickItem {
  match: Match;
}

const INSERT: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("insert"),
  tooltip: "Insert the call and its import",
};

export async function findExisting(session: Session): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const picker = vscode.window.createQuickPick<Item>();
  picker.title = "Find existing code";
  picker.placeholder = "What should it do, or what may it be called?";
  // the server's order is the order: what was found by meaning need not hold the letters
  (picker as { sortByLabel?: boolean }).sortByLabel = false;
  const search = new Search(session, editor?.document.uri, picker);
  picker.onDidChangeValue((text) => search.want(text));
  picker.onDidAccept(async () => {
    const [item] = picker.selectedItems;
    picker.hide();
    if (item !== undefined) await open(item.match.location);
  });
  picker.onDidTriggerItemButton(async ({ item }) => {
    picker.hide();
    if (editor !== undefined) await insert(editor, item.match);
  });
  picker.onDidHide(() => {
    search.drop();
    picker.dispose();
  });
  picker.show();
}

/** One question at a time: a newer text takes back what was asked before. */
class Search {
  private timer: NodeJS.Timeout | undefined;
  private asked: vscode.CancellationTokenSource | undefined;

  constructor(
    private readonly session: Session,
    private readonly uri: vscode.Uri | undefined,
    private readonly picker: vscode.QuickPick<Item>,
  ) {}

  want(text: string): void {
    this.drop();
    if (text.trim() === "") {
      this.picker.items = [];
    } else {
      this.timer = setTimeout(() => void this.ask(text), PAUSE_MS);
    }
  }

  drop(): void {
    clearTimeout(this.timer);
    this.asked?.cancel();
    this.picker.busy = false;
  }

  private async ask(text: string): Promise<void> {
    const asked = (this.asked = new vscode.CancellationTokenSource());
    const params = {
      command: "flames.findExisting",
      arguments: [{ text, uri: this.uri?.toString() }],
    };
    this.picker.busy = true;
    try {
      const client = this.session.running();
      const answer: Existing = await client.sendRequest(
        ExecuteCommandRequest.type,
        params,
        asked.token,
      );
      if (asked.token.isCancellationRequested) return;
      this.picker.items = answer.matches.map(asItem);
      this.picker.title = `Find existing code.${notCovered(answer)}`;
    } catch (error) {
      if (asked.token.isCancellationRequested) return;
      this.picker.hide();
      this.session.log.error(String(error));
      void offer(`Flames: ${(error as Error).message}`, {
        "Show logs": () => this.session.output.show(),
      });
    }
    this.picker.busy = false;
  }
}

function asItem(match: Match): Item {
  return {
    label: match.signature,
    description: match.path,
    detail: [match.summary, match.reasons.join(" · ")].filter((said) => said !== "").join(" — "),
    alwaysShow: true,
    buttons: match.insertion === null ? [] : [INSERT],
    match,
  };
}

async function insert(editor: vscode.TextEditor, { insertion }: Match): Promise<void> {
  if (insertion === null) return;
  const { document, viewColumn } = editor;
  const shown = await vscode.window.showTextDocument(document, { viewColumn });
  const imported = await shown.edit(
    (edits) => {
      for (const { range, newText } of insertion.imports) {
        edits.insert(new vscode.Position(range.start.line, range.start.character), newText);
      }
    },
    { undoStopBefore: true, undoStopAfter: false },
  );
  if (imported) {
    const call = insertion.call.replace(/\)$/, "").replace(/[\\$}]/g, "\\$&");
    const snippet = new vscode.SnippetString(`${call}$0)`);
    const once = { undoStopBefore: false, undoStopAfter: true };
    await shown.insertSnippet(snippet, shown.selection, once);
  }
}
