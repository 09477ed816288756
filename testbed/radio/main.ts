/** A *simulated* radio world as a program of its own, a child of `npm start`: `main.ts CONFIG`. */
import { readFile } from "node:fs/promises";
import { closeWhenAsked, reportReady } from "@wayleave/core/supervised";
import { pino } from "pino";
import { REAL_RADIO_TIME } from "./radioTime.ts";
import { radioWorldSchema, startRadioWorld } from "./radioWorld.ts";

const config = radioWorldSchema.parse(JSON.parse(await readFile(process.argv[2] ?? "radio.json", "utf8")));
const log = pino({ level: process.env["LOG_LEVEL"] ?? "info", base: { program: "simulated radio" } });
const world = await startRadioWorld(config, { time: REAL_RADIO_TIME, log });
reportReady({ simulated: true, gateways: world.gateways.length, devices: world.devices.length });
closeWhenAsked(() => world.close());
