import { type Readable, Transform, pipeline } from "node:stream";
import { WayleaveError } from "@wayleave/core/errors";
import { type Queries, statement } from "../database/database.ts";
import type { Account, BodyUpload, ObjectStore, StoreErrorCode } from "../s3/objectStore.ts";

/** What a customer sees of its own: objects, and parts of uploads that are not put together yet. */
const STORED_BYTES = statement(
  "stored-bytes",
  `select coalesce((select sum(o.size_bytes) from storage.object o join storage.bucket b on b.id = o.bucket_id
       where b.customer = $1), 0)::bigint
     + coalesce((select sum(p.size_bytes) from storage.part p join storage.upload u on u.id = p.upload_id
       join storage.bucket b on b.id = u.bucket_id where b.customer = $1), 0)::bigint as bytes`,
);

/** Bytes of uploads under way that count as stored already. */
interface Reservation {
  bytes: number;
}

/**
 * A store that keeps accounts within their `storageBytesMax`. Accounts without a cap cost nothing here; for the others
 * every write first adds up what the customer has. An upload counts from its beginning, so that many at once do not pass
 * together. What is being committed at this moment, and what an overwrite is about to replace, count too: near the cap that
 * refuses a write too many and never lets one by.
 *
 * @param queries - the database that `store` writes to.
 */
export function withStorageCaps(store: ObjectStore, queries: Queries): ObjectStore {
  const caps = new StorageCaps(queries);
  const limited = async <T, U extends BodyUpload>(account: Account, upload: U, write: (upload: U) => Promise<T>) => {
    if (account.storageBytesMax === undefined) return await write(upload);
    const { body, sizeBytes } = upload;
    try {
      return await caps.within(account, sizeBytes, async (roomBytes, reservation) => {
        if (sizeBytes !== undefined) return await write(upload);
        return await write({ ...upload, body: counted(body, roomBytes, reservation, account) });
      });
    } catch (error) {
      body.destroy(); // when it was refused unread; otherwise it ended already
      throw error;
    }
  };
  return {
    createBucket: (...args) => store.createBucket(...args),
    listBuckets: (...args) => store.listBuckets(...args),
    headBucket: (...args) => store.headBucket(...args),
    deleteBucket: (...args) => store.deleteBucket(...args),
    putObject: (account, upload) => limited(account, upload, (within) => store.putObject(account, within)),
    headObject: (...args) => store.headObject(...args),
    getObject: (...args) => store.getObject(...args),
    async copyObject(account, copy) {
      if (account.storageBytesMax === undefined) return await store.copyObject(account, copy);
      const { sizeBytes } = await store.headObject(account, copy.source);
      return await caps.within(account, sizeBytes, () => store.copyObject(account, copy));
    },
    deleteObject: (...args) => store.deleteObject(...args),
    deleteObjects: (...args) => store.deleteObjects(...args),
    listObjects: (...args) => store.listObjects(...args),
    createMultipartUpload: (...args) => store.createMultipartUpload(...args),
    uploadPart: (account, part) => limited(account, part, (within) => store.uploadPart(account, within)),
    async uploadPartCopy(account, part) {
      if (account.storageBytesMax === undefined) return await store.uploadPartCopy(account, part);
      const { lengthBytes } = part.chooseRange(await store.headObject(account, part.source));
      return await caps.within(account, lengthBytes, () => store.uploadPartCopy(account, part));
    },
    listParts: (...args) => store.listParts(...args),
    listMultipartUploads: (...args) => store.listMultipartUploads(...args),
    // Its parts count already.
    completeMultipartUpload: (...args) => store.completeMultipartUpload(...args),
    abortMultipartUpload: (...args) => store.abortMultipartUpload(...args),
  };
}

class StorageCaps {
  readonly #queries: Queries;
  readonly #underWay = new Map<string, Set<Reservation>>();

  constructor(queries: Queries) {
    this.#queries = queries;
  }

  /**
   * @param announcedBytes - undefined when nobody knows: a byte at least must fit then.
   * @throws WayleaveError `quota-exceeded` before `write` is begun.
   */
  async within<T>(
    account: Account,
    announcedBytes: number | undefined,
    write: (roomBytes: number, reservation: Reservation) => Promise<T>,
  ): Promise<T> {
    const { customerId, storageBytesMax = Number.POSITIVE_INFINITY } = account;
    const mine = this.#underWay.get(customerId) ?? new Set();
    this.#underWay.set(customerId, mine);
    const reservation = { bytes: announcedBytes ?? 0 };
    mine.add(reservation);
    try {
      const before = new Set(mine); // may be committed, and gone from `mine`, before the sum arrives that missed them
      const [row] = await this.#queries.rows<{ bytes: number }>(STORED_BYTES, [customerId]);
      let othersBytes = 0;
      for (const one of new Set([...before, ...mine])) if (one !== reservation) othersBytes += one.bytes;
      const roomBytes = storageBytesMax - row!.bytes - othersBytes;
      if (roomBytes < (announcedBytes ?? 1)) throw quotaExceeded(account);
      return await write(roomBytes, reservation);
    } finally {
      mine.delete(reservation);
      if (mine.size === 0 && this.#underWay.get(customerId) === mine) this.#underWay.delete(customerId);
    }
  }
}

/** A body of unknown length that fails where the room ends. */
function counted(body: Readable, roomBytes: number, reservation: Reservation, account: Account): Readable {
  const counter = new Transform({
    transform(chunk: Buffer, _, done) {
      reservation.bytes += chunk.byteLength;
      if (reservation.bytes > roomBytes) done(quotaExceeded(account));
      else done(null, chunk);
    },
  });
  return pipeline(body, counter, () => undefined); // either end's failure is the other's
}

function quotaExceeded({ customerId, storageBytesMax }: Account): WayleaveError {
  const message = `This account may store ${storageBytesMax} bytes and the write would exceed that`;
  return new WayleaveError("quota-exceeded" satisfies StoreErrorCode, message, { customer: customerId });
}
