// Runs a WebAssembly command under Node's WASI, with some folders:
//     node --no-warnings Tests/node-wasi.mjs [--dirs=FOLDER,...] MODULE [ARGUMENTS...]

import { readFile } from "node:fs/promises";
import { WASI } from "node:wasi";

const words = process.argv.slice(2);
const option = "--dirs=";
const folders = words[0].startsWith(option) ? words.shift().slice(option.length).split(",").filter(Boolean) : [];
const [module, ...args] = words;
const preopens = Object.fromEntries(folders.map((folder) => [folder, folder]));
const wasi = new WASI({ version: "preview1", args: [module, ...args], preopens, returnOnExit: true });
const { instance } = await WebAssembly.instantiate(await readFile(module), wasi.getImportObject());
process.exitCode = wasi.start(instance);
