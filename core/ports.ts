/** Every port a local network listens on, shifted together by `--port-base`. Hosts are loopback unless configured. */
export const DEFAULT_PORTS = {
  chain: 8545,
  postgres: 5433,
  front: 7788,
  frontLink: 7789,
  s3: 9000,
  mqtt: 6883,
  /** UDP: where packet forwarders reach gateway agent i, on gwmp + i. */
  gwmp: 6700,
  /** Verifier i listens on verifier + 10·i (HTTP) and verifierLink + 10·i (links). */
  verifier: 7801,
  verifierLink: 7802,
} as const;
export type PortName = keyof typeof DEFAULT_PORTS;

/** How far apart two verifiers' ports are. */
export const VERIFIER_PORT_STEP = 10;
/** Where the default table begins: `--port-base 20000` moves S3 from 9000 to 20000 + (9000 - 5000) = 24000. */
export const PORT_BASE = 5000;

export function portsFrom(base: number = PORT_BASE): Record<PortName, number> {
  return Object.fromEntries(
    Object.entries(DEFAULT_PORTS).map(([name, port]) => [name, port - PORT_BASE + base]),
  ) as Record<PortName, number>;
}
