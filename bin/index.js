import { entryPoint } from './entry.js';

const binnacle = await import(entryPoint('index.js', 'index.ts'));

export const { createCluster, seededRandom, startServer, virtualClock } = binnacle;
