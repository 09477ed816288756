/** `wayleave`: run a network, use it, look into it, and check it. Each command is loaded only when it is called. */
import { Command, Option } from "commander";
import { reportFailure } from "./terminal.ts";

const program = new Command("wayleave")
  .description("Run, use and check a Wayleave network: people host infrastructure and are paid for it.")
  .showHelpAfterError("(add --help for what is possible)")
  .addHelpText(
    "after",
    `
Exit codes: 0 done · 1 failed or untrue · 2 wrong usage · 130 interrupted
Data goes to standard output, progress to standard error; --json prints one JSON document.`,
  );

const dir = () =>
  new Option("--dir <path>", "where the network's state lives").default(".wayleave").env("WAYLEAVE_DIR");
/** Of an option that may be given again. */
const listed = (value: string, before?: string) => (before === undefined ? value : `${before},${value}`);
const apiKey = () =>
  new Option("--api-key <key>", "a customer's API key (default: the demo customer's)").env("WAYLEAVE_API_KEY");
const json = () => new Option("--json", "print JSON instead of text");

program
  .command("up")
  .description(
    "run a whole network on this machine: chain, verifiers, front, storage devices and simulated LoRaWAN gateways",
  )
  .addOption(dir())
  .option("--port-base <port>", "move every port: 5000 is the default table", "5000")
  .option("--storage <n>", "how many storage devices, each a process with its own disk folder", "6")
  .option("--gateways <n>", "how many agents with a simulated LoRaWAN gateway each", "2")
  .option("--cheaters <n>", "how many more devices that cheat, so that verdicts can be seen failing", "0")
  .option("--epoch-s <seconds>", "length of an epoch (only when the network is created)", "60")
  .option("--quota-gib <n>", "space that each device offers", "20")
  .addOption(json())
  .action(async (options: Record<string, string>) => {
    const { up } = await import("./commands/up.ts");
    await up(options);
  });

program
  .command("join")
  .description(
    "offer this machine's disk, or the LoRaWAN gateway beside it, to a network: makes a device key, passes a first " +
      "challenge, starts earning",
  )
  .requiredOption("--network <url-or-file>", "a front's or verifier's URL, or a network.json")
  .option("--kind <kind>", "storage or wireless", "storage")
  .option("--device-dir <path>", "where the key and all else live (default: wayleave-device or wayleave-gateway)")
  .option("--owner <address>", "account that is paid; may be claimed later")
  .option("--local-address <ip>", "source address of the device's links, on machines with several")
  .option("--quota-gib <n>", "storage: space to offer (default: 20)")
  .option("--cell <h3>", "storage: H3 cell the device stands in, as 15 hex digits")
  .option("--region <name>", "wireless: radio region, such as EU868 or US915")
  .option("--place <lat,lon>", "wireless: where the antenna stands, in degrees, such as 46.948,7.4474")
  .option("--antenna-gain-dbi <n>", "wireless: the antenna's gain less its cable's loss (default: 0)")
  .option("--gwmp-port <port>", "wireless: UDP port for packet forwarders, or off (default: 1700)")
  .option("--station-port <port>", "wireless: port for Basics Stations, or off (default: 1887)")
  .option("--listen <ip>", "wireless: address of this machine that gateways reach (default: all)")
  .option("--gateway <eui>", "wireless: only this gateway may attach; may be given again", listed)
  .action(async (options: Record<string, string>) => {
    const { join } = await import("./commands/join.ts");
    await join(options);
  });

program
  .command("status")
  .description("what runs, where, and how healthy the data is")
  .addOption(dir())
  .addOption(json())
  .action(async (options: Record<string, string>) => {
    const { status } = await import("./commands/status.ts");
    await status(options);
  });

program
  .command("economy")
  .description("dollars in, out and auctioned; WAY minted and burned; concentration by owner, cell and network")
  .addOption(dir())
  .addOption(json())
  .action(async (options: Record<string, string>) => {
    const { economy } = await import("./commands/economy.ts");
    await economy(options);
  });

