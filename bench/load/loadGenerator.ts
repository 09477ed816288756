import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { LoadDone, LoadJob } from "./loadProcess.ts";

/** Sends prepared requests from a process of its own. */
export class LoadGenerator {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(new URL("./loadProcess.ts", import.meta.url), {
      execArgv: [],
      env: { PATH: process.env["PATH"] },
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** @throws Error when a request failed or other bytes came back than were put. */
  async run(job: LoadJob): Promise<LoadDone> {
    this.#child.send(job);
    const [done] = (await once(this.#child, "message")) as [LoadDone];
    if (done.failure !== null) throw new Error(done.failure);
    return done;
  }

  close(): void {
    this.#child.disconnect();
  }
}
