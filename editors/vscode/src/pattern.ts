// How is this done here: the best examples of a role and what most of its members do, as a list.
import * as vscode from "vscode";
import { ExecuteCommandRequest, Location } from "vscode-languageclient/node";
import { Choice, goToOne } from "./places";
import { Session } from "./session";

export const PATTERN_HERE = "flames.showPatternHere";
export const SERVER_SHOW_PATTERN = "flames.showPattern";

/** The server's answer to flames.showPattern. */
interface Pattern {
  role: string;
  cards: Card[];
  gaps: string[];
}

interface Card {
  role: string;
  members: number;
  exemplars: { symbol: string; reasons: string[]; location: Location }[];
  most: Line[];
  some: Line[];
}

interface Line {
  what: string;
  count: number;
  of: number;
  location: Location;
}

export async function showPattern(session: Session, asked: object): Promise<void> {
  const params = { command: SERVER_SHOW_PATTERN, arguments: [asked] };
  const answer: Pattern = await session
    .running()
    .sendRequest(ExecuteCommandRequest.type, params);
  await goToOne(
    answer.cards.flatMap(itemsOf),
    `How is this done here: ${answer.role}`,
    "nothing else here has the role of this",
    answer,
  );
}

function itemsOf(card: Card): Choice[] {
  const exemplars = card.exemplars.map(({ symbol, reasons, location }) => ({
    label: symbol.split("::").at(-1) ?? symbol,
    description: [symbol.split("::")[0], ...reasons].join(" · "),
    location,
  }));
  const heading = `${card.role}: ${card.members} members, the best examples`;
  return [
    ...under(heading, exemplars),
    ...under("Most of them", card.most.map(itemOf)),
    ...under("Some of them", card.some.map(itemOf)),
  ];
}

function itemOf({ what, count, of, location }: Line): Choice {
  return { label: what, description: `${count} of ${of}`, location };
}

function under(label: string, items: Choice[]): Choice[] {
  return items.length === 0
    ? []
    : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}
