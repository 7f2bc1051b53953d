export { openSqliteKv, type SqliteKv, type SqliteKvOptions } from './store.ts';
