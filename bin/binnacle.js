#!/usr/bin/env node
import module from 'node:module';
import { entryPoint } from './entry.js';

const oldestNode = 24;
if (Number.parseInt(process.versions.node, 10) < oldestNode) {
  process.stderr.write(`binnacle: Node ${oldestNode} or newer is needed, this is ${process.version}\n`);
  process.exit(1);
}

// Whoever reads our output may go away first (`binnacle | head`); that is no reason to stop.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

module.enableCompileCache();
const { main } = await import(entryPoint('main.js', 'cli/main.ts'));
process.exitCode = await main(process.argv.slice(2));
