/**
 * What the machine could do at most: the processor time of every step an object goes through, each measured alone in
 * the same run, added up and spread over all cores. What a run reaches of it is how well the parts are put together.
 */
import type { Figure } from "./figure.ts";

export interface Bound {
  readonly name: string;
  readonly unit: "MB/s" | "1/s";
  readonly value: number;
  /** What it is made of: processor time per MB or per request. */
  readonly steps: readonly { readonly name: string; readonly times: number; readonly cpuUs: number }[];
}

type Costs = (name: string) => number;

/** @param figures - of `limits/`, each with its processor time. */
export function bounds(
  figures: readonly Figure[],
  policy: { readonly k: number; readonly n: number },
  cores: number,
): Bound[] {
  const { k, n } = policy;
  const spread = n / k;
  const cost: Costs = (name) => {
    const found = figures.find((figure) => figure.name === name);
    if (found?.cpuS === undefined) throw new Error(`no processor time is known of "${name}"`);
    return found.cpuS;
  };
  const largePut: Step[] = [
    ["HTTP: upload", 1],
    ["MD5", 1],
    ["AES-256-GCM: encrypt 64 KiB", 1],
    [`Reed–Solomon ${k} of ${n}`, 1],
    ["piece hashing (4 KiB leaves)", 2 * spread], // by the front, and by the devices again
    ["link: front to device, 256 KiB stream", spread],
    ["disk: write and fsync", spread],
  ];
  const largeGet: Step[] = [
    ["disk: read, from memory where cached", 1],
    ["link: device to front, 16 MiB pieces", 1],
    ["AES-256-GCM: decrypt 64 KiB", 1],
    ["HTTP: download", 1],
  ];
  const smallMb = 0.065_536;
  const smallPut: Step[] = [
    ["HTTP: uploads of 64 KiB", 1],
    ["MD5", smallMb],
    ["AES-256-GCM: encrypt 64 KiB", smallMb],
    [`Reed–Solomon ${k} of ${n}`, smallMb],
    ["piece hashing (4 KiB leaves)", 2 * spread * smallMb],
    ["link: small requests", n],
    ["link: front to device, 256 KiB stream", spread * smallMb],
    ["receipt: hash and sign", n],
    ["receipt: hash and verify", n],
    ["disk: small piece, fsync, rename, fsync of the directory", n],
    ["database: durable insert of 2 KiB", 2], // the intent, and the object with its pieces
  ];
  const smallGet: Step[] = [
    ["HTTP: downloads of 64 KiB", 1],
    ["database: lookup of 2 KiB", 2], // the object, and its pieces
    ["link: requests for 16 KiB", k],
    ["disk: open and read a small piece", k],
    ["AES-256-GCM: decrypt 64 KiB", smallMb],
  ];
  return [
    boundOf("PUT large", "MB/s", largePut, cost, cores),
    boundOf("GET large", "MB/s", largeGet, cost, cores),
    boundOf("PUT 64 KiB", "1/s", smallPut, cost, cores),
    boundOf("GET 64 KiB", "1/s", smallGet, cost, cores),
  ];
}

type Step = readonly [name: string, times: number];

function boundOf(name: string, unit: Bound["unit"], steps: readonly Step[], cost: Costs, cores: number): Bound {
  const priced = steps.map(([step, times]) => ({ name: step, times, cpuUs: times * cost(step) * 1e6 }));
  const totalUs = priced.reduce((sum, { cpuUs }) => sum + cpuUs, 0);
  return { name, unit, value: (cores * 1e6) / totalUs, steps: priced };
}
