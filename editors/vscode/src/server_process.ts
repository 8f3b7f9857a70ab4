// The server as a process of ours, so that it can be ended whatever state it is in.
import { ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";

const GRACE_MS = 2000;

export class ServerProcess {
  /** It was told to leave: its end is no crash. */
  leaving = false;
  private child: ChildProcessWithoutNullStreams | undefined;

  /** `cwd`: a folder of ours, so that the server depends on nothing that lies in a repository. */
  constructor(
    readonly executable: string,
    private readonly cwd: string,
    private readonly ended: (how: string) => void,
  ) {}

  /** A fresh process; rejects where the system cannot start it. */
  async start(): Promise<ChildProcessWithoutNullStreams> {
    const child = spawn(this.executable, [], { cwd: this.cwd });
    child.on("exit", (code, signal) => this.ended(signal ?? `exit code ${code}`));
    await once(child, "spawn");
    this.child = child;
    return child;
  }

  /** Ends the process; one that was told to leave, and heard it, may first do so by itself. */
  async leave(told: boolean): Promise<void> {
    const child = this.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const timer = setTimeout(() => child.kill("SIGKILL"), told ? GRACE_MS : 0);
    await once(child, "exit");
    clearTimeout(timer);
  }
}
