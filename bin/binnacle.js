#!/usr/bin/env node
import module from 'node:module';
import v8 from 'node:v8';
import { entryPoint } from './entry.js';

const oldestNode = 24;
if (Number.parseInt(process.versions.node, 10) < oldestNode) {
  process.stderr.write(`binnacle: Node ${oldestNode} or newer is needed, this is ${process.version}\n`);
  process.exit(1);
}

// Whoever reads our output may go away first (`binnacle | head`); that is no reason to stop.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

// Every HTTP/2 stream leaves native handles behind that only a full collection frees, a millisecond or two for each thousand.
// Collecting when the heap has grown by this part, in per cent, keeps pauses below 50 ms; left to itself V8 waits until they
// take 100 to 200 ms at 30,000 requests a second.
v8.setFlagsFromString('--heap-growing-percent=60');

// The space for new objects begins with 1 MiB. It grows once while the code loads, to 8 MiB (and as much again to copy
// into), and then stays: left to itself V8 takes 64 MiB twice under load and rarely gives them back.
v8.setFlagsFromString('--semi-space-growth-factor=8');

module.enableCompileCache();
const { main } = await import(entryPoint('main.js', 'cli/main.ts'));
v8.setFlagsFromString('--semi-space-growth-factor=1');
process.exitCode = await main(process.argv.slice(2));
