/** An unconfirmed data frame of this address, 13 bytes and more. */
export function dataFrame(devAddr: string, fCnt: number, bytes = 1): Buffer {
  const head = Buffer.from([0x40, ...Buffer.from(devAddr, "hex").reverse(), 0, fCnt & 255, fCnt >> 8, 1]);
  return Buffer.concat([head, Buffer.alloc(bytes, 7), Buffer.alloc(4, 9)]);
}
