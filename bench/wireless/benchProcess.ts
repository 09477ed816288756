import { type ChildProcess, fork } from "node:child_process";

interface Question {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}
interface Answer {
  readonly id: number;
  readonly output?: unknown;
  readonly failure?: string;
}

/** A program of a benchmark in a process of its own, asked by name. */
export class BenchProcess {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #nextId = 0;

  /** @param flags - of Node. With `BENCH_CPU_PROFILES` set, each process also leaves a profile in that folder. */
  constructor(program: URL, name: string, flags: readonly string[], args: readonly string[]) {
    this.#name = name;
    const profiles = process.env["BENCH_CPU_PROFILES"];
    const profiling =
      profiles === undefined
        ? []
        : ["--cpu-prof", `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=${name}-${Date.now()}.cpuprofile`];
    this.#child = fork(program, args, {
      execArgv: [...flags, ...profiling],
      serialization: "advanced",
      env: { PATH: process.env["PATH"] },
    });
    this.#child.on("message", ({ id, output, failure }: Answer) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (failure === undefined) waiting?.resolve(output);
      else waiting?.reject(new Error(`${name}: ${failure}`));
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once("exit", (code, signal) => {
        for (const { reject } of this.#waiting.values()) reject(new Error(`${name} ended: ${code ?? signal}`));
        resolve();
      });
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** @throws Error with what the process failed with. */
  ask<Output>(name: string, input: unknown = null): Promise<Output> {
    const waiting = Promise.withResolvers<unknown>();
    const id = this.#nextId++;
    this.#waiting.set(id, waiting);
    this.#child.send({ id, name, input } satisfies Question, (error) => {
      if (error !== null) waiting.reject(new Error(`${this.#name}: ${error.message}`));
    });
    return waiting.promise as Promise<Output>;
  }

  /** Ends it in an orderly way. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#exited;
  }
}

/** The other side: answers until whoever started this process lets go of it. */
export function answerQuestions(
  answers: Readonly<Record<string, (input: never) => unknown>>,
  close: () => Promise<void> | void,
): void {
  process.on("message", ({ id, name, input }: Question) => {
    const answered = (async () => answers[name]!(input as never))();
    answered.then(
      (output) => process.send!({ id, output } satisfies Answer),
      (error: unknown) =>
        process.send!({ id, failure: error instanceof Error ? error.stack! : String(error) } satisfies Answer),
    );
  });
  process.once("disconnect", () => {
    void Promise.resolve(close()).finally(() => process.exit());
  });
}

/** The machine's monotonic clock: the same for all processes on it. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
