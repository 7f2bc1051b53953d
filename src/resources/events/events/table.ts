export { eventTable as table } from '../../event-table.ts';
