import { WayleaveError } from "@wayleave/core/errors";
import colors from "picocolors";
import { say } from "../terminal.ts";

/** One thing that the story claims and that was looked at. */
export interface CheckedClaim {
  readonly claim: string;
  readonly isTrue: boolean;
}

export interface ToldChapter {
  readonly title: string;
  readonly seconds: number;
  readonly claims: readonly CheckedClaim[];
}

/** A figure of the closing summary; amounts are µ$ and 10⁻¹⁸ WAY as decimal strings in JSON. */
export interface Figure {
  readonly name: string;
  readonly value: bigint | number | string;
  readonly text: string;
}

/** Tells a story whose every claim is checked as it is made: what is untrue ends it. */
export interface Story {
  readonly chapters: readonly ToldChapter[];
  readonly figures: readonly Figure[];
  seconds(): number;
  /** One chapter: a heading, what happens, and how long it took. */
  chapter<T>(title: string, tell: () => Promise<T>): Promise<T>;
  /** Something that happens: nothing to be checked. */
  tell(text: string): void;
  /** @throws WayleaveError `demo-untrue` when it is not so. */
  check(claim: string, isTrue: boolean, facts?: Readonly<Record<string, string | number | bigint>>): void;
  figure(name: string, value: Figure["value"], text: string): void;
}

/** @param quiet - tells nothing while it goes on: for tests. */
export function tellStory(quiet = false): Story {
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 100) / 10;
  const chapters: { title: string; seconds: number; claims: CheckedClaim[] }[] = [];
  const figures: Figure[] = [];
  const line = quiet ? () => undefined : say;
  return {
    chapters,
    figures,
    seconds,
    async chapter(title, tell) {
      const begun = performance.now();
      const chapter = { title, seconds: 0, claims: [] };
      chapters.push(chapter);
      line(`\n${colors.bold(`${chapters.length}. ${title}`)} ${colors.dim(`(at ${seconds().toFixed(0)} s)`)}`);
      try {
        return await tell();
      } finally {
        chapter.seconds = Math.round((performance.now() - begun) / 100) / 10;
      }
    },
    tell: (text) => line(`   ${text}`),
    check(claim, isTrue, facts = {}) {
      chapters.at(-1)?.claims.push({ claim, isTrue });
      line(`   ${isTrue ? colors.green("✔") : colors.red("✘")} ${claim}`);
      if (!isTrue) throw new WayleaveError("demo-untrue", `Untrue: ${claim}`, facts);
    },
    figure: (name, value, text) => void figures.push({ name, value, text }),
  };
}

export function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
