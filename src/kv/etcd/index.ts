export { normalPrefix } from './keys.ts';
export { type EtcdKvOptions, openEtcdKv } from './store.ts';
