export { webhooksTable as table } from '../webhooks.ts';
