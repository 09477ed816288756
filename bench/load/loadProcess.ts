/** The load generator's own process: does jobs that `loadGenerator.ts` sends. */
import { setTimeout as pause } from "node:timers/promises";
import { RawConnection, SlowDown, type Timing } from "./rawConnection.ts";

export interface LoadJob {
  readonly host: string;
  readonly port: number;
  readonly atOnce: number;
  readonly requests: readonly {
    readonly method: "GET" | "PUT";
    readonly target: string;
    readonly sizeBytes: number;
  }[];
}

const RETRY_AFTER_MS = 200;
/** Of one request. */
const RETRIES_MAX = 20;

export interface LoadDone {
  readonly wallMs: number;
  readonly timings: readonly Timing[];
  /** How often the server said "slow down" and was asked again, as every S3 client does. */
  readonly retries: number;
  /** What stopped it, if anything did. */
  readonly failure: string | null;
}

async function doJob({ host, port, atOnce, requests }: LoadJob): Promise<LoadDone> {
  const timings: Timing[] = [];
  let next = 0;
  let retries = 0;
  let failure: string | null = null;
  const client = async (): Promise<void> => {
    let connection = await RawConnection.open(host, port);
    while (next < requests.length && failure === null) {
      const { method, target, sizeBytes } = requests[next++]!;
      for (let attempt = 1; ; attempt++) {
        try {
          timings.push(await connection.request(method, target, sizeBytes));
          break;
        } catch (error) {
          if (!(error instanceof SlowDown) || attempt > RETRIES_MAX) {
            failure = String(error);
            break;
          }
          retries++;
          connection.close();
          await pause(RETRY_AFTER_MS);
          connection = await RawConnection.open(host, port);
        }
      }
    }
    connection.close();
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: atOnce }, client));
  const wallMs = performance.now() - begun;
  return { wallMs, timings, retries, failure };
}

process.on("message", (job: LoadJob) => {
  void doJob(job)
    .catch((error: unknown) => ({ wallMs: 0, timings: [], retries: 0, failure: String(error) }))
    .then((done) => process.send!(done satisfies LoadDone));
});
process.once("disconnect", () => process.exit());
