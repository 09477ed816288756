import type { Customer } from "./demoFiles.ts";
import type { NetworkWatch } from "./networkWatch.ts";
import type { Story } from "./story.ts";
import type { TemporaryNetwork } from "./temporaryNetwork.ts";

/** What every chapter of the demonstration plays with. */
export interface DemoScene {
  readonly story: Story;
  readonly network: TemporaryNetwork;
  readonly watch: NetworkWatch;
  readonly customer: Customer;
}
