import "reflect-metadata";
import { webcrypto, type X509Certificate } from "node:crypto";
import { X509CertificateGenerator } from "@peculiar/x509";
import type { DeviceKey } from "@wayleave/core/deviceKey";
import type { Address } from "@wayleave/core/ids";
import { coordinatesOf } from "@wayleave/core/deviceKey";
import { WayleaveError } from "@wayleave/core/errors";
import { idOfPublicKey } from "@wayleave/core/ids";

const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;

/** Ours are about 350 bytes; a hostile one must not cost more than that to parse. */
const CERTIFICATE_BYTES_MAX = 2_048;

/**
 * A self-signed certificate of `key`, as PEM. What counts in it is the key: peers are pinned or admitted by id, so the
 * dates span everything and a device whose clock was never set still connects.
 *
 * @see RFC 5280 §4.1.2.5: 9999-12-31 stands for "no well-defined expiration".
 */
export async function createLinkCertificate(key: DeviceKey): Promise<string> {
  const pkcs8 = key.privateKey.export({ type: "pkcs8", format: "der" });
  const spki = Buffer.concat([Buffer.from("04", "hex"), key.publicKey]);
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey("pkcs8", pkcs8, P256, false, ["sign"]),
    webcrypto.subtle.importKey("raw", spki, P256, true, ["verify"]),
  ]);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${key.id}`,
      serialNumber: "01",
      notBefore: new Date("2000-01-01T00:00:00Z"),
      notAfter: new Date("9999-12-31T23:59:59Z"),
      signingAlgorithm: { ...P256, hash: "SHA-256" },
      keys: { privateKey, publicKey },
    },
    webcrypto as Parameters<typeof X509CertificateGenerator.createSelfSigned>[1],
  );
  return certificate.toString("pem");
}

/**
 * The party a certificate stands for. Possession of the key is TLS's to prove; here only that the certificate is
 * self-signed by a P-256 key.
 *
 * @param certificate - hostile.
 * @throws WayleaveError `link-certificate-invalid` with the `reason`.
 */
export function identityOfCertificate(certificate: X509Certificate | undefined): {
  id: Address;
  publicKey: Uint8Array;
} {
  const refuse = (reason: string): never => {
    throw new WayleaveError("link-certificate-invalid", `The peer's certificate is refused: ${reason}`, { reason });
  };
  if (certificate === undefined) return refuse("none was shown");
  if (certificate.raw.byteLength > CERTIFICATE_BYTES_MAX) return refuse("it is too large");
  let publicKey: Uint8Array | undefined;
  let selfSigned = false;
  try {
    publicKey = coordinatesOf(certificate.publicKey);
    selfSigned = publicKey !== undefined && certificate.verify(certificate.publicKey);
  } catch {
    return refuse("its key is unreadable");
  }
  if (publicKey === undefined) return refuse("its key is not P-256");
  if (!selfSigned) return refuse("its signature is wrong");
  return { id: idOfPublicKey(publicKey), publicKey };
}
