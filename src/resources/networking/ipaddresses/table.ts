export { defaultTable as table } from '../../default-table.ts';
