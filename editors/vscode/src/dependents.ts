// The view of who depends on what: a tree whose branches the server gives, one at a time.
import * as vscode from "vscode";
import { ExecuteCommandRequest, Location } from "vscode-languageclient/node";
import { asLocation, notCovered } from "./places";
import { Session } from "./session";

export const VIEW = "flames.dependents";
const SERVER_TREE = "flames.dependentsTree";
const GO = "flames.goTo";
const HAS_TREE = "flames.hasDependents";

/** A node as the server describes it; `branch` is what it is asked with for what is under it. */
interface Node {
  label: string;
  description: string;
  kind: string;
  tooltip: string;
  location: Location | null;
  open: boolean;
  branch: object | null;
}

interface Answer {
  nodes: Node[];
  gaps: string[];
}

const ICONS: Record<string, string> = {
  class: "symbol-class",
  enum: "symbol-enum",
  function: "symbol-function",
  group: "list-tree",
  interface: "symbol-interface",
  method: "symbol-method",
  module: "file",
  more: "ellipsis",
  type: "symbol-class",
  unknown: "question",
};

export class DependentsView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Node>;
  private readonly go: vscode.Disposable;
  private asked: object | undefined;

  constructor(private readonly session: Session) {
    this.view = vscode.window.createTreeView(VIEW, { treeDataProvider: this, showCollapseAll: true });
    this.go = vscode.commands.registerCommand(GO, goTo);
  }

  /** Shows who depends on a symbol: `asked` is what the server's command takes. */
  async show(asked: object): Promise<void> {
    this.asked = asked;
    await vscode.commands.executeCommand("setContext", HAS_TREE, true);
    this.changed.fire();
    await vscode.commands.executeCommand(`${VIEW}.focus`);
  }

  refresh(): void {
    this.changed.fire();
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node === undefined && this.asked === undefined) {
      return [];
    }
    const asked = node === undefined ? this.asked : { branch: node.branch };
    const params = { command: SERVER_TREE, arguments: [asked] };
    const answer: Answer = await this.session
      .running()
      .sendRequest(ExecuteCommandRequest.type, params);
    if (node === undefined) {
      const nothing = answer.nodes.length === 0 ? "There is no symbol at the cursor." : "";
      this.view.message = `${nothing}${notCovered(answer)}`.trim() || undefined;
    }
    return answer.nodes;
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const state = node.branch === null ? None : node.open ? Expanded : Collapsed;
    const item = new vscode.TreeItem(node.label, state);
    item.description = node.description;
    item.tooltip = node.tooltip;
    item.iconPath = new vscode.ThemeIcon(ICONS[node.kind] ?? "symbol-misc");
    item.contextValue = node.kind;
    if (node.location !== null) {
      item.command = { command: GO, title: "Go to", arguments: [node.location] };
    }
    return item;
  }

  dispose(): void {
    this.go.dispose();
    this.view.dispose();
    this.changed.dispose();
  }
}

/** Shows the place and leaves the keyboard in the tree. */
async function goTo(place: Location): Promise<void> {
  const { uri, range } = asLocation(place);
  await vscode.window.showTextDocument(uri, { selection: range, preserveFocus: true });
}
