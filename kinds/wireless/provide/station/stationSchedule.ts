import type { RegionName } from "../../model/device.ts";
import type { DownlinkOutcome } from "../../model/radio.ts";

/** Microseconds of a station's clock: `xtime`. Its high bits name the radio, its session, and only then the time. */
type StationTime = bigint;
const RADIO_SHIFT = 56n;
const SESSION_SHIFT = 48n;
/** What a station needs before a frame. */
const LEAD_US = 20_000n;
/** Between two frames. */
const GAP_US = 10_000n;
/** For so long a station looks for a moment for class C. */
const CLASS_C_PATIENCE_US = 1_000_000n;
/** No frame is asked for further ahead. */
const AHEAD_US = 20_000_000n;

/** A frame as a station will send it. */
export interface Placed {
  readonly atUs: StationTime;
  readonly endUs: StationTime;
  /** Until when its band, or its channel, rests. */
  readonly restUs: StationTime;
  readonly band: number;
}
interface Frame {
  /** Of the uplink it answers; null: class C, at once. */
  readonly xtime: StationTime | null;
  readonly delayMs: number;
  readonly airtimeUs: number;
  readonly frequencyHz: number;
}

/**
 * One configured station's transmitter as far as its own rules decide. What they forbid it drops without a word; known
 * here, it is refused at once, and the frame can go in RX2 or by another gateway. The rules are the station's, not the
 * law's: after each frame a band of EU868, or a channel of KR920, rests for a multiple of the frame.
 * @see Basics Station 2.0.6, `s2e_addTxjob` and `update_DC`
 */
export class StationSchedule {
  readonly #region: RegionName;
  /** Of each radio, what it heard last and when that came. */
  readonly #heard = new Map<bigint, { readonly xtime: StationTime; readonly atMs: number }>();
  #placed: Placed[] = [];

  constructor(region: RegionName) {
    this.#region = region;
  }

  /** @param atMs - monotonic, as all of this clock. */
  heard(xtime: StationTime, atMs: number): void {
    this.#heard.set((xtime >> RADIO_SHIFT) & 0x7fn, { xtime, atMs });
  }

  /**
   * The frame's place, or why the station would not send it. What it heard took its time to come, so no frame is called
   * too late that is not.
   */
  place(frame: Frame, nowMs: number): Placed | DownlinkOutcome {
    const heard = this.#heard.get(((frame.xtime ?? 0n) >> RADIO_SHIFT) & 0x7fn);
    // Nothing to tell its time by: the station knows.
    const nowUs = heard === undefined ? null : heard.xtime + BigInt(Math.round((nowMs - heard.atMs) * 1000));
    if (frame.xtime === null && nowUs === null) return placedAt(0n, frame, this.#region);
    const atUs = frame.xtime === null ? nowUs! + LEAD_US : frame.xtime + BigInt(frame.delayMs) * 1000n;
    // Another session: its radio was set up anew since, and the moment cannot be named any more.
    if (nowUs !== null && (atUs < nowUs + LEAD_US || atUs >> SESSION_SHIFT !== nowUs >> SESSION_SHIFT))
      return "too-late";
    const placed = placedAt(atUs, frame, this.#region);
    this.#placed = this.#placed.filter(({ restUs }) => restUs > atUs - AHEAD_US);
    const patienceUs = frame.xtime === null ? CLASS_C_PATIENCE_US : 0n;
    for (const other of this.#placed) {
      const areApart = placed.atUs >= other.endUs + GAP_US || other.atUs >= placed.endUs + GAP_US;
      // Class C gives way to what is on the air, and displaces what is still to come.
      if (!areApart && (frame.xtime !== null || other.atUs > placed.atUs)) return "collision-packet";
      const isRested = placed.atUs + patienceUs >= other.restUs || other.atUs >= placed.restUs;
      if (other.band === placed.band && !isRested) return "refused";
    }
    this.#placed.push(placed);
    return placed;
  }

  /** It was not sent, so nothing rests. */
  remove(placed: Placed): void {
    this.#placed = this.#placed.filter((other) => other !== placed);
  }
}

function placedAt(atUs: StationTime, { airtimeUs, frequencyHz }: Frame, region: RegionName): Placed {
  const { band, rest } = bandOf(region, frequencyHz);
  const lengthUs = BigInt(Math.round(airtimeUs));
  return { atUs, endUs: atUs + lengthUs, restUs: atUs + lengthUs * rest, band };
}

/** A band's or channel's name, and for how many times a frame it rests from its beginning. */
function bandOf(region: RegionName, hertz: number): { readonly band: number; readonly rest: bigint } {
  if (region === "KR920") return { band: hertz, rest: 50n };
  if (region !== "EU868") return { band: 0, rest: 0n };
  if (hertz >= 869_400_000 && hertz <= 869_650_000) return { band: 10, rest: 10n };
  const isCenti = (hertz >= 868_000_000 && hertz <= 868_600_000) || (hertz >= 869_700_000 && hertz <= 870_000_000);
  return isCenti ? { band: 100, rest: 100n } : { band: 1000, rest: 1000n };
}
