import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { directoryStore } from "./directoryStore.ts";
import { describeObjectStore } from "./objectStoreContract.ts";

describeObjectStore("the test double", async () => {
  const directory = await mkdtemp(join(tmpdir(), "wayleave-store-"));
  return { store: directoryStore(directory), close: () => rm(directory, { recursive: true, force: true }) };
});
