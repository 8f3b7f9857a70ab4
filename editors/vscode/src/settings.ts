// What the server is told of the settings: those that somebody set, never defaults.
// The server has the same defaults, and under them lies the repository's flames.toml.
import * as vscode from "vscode";
import { ConfigurationParams } from "vscode-languageclient/node";

export const SECTION = "flames";

type Table = { [name: string]: unknown };

/** Answers `workspace/configuration`; other sections than ours have no value here. */
export function configuration(params: ConfigurationParams, keys: readonly string[]): unknown[] {
  return params.items.map(({ scopeUri, section }) =>
    section === SECTION
      ? settingsIn(scopeUri === undefined ? undefined : vscode.Uri.parse(scopeUri), keys)
      : null,
  );
}

/** The names below `flames.` that the extension declares. */
export function declaredKeys(packageJson: { contributes: { configuration: Group[] } }): string[] {
  return packageJson.contributes.configuration
    .flatMap((group) => Object.keys(group.properties))
    .map((name) => name.slice(SECTION.length + 1));
}

type Group = { properties: object };

function settingsIn(scope: vscode.Uri | undefined, keys: readonly string[]): Table {
  const settings = vscode.workspace.getConfiguration(SECTION, scope);
  const set = keys.filter((key) => isSet(settings.inspect(key)));
  // get, not inspect: it leaves out what an untrusted workspace may not set
  return Object.fromEntries(set.map((key) => [key, settings.get(key)]));
}

function isSet(found: ReturnType<vscode.WorkspaceConfiguration["inspect"]>): boolean {
  return (
    (found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue) !== undefined
  );
}