program
  .command("verify <epoch>")
  .description("recompute an epoch from published bundles and the chain, and compare it with what was posted")
  .addOption(dir())
  .option("--device <address>", "only this device's rows")
  .option("--sample", "also judge again a random 2 % of the recorded responses and all that failed")
  .option("--full", "also judge again every recorded response")
  .addOption(json())
  .action(async (epoch: string, options: Record<string, string>) => {
    const { verify } = await import("./commands/verify.ts");
    await verify(epoch, options);
  });

program
  .command("doctor")
  .description("check everything a network needs and say what to do about what is missing")
  .addOption(dir())
  .addOption(json())
  .action(async (options: Record<string, string>) => {
    const { doctor } = await import("./commands/doctor.ts");
    await doctor(options);
  });

program
  .command("recover")
  .description("rebuild a front's lost database from the encrypted snapshots on the devices")
  .addOption(dir())
  .option("--recovery-key <file>", "the operator's recovery key (default: the one in the state directory)")
  .addOption(json())
  .action(async (options: Record<string, string>) => {
    const { recover } = await import("./commands/recover.ts");
    await recover(options);
  });

program
  .command("put <file> <target>")
  .description("store a file: wayleave put photo.jpg demo/")
  .addOption(dir())
  .addOption(json())
  .action(async (file: string, target: string, options: Record<string, string>) => {
    const { put } = await import("./commands/objects.ts");
    await put(file, target, options);
  });

program
  .command("get <source> [file]")
  .description("read an object back: wayleave get demo/photo.jpg")
  .addOption(dir())
  .addOption(json())
  .action(async (source: string, file: string | undefined, options: Record<string, string>) => {
    const { get } = await import("./commands/objects.ts");
    await get(source, file, options);
  });

program
  .command("ls [target]")
  .description("list buckets, or the objects of one: wayleave ls demo/")
  .addOption(dir())
  .addOption(json())
  .action(async (target: string | undefined, options: Record<string, string>) => {
    const { ls } = await import("./commands/objects.ts");
    await ls(target, options);
  });

program
  .command("usage")
  .description("what the demo customer used and owes, each line with the receipts behind it")
  .addOption(dir())
  .option("--receipts <line>", "the receipts behind one line")
  .addOption(json())
  .action(async (options: Record<string, string>) => {
    const { usage } = await import("./commands/usage.ts");
    await usage(options);
  });

program
  .command("coverage")
  .description("why each beacon and witness of an epoch did or did not count, and what it earned")
  .addOption(dir())
  .option("--epoch <n>", "a settled epoch (default: the newest)")
  .option("--device <address>", "only this gateway agent's")
  .addOption(json())
  .action(async (options: Record<string, string>) => {
    const { coverage } = await import("./commands/coverage.ts");
    await coverage(options);
  });

program
  .command("events")
  .description("follow LoRaWAN events as they come: a line for each, with who heard it and what it was paid")
  .addOption(dir())
  .addOption(apiKey())
  .option("--device <eui>", "only this device's")
  .option("--once <n>", "end after so many events")
  .option("--json", "print each event as one line of JSON")
  .action(async (options: Record<string, string>) => {
    const { events } = await import("./commands/events.ts");
    await events(options);
  });

program
  .command("downlink <deveui>")
  .description("queue a downlink: wayleave downlink 02577761796d0001 --port 1 --data 00ff")
  .addOption(dir())
  .addOption(apiKey())
  .requiredOption("--port <n>", "FPort, 1 to 223")
  .option("--data <hex>", "the payload")
  .option("--object <json>", "what the device profile's script makes the payload of, instead of --data")
  .option("--confirmed", "the device is to acknowledge it")
  .addOption(json())
  .action(async (device: string, options: Record<string, string>) => {
    const { downlink } = await import("./commands/downlink.ts");
    await downlink(device, options);
  });

program
  .command("demo")
  .description("the whole story in under five minutes on a network of its own; fails when any step is untrue")
  .option("--port-base <port>", "move every port", "25000")
  .option("--keep", "leave the temporary network's files behind")
  .addOption(json())
  .action(async (options: Record<string, string>) => {
    const { demo } = await import("./commands/demo.ts");
    await demo(options);
  });

program.parseAsync().catch(reportFailure);
