import { startTestNetwork } from "../testing/testNetwork.ts";
import { describeObjectStore } from "../s3/testing/objectStoreContract.ts";

describeObjectStore("the store over devices", async () => {
  const network = await startTestNetwork();
  return { store: network.core.store, close: async () => await network[Symbol.asyncDispose]() };
});
