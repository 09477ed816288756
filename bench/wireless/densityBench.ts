import { DensityMap } from "@wayleave/kind-wireless/verify/density";
import { cellOfPath } from "@wayleave/kind-wireless/verify/cellPath";
import { type Figure, ownCpuS } from "../figure.ts";

const GATEWAYS = 200_000;
const CHANGES = 2_000;
const FINEST = 11;
/** A third live in towns of resolution 5 (some 250 km²) chosen by few: crowded enough that every rule is at work. */
const TOWNS = 300;

export interface DensityFigures {
  readonly figures: readonly Figure[];
  readonly scratchS: number;
  readonly changeP50Ms: number;
  readonly changeP99Ms: number;
}

/** All gateways of a large network at once, then one moving after the other, its own scale asked after each. */
export function benchDensity(gateways = GATEWAYS): DensityFigures {
  const { all, place, below, id } = scattered(gateways);
  const cpuBefore = ownCpuS();
  const begun = performance.now();
  const map = new DensityMap();
  map.update([], all);
  for (const [gateway] of all) map.scalePpm(gateway);
  const scratchS = (performance.now() - begun) / 1e3;
  const scratchCpuS = ownCpuS() - cpuBefore;

  const changesCpu = ownCpuS();
  const tookMs = Array.from({ length: CHANGES }, () => {
    const gateway = id(below(gateways));
    const cell = place();
    const from = performance.now();
    map.update([], [[gateway, cell]]);
    map.scalePpm(gateway);
    return performance.now() - from;
  }).sort((a, b) => a - b);
  const [changeP50Ms, changeP99Ms] = [0.5, 0.99].map((share) => tookMs[Math.floor(share * CHANGES)]!);
  return {
    figures: [
      {
        name: `density of ${gateways} gateways from nothing, all scales`,
        unit: "s",
        value: scratchS,
        cpuS: scratchCpuS,
      },
      {
        ...{ name: "density: one gateway moves (p99)", unit: "ms", value: changeP99Ms! },
        cpuS: (ownCpuS() - changesCpu) / CHANGES,
      },
    ],
    ...{ scratchS, changeP50Ms: changeP50Ms!, changeP99Ms: changeP99Ms! },
  };
}

/** Each gateway's id and cell. */
export function placesOfGateways(gateways: number): readonly (readonly [`0x${string}`, bigint])[] {
  return scattered(gateways).all;
}

function scattered(gateways: number) {
  const random = seeded(5);
  const below = (end: number) => Math.floor(random() * end);
  // Digits 1…6 only: no pentagon has a hole in our way, and no base cell's centre is favoured.
  const digits = (path: number, count: number) => {
    for (let i = 0; i < count; i++) path = path * 8 + 1 + below(6);
    return path;
  };
  const hexagon = () => [2, 20, 30, 45, 60, 80, 100][below(7)]!;
  const towns = Array.from({ length: TOWNS }, () => digits(hexagon(), 5));
  const place = () =>
    cellOfPath(random() < 0.33 ? digits(towns[below(TOWNS)]!, FINEST - 5) : digits(hexagon(), FINEST), FINEST);
  const id = (n: number) => `0x${n.toString(16).padStart(40, "0")}` as const;
  const all = Array.from({ length: gateways }, (_, n) => [id(n), place()] as const);
  return { all, place, below, id };
}

/** mulberry32: every run has the same map. */
function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
