// Two places beside each other, and a rule's page: what code actions ask the editor to show.
import * as vscode from "vscode";
import { ExecuteCommandRequest, Location } from "vscode-languageclient/node";
import { asLocation } from "./places";
import { Session } from "./session";

export const OPEN_BOTH = "flames.openBoth";
export const SHOW_RULE = "flames.showRule";
export const SERVER_EXPLAIN = "flames.explain";
const SCHEME = "flames-rule";

/** What the server puts into the arguments of flames.openBoth. */
interface Both {
  left: Location;
  right: Location;
}

/** The server's answer to flames.explain. */
interface Page {
  rule: string;
  markdown: string;
}

export async function openBoth({ left, right }: Both): Promise<void> {
  await shown(left, vscode.ViewColumn.One);
  await shown(right, vscode.ViewColumn.Beside);
}

async function shown(place: Location, viewColumn: vscode.ViewColumn): Promise<void> {
  const { uri, range } = asLocation(place);
  const editor = await vscode.window.showTextDocument(uri, { viewColumn, preview: false });
  editor.selection = new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** The manual pages of rules, as documents that the editor's own preview renders. */
export class RulePages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly pages = new Map<string, string>();
  private readonly registered = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  constructor(private readonly session: Session) {}

  /** `asked` is what the server's flames.explain takes. */
  async show(asked: object): Promise<void> {
    const params = { command: SERVER_EXPLAIN, arguments: [asked] };
    const page: Page = await this.session
      .running()
      .sendRequest(ExecuteCommandRequest.type, params);
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/Flames: ${page.rule}.md` });
    this.pages.set(uri.toString(), page.markdown);
    this.changed.fire(uri);
    await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.pages.get(uri.toString()) ?? "";
  }

  dispose(): void {
    this.registered.dispose();
    this.changed.dispose();
  }
}
