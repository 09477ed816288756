// Not part of the product. It breaks one import rule on purpose, so that `npm run check` can tell a rule checker that
// finds nothing from one that checks nothing.
import { createPublicClient } from "viem";

export const canary = createPublicClient;
