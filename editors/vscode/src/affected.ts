// The tests to run first for what is under the cursor, each with its reasons.
import { ExecuteCommandRequest, Location } from "vscode-languageclient/node";
import { Choice, goToOne, SERVER_SHOW_TESTS } from "./places";
import { Session } from "./session";

/** The server's answer to flames.showTests. */
interface Affected {
  symbol: string | null;
  tests: { run: string; symbol: string; reasons: string[]; location: Location }[];
  more: number;
  gaps: string[];
}

export async function showTests(session: Session, asked: object): Promise<void> {
  const params = { command: SERVER_SHOW_TESTS, arguments: [asked] };
  const answer: Affected = await session
    .running()
    .sendRequest(ExecuteCommandRequest.type, params);
  const name = answer.symbol?.split("::").at(-1) ?? "";
  const more = answer.more > 0 ? `, and ${answer.more} less likely files` : "";
  const nothing = answer.symbol === null ? "there is no symbol at the cursor" : "no test is known";
  await goToOne(answer.tests.map(itemOf), `Tests of ${name}${more}`, nothing, answer);
}

function itemOf({ run, symbol, reasons, location }: Affected["tests"][number]): Choice {
  const label = symbol.split("::").at(-1) ?? symbol;
  return { label, description: reasons.join(" · "), detail: run, location };
}
