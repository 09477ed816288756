/**
 * V8 settings of programs that move bulk data. Every network chunk is a buffer outside V8's heap, and V8 counts it: by
 * default it marks the whole heap again for every 20 MB that passed by, which was 40 % of an agent's processor time.
 *
 * - heap growing: the next marking comes when this much more than what survived has gathered.
 * - a small young generation frees dead chunks while their memory is still warm, instead of touching sixteen fresh MB.
 *   With 8 MB the front took LoRaWAN's frames no faster (98 for 103 µs at 6,000/s) and 60 MB more.
 * - few collecting threads: a dozen programs with four each wait for one another on a machine of few cores.
 *
 * Measured on two cores (`bench/`), processor time per MB against the defaults: PUT 14.3 → 8.4 ms, GET 7.9 → 3.0 ms, the
 * front's peak memory 440 → 330 MB.
 */
export const MEMORY_FLAGS = {
  front: ["--v8-pool-size=1", "--max-semi-space-size=2", "--heap-growing-percent=150"],
  agent: ["--single-threaded-gc", "--max-semi-space-size=2", "--heap-growing-percent=300"],
} as const;
