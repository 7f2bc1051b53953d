export { defaultWebhooks as defaults } from '../webhooks.ts';
