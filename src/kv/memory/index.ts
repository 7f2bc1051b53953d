export { createMemoryKv, type MemoryKv, type MemoryKvOptions } from './store.ts';
