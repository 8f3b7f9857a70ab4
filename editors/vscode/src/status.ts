// One item in the status bar: is Flames well, is it done.
import * as vscode from "vscode";

/** What the server says in `flames/status`. */
export interface Status {
  health: "ok" | "warning" | "error";
  quiescent: boolean;
  message: string;
}

export class StatusItem implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;

  constructor(command: string) {
    this.item = vscode.window.createStatusBarItem("flames", vscode.StatusBarAlignment.Left, 10);
    this.item.name = "Flames";
    this.item.command = command;
    this.item.show();
  }

  starting(): void {
    this.set("$(loading~spin)", "starting");
  }

  stopped(reason: string): void {
    this.set("$(circle-slash)", reason, "statusBarItem.errorBackground");
  }

  show({ health, quiescent, message }: Status): void {
    const icon = { ok: "$(flame)", warning: "$(warning)", error: "$(error)" }[health];
    const background = {
      ok: undefined,
      warning: "statusBarItem.warningBackground",
      error: "statusBarItem.errorBackground",
    }[health];
    this.set(quiescent ? icon : "$(sync~spin)", message, background);
  }

  dispose(): void {
    this.item.dispose();
  }

  private set(icon: string, message: string, background?: string): void {
    this.item.text = `${icon} Flames`;
    this.item.tooltip = `Flames: ${message}`;
    this.item.backgroundColor =
      background === undefined ? undefined : new vscode.ThemeColor(background);
  }
}
