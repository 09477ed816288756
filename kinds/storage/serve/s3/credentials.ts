/** What the S3 front needs from the accounts of the service layer. */
export interface Credentials {
  /**
   * The key of this id, or null. The id comes from the network and is untrusted (at most 128 printable characters).
   * On the hot path: answer from a cache. The secret is never logged.
   */
  findKey(accessKeyId: string): Promise<AccessKey | null>;
  /**
   * Counts one authenticated request against the customer's limits, and its key's, before its body is read.
   * @returns false to refuse it with 503 SlowDown. @throws WayleaveError `insufficient-funds`, `suspended`.
   */
  admit(customerId: string, cost: RequestCost): boolean | Promise<boolean>;
}

export interface AccessKey {
  readonly secretAccessKey: string;
  readonly customerId: string;
  readonly limits?: {
    /** The key may not change anything. */
    readonly readOnly?: boolean;
    /** The key may only name these buckets; absent: all of the customer's. */
    readonly buckets?: readonly string[];
    /** Nothing may be written beyond so many stored bytes of the customer; absent: no cap. */
    readonly storageBytesMax?: number;
  };
}

export interface RequestCost {
  /** Which of the customer's keys signed. */
  readonly accessKeyId: string;
  readonly operation: string;
  readonly kind: "read" | "write" | "list";
  /** Announced bytes of the request's body, 0 if none or unknown. */
  readonly uploadBytes: number;
}
