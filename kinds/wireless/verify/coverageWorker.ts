/** Assesses epochs' coverage in a thread, and keeps the density map from one epoch to the next. Not pure. */
import { parentPort, workerData } from "node:worker_threads";
import type { SigningDomain } from "@wayleave/core/eip712";
import { assert } from "@wayleave/core/errors";
import type { Hash32, Hex } from "@wayleave/core/ids";
import type { JointAssessment, JointDevice } from "@wayleave/core/kind";
import type { Schedule } from "@wayleave/core/time";
import { DensityMap } from "./density.ts";
import { jointCoverage } from "./jointCoverage.ts";

/** So many rows are told in one message, and the next when it is asked for: who reads them does nothing else meanwhile. */
const REPLY_ROWS = 1_000;

/** Asks for the next rows of an assessment. */
export interface MoreRequest {
  readonly moreOf: number;
}
/** Some of a network's devices; with `isLast` the epoch is assessed. */
export interface CoverageRequest {
  readonly job: number;
  readonly epoch: number;
  readonly seed: Hash32;
  readonly devices: readonly JointDevice[];
  readonly isLast: boolean;
}
type ProvenRow = JointAssessment["proven"] extends ReadonlyMap<infer Device, infer Share> ? [Device, Share] : never;
/** Some of an assessment's rows; or why there is none. */
export interface CoverageReply {
  readonly job: number;
  readonly proven: readonly ProvenRow[];
  readonly carried: readonly (readonly [`0x${string}`, Hex])[];
  readonly reasons: JointAssessment["reasons"];
  readonly isLast: boolean;
  readonly failure: string | null;
}
export interface CoverageWorkerData {
  readonly domain: SigningDomain;
  readonly schedule: Schedule;
}

if (parentPort !== null) serve(parentPort, workerData as CoverageWorkerData);
else assert(false, "coverageWorker.ts runs as a worker; import coverageThread.ts");

function serve(port: NonNullable<typeof parentPort>, { domain, schedule }: CoverageWorkerData): void {
  /** State only in that it saves work: what is in it changes no result. */
  let density = new DensityMap();
  let gathered: { readonly job: number; readonly devices: JointDevice[] } = { job: -1, devices: [] };
  let replies: Iterator<CoverageReply> = [][Symbol.iterator]();
  const tell = () => {
    const next = replies.next();
    if (next.done !== true) port.postMessage(next.value);
  };
  port.on("message", (request: CoverageRequest | MoreRequest) => {
    if ("moreOf" in request) return tell();
    const { job, epoch, seed, devices, isLast } = request;
    if (gathered.job !== job) gathered = { job, devices: [] };
    gathered.devices.push(...devices);
    if (!isLast) return;
    const input = { epoch, seed, devices: gathered.devices };
    gathered = { job: -1, devices: [] };
    try {
      replies = inParts(job, jointCoverage(input, domain, schedule, density));
      tell();
    } catch (error) {
      density = new DensityMap();
      const nothing = { proven: [], carried: [], reasons: [] };
      port.postMessage({ job, ...nothing, isLast: true, failure: String(error) } satisfies CoverageReply);
    }
  });
}

function* inParts(job: number, { proven, carried, reasons }: JointAssessment): Generator<CoverageReply> {
  const all = { proven: [...proven] as ProvenRow[], carried: [...carried], reasons };
  const most = Math.max(all.proven.length, all.carried.length, all.reasons.length);
  for (let from = 0; from === 0 || from < most; from += REPLY_ROWS) {
    const to = from + REPLY_ROWS;
    yield {
      ...{ job, isLast: to >= most, failure: null },
      proven: all.proven.slice(from, to),
      carried: all.carried.slice(from, to),
      reasons: all.reasons.slice(from, to),
    };
  }
}
