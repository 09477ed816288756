import { WayleaveError } from "@wayleave/core/errors";

/** More waiting than this would wait longer than any client does. */
const WAITING_MAX = 1024;

/** Bounds what all transfers together hold in memory: who does not fit waits in line. */
export class MemoryBudget {
  readonly #totalBytes: number;
  readonly #waiting: { readonly bytes: number; readonly admit: () => void }[] = [];
  #freeBytes: number;

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes;
    this.#freeBytes = totalBytes;
  }

  /** @returns what gives the bytes back; once. @throws WayleaveError `rate-limited` when the line is too long. */
  async take(bytes: number): Promise<() => void> {
    const taken = Math.min(bytes, this.#totalBytes);
    if (this.#waiting.length === 0 && this.#freeBytes >= taken) this.#freeBytes -= taken;
    else {
      if (this.#waiting.length >= WAITING_MAX) {
        throw new WayleaveError(
          "rate-limited",
          "Too many transfers at once",
          { waitingMax: WAITING_MAX },
          { retryable: true },
        );
      }
      await new Promise<void>((admit) => this.#waiting.push({ bytes: taken, admit }));
    }
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#freeBytes += taken;
      this.#admitWaiting();
    };
  }

  #admitWaiting(): void {
    while (this.#waiting.length > 0 && this.#freeBytes >= this.#waiting[0]!.bytes) {
      const next = this.#waiting.shift()!;
      this.#freeBytes -= next.bytes;
      next.admit();
    }
  }
}
