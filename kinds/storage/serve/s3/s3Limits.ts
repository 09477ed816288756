/** Everything that is bounded in the S3 front, and why. Test networks shrink these instead of faking code. */
export interface S3Limits {
  /** Request line and headers together; larger ones answer 431. S3 allows 8 KiB of headers; long signed URLs need more. */
  readonly headerBytesMax: number;
  /** DeleteObjects of 1000 long escaped keys and CompleteMultipartUpload of 10,000 parts with SHA-256 fit. */
  readonly xmlBodyBytesMax: number;
  /** One PUT or part: S3's 5 GiB. */
  readonly uploadBytesMax: number;
  /** A whole object: S3's 5 TiB. */
  readonly objectBytesMax: number;
  /** Every part but the last: S3's 5 MiB, so that 10,000 parts are enough and segments are worth their overhead. */
  readonly partBytesMin: number;
  /** `x-amz-meta-*` names and values: S3's 2 KiB. */
  readonly userMetadataBytesMax: number;
  /** A body or a reader that makes no progress for this long is given up. */
  readonly idleMs: number;
  /** How long an idle connection is kept for the next request; longer than the 60 s of common load balancers. */
  readonly keepAliveMs: number;
  /** After an early refusal the client may go on sending this long before the connection is cut. */
  readonly lingerMs: number;
  /** How far a request's time may be from ours. S3: 15 minutes. */
  readonly clockSkewMs: number;
  /** Sockets cost memory even when idle. */
  readonly connectionsMax: number;
  /** Requests in progress; more answer 503 SlowDown. Each may hold about a megabyte of buffers. */
  readonly requestsMax: number;
  /** After `close`, running requests get this long to finish. */
  readonly closeGraceMs: number;
}

const MIB = 1024 * 1024;

export const S3_LIMITS: S3Limits = {
  headerBytesMax: 32 * 1024,
  xmlBodyBytesMax: 8 * MIB,
  uploadBytesMax: 5 * 1024 * MIB,
  objectBytesMax: 5 * 1024 * 1024 * MIB,
  partBytesMin: 5 * MIB,
  userMetadataBytesMax: 2 * 1024,
  idleMs: 60_000,
  keepAliveMs: 75_000,
  lingerMs: 5_000,
  clockSkewMs: 15 * 60_000,
  connectionsMax: 4_096,
  requestsMax: 1_024,
  closeGraceMs: 10_000,
};

/** S3's own figures that no configuration changes. */
export const KEY_BYTES_MAX = 1024;
export const LISTING_MAX = 1000;
export const PART_NUMBER_MAX = 10_000;
export const PRESIGN_SECONDS_MAX = 7 * 24 * 3600;
