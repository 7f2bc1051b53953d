export { type EtcdOptions, openEtcd } from './connection.ts';

export { type EtcdKvOptions, openEtcdKv } from './store.ts';
