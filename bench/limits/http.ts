/** What plain HTTP/1.1 costs with nothing behind it: Node's server here, our load generator beside it. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Figure } from "../figure.ts";
import { PATTERN_BYTES, bodyPattern } from "../load/pattern.ts";
import { LoadGenerator } from "../load/loadGenerator.ts";
import { CpuMeter } from "../processes.ts";

const LARGE_BYTES = 256 << 20;
const SMALL_BYTES = 64 * 1024;
const SMALL_REQUESTS = 4_000;
const AT_ONCE = 16;
const SLICE_BYTES = 256 * 1024;

/** Figures of both ends together. */
export async function benchHttp(): Promise<Figure[]> {
  const pattern = bodyPattern();
  const server = createServer((request, response) => {
    if (request.method === "PUT") {
      request.resume().on("end", () => response.setHeader("content-length", 0).end());
      return;
    }
    const sizeBytes = Number(request.url!.slice(1));
    response.setHeader("content-length", sizeBytes);
    let at = 0;
    const write = (): void => {
      while (at < sizeBytes) {
        const from = at % PATTERN_BYTES;
        const slice = pattern.subarray(from, from + Math.min(SLICE_BYTES, sizeBytes - at));
        at += slice.byteLength;
        if (!response.write(slice)) return void response.once("drain", write);
      }
      response.end();
    };
    write();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = (server.address() as AddressInfo).port;
  const load = new LoadGenerator();
  const measure = async (name: string, method: "GET" | "PUT", sizeBytes: number, requests: number) => {
    const meter = new CpuMeter(new Map([["both", process.pid]]));
    const job = { host: "127.0.0.1", port, atOnce: requests === 1 ? 1 : AT_ONCE };
    const all = Array.from({ length: requests }, () => ({ method, target: `/${sizeBytes}`, sizeBytes }));
    const { wallMs } = await load.run({ ...job, requests: all });
    const per = requests === 1 ? sizeBytes / 1e6 : requests;
    const unit = requests === 1 ? ("MB/s" as const) : ("1/s" as const);
    return { name, unit, value: per / (wallMs / 1e3), cpuS: meter.read().get("both")! / per };
  };
  try {
    await measure("", "PUT", SMALL_BYTES, 500);
    return [
      await measure("HTTP: upload", "PUT", LARGE_BYTES, 1),
      await measure("HTTP: download", "GET", LARGE_BYTES, 1),
      await measure("HTTP: uploads of 64 KiB", "PUT", SMALL_BYTES, SMALL_REQUESTS),
      await measure("HTTP: downloads of 64 KiB", "GET", SMALL_BYTES, SMALL_REQUESTS),
    ];
  } finally {
    load.close();
    server.close();
    server.closeAllConnections();
  }
}
