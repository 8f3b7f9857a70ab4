import * as vscode from "vscode";
import { registerCommands, SHOW_STATUS } from "./commands";
import { Session } from "./session";

let session: Session | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  session = new Session(context, SHOW_STATUS);
  context.subscriptions.push(session, ...registerCommands(session));
  await session.restart();
}

export async function deactivate(): Promise<void> {
  await session?.stop();
}
