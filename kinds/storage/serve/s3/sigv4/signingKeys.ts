import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

// A day's key per access key and region; the oldest go first. 10,000 hold about 5 MB.
const CACHED_KEYS_MAX = 10_000;

/**
 * Derived signing keys, remembered per (access key, day, region). Asked only for access keys that exist, so nobody can
 * fill it with inventions. A changed secret is noticed.
 */
export class SigningKeys {
  readonly #cached = new Map<string, { readonly secret: string; readonly key: KeyObject }>();

  /** @param date - `yyyymmdd`. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
  keyFor(accessKeyId: string, secret: string, date: string, region: string): KeyObject {
    const name = `${accessKeyId}/${date}/${region}`;
    const found = this.#cached.get(name);
    if (found !== undefined && found.secret === secret) return found.key;
    const key = deriveSigningKey(secret, date, region);
    if (this.#cached.size >= CACHED_KEYS_MAX) {
      const oldest = this.#cached.keys().next();
      if (!oldest.done) this.#cached.delete(oldest.value);
    }
    this.#cached.set(name, { secret, key });
    return key;
  }
}

export function deriveSigningKey(secret: string, date: string, region: string): KeyObject {
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  return createSecretKey(hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), "s3"), "aws4_request"));
}

/** The signature of a string: lower-case hex. */
export function signText(key: KeyObject, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex");
}
