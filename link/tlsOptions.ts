import { constants } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { DeviceKey } from "@wayleave/core/deviceKey";
import { WayleaveError } from "@wayleave/core/errors";
import { createLinkCertificate, identityOfCertificate } from "./certificate.ts";
import type { LinkLimits } from "./limits.ts";
import type { LinkIdentity } from "./types.ts";

/** TLS as both ends of a link speak it: 1.3, HTTP/2, P-256 signatures, no certificate authority. */
export async function tlsOptions(key: DeviceKey) {
  return {
    key: key.toPem(),
    cert: await createLinkCertificate(key),
    minVersion: "TLSv1.3",
    maxVersion: "TLSv1.3",
    ALPNProtocols: ["h2"],
    sigalgs: "ecdsa_secp256r1_sha256",
    // AES-128 first: twice as fast as needed and faster than AES-256. A dialler without AES instructions asks for ChaCha20.
    ciphers: "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384",
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_PRIORITIZE_CHACHA,
    // There is no authority to ask: `provenPeer` looks at the key itself.
    rejectUnauthorized: false,
    requestCert: true,
  } as const;
}

/**
 * Who is at the other end of a finished handshake.
 * @throws WayleaveError `link-certificate-invalid`, `link-resumed` or `link-protocol-refused`.
 */
export function provenPeer(socket: TLSSocket, remoteAddress: string): LinkIdentity {
  // A resumed session shows no certificate: whoever holds the ticket would pass as its first owner.
  if (socket.isSessionReused()) throw new WayleaveError("link-resumed", "The peer resumed a TLS session");
  if (socket.alpnProtocol !== "h2" || socket.getProtocol() !== "TLSv1.3") {
    const facts = { alpn: String(socket.alpnProtocol), tls: socket.getProtocol() };
    throw new WayleaveError("link-protocol-refused", "The peer does not speak HTTP/2 over TLS 1.3", facts);
  }
  return { ...identityOfCertificate(socket.getPeerX509Certificate()), remoteAddress };
}

/** HTTP/2 as both ends set it up. */
export function sessionOptions(limits: LinkLimits) {
  return {
    maxSessionMemory: limits.sessionMemoryMb,
    streamResetBurst: limits.resetsBurst,
    streamResetRate: limits.resetsPerS,
    maxHeaderListPairs: 64,
    settings: {
      enablePush: false,
      initialWindowSize: limits.streamWindowBytes,
      maxConcurrentStreams: limits.streamsMax,
      maxHeaderListSize: limits.headerBytesMax,
    },
  };
}
